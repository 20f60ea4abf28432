/** What the Kubernetes provider answers: the object as sent, with a name, a namespace and an id (`namespace/name`). */
import { parseAllDocuments } from "yaml";
import type { Json, Mode, Properties, RecordedResource } from "../recording";
import type { CallModel } from "./model";

/** What the provider answers without asking a cluster. */
export const KUBERNETES_CALL_MODELS: Readonly<Record<string, CallModel>> = {
  // How yaml.ConfigGroup and yaml.ConfigFile read their text.
  "kubernetes:yaml:decode": ({ text: yaml }) => ({
    result: parseAllDocuments(text(yaml) ?? "").flatMap((document) => (document.toJS() as Json) ?? []),
  }),
};

const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Kinds without a namespace, of the built-in APIs (kubernetes.io, "API reference", 1.35); custom resources are taken for namespaced unless they name none. */
const CLUSTER_SCOPED = new Set(
  "Namespace Node PersistentVolume StorageClass CSIDriver CSINode VolumeAttachment ClusterRole ClusterRoleBinding CustomResourceDefinition PriorityClass RuntimeClass IngressClass APIService MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding CertificateSigningRequest FlowSchema PriorityLevelConfiguration ClusterSecretStore DeviceClass".split(
    " ",
  ),
);

export function isClusterScoped(kind: string): boolean {
  return CLUSTER_SCOPED.has(kind);
}

export function kubernetesOutputs(resource: RecordedResource, mode: Mode): Properties {
  if (resource.type.startsWith("pulumi:providers:")) return {};
  return resource.type === RELEASE ? releaseOutputs(resource, mode) : objectOutputs(resource, mode);
}

function releaseOutputs({ name, inputs }: RecordedResource, mode: Mode): Properties {
  const release = text(inputs["name"]) ?? standInName(name);
  const namespace = text(inputs["namespace"]) ?? "default";
  const status = {
    name: release,
    namespace,
    status: "deployed",
    version: inputs["version"] ?? "",
    chart: inputs["chart"] ?? "",
    revision: 1,
    appVersion: "",
  };
  return { name: release, namespace, ...(mode === "apply" ? { id: `${namespace}/${release}`, status, resourceNames: {} } : {}) };
}

function objectOutputs({ name, type, inputs }: RecordedResource, mode: Mode): Properties {
  const metadata =
    typeof inputs["metadata"] === "object" && inputs["metadata"] !== null && !Array.isArray(inputs["metadata"]) ? inputs["metadata"] : {};
  const kind = type.slice(type.lastIndexOf(":") + 1).replace(/Patch$/, "");
  const objectName = text(metadata["name"]) ?? standInName(name);
  const namespace = text(metadata["namespace"]) ?? "default";
  const completed = isClusterScoped(kind) ? { ...metadata, name: objectName } : { ...metadata, name: objectName, namespace };
  const id = isClusterScoped(kind) ? objectName : `${namespace}/${objectName}`;
  return { metadata: completed, ...(mode === "apply" ? { id, status: {} } : {}) };
}

/** The provider appends eight random characters where the program gives no name; these say that they are not real. */
function standInName(name: string): string {
  return `${name}-standin`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
