/** What the provider sends to the cluster's own API: aws-auth and storage classes (nodejs/eks/cluster/cluster.ts, storageclass.ts). */
import { stringify } from "yaml";
import { type Json, type Properties, type RecordedResource, UNKNOWN } from "../recording";
import { authenticatesBy, CONFIG_MAP_MODES } from "./eks-cluster-facts";
import type { Construction } from "./eks-construction";
import { kubeconfigOf } from "./eks-kubeconfig";
import { derive, list, member, record, text, type Tree, Value } from "./eks-values";

export interface Kubernetes {
  resource: RecordedResource;
  /** `urn::id`, as a child names its provider. */
  provider: string;
}

/** This one alone uses the program's profile: the kubeconfig that others get must work for whoever holds it. */
export function addKubernetesProvider(construction: Construction, cluster: RecordedResource): Kubernetes {
  const { json: scope, origins } = construction.value("providerCredentialOpts");
  const credentials = {
    roleArn: new Value(member(scope, "roleArn"), origins),
    profileName: new Value(member(scope, "profileName"), origins),
  };
  const kubeconfig = kubeconfigOf(cluster, construction.context.region, credentials);
  const mutable = construction.value("enableConfigMapMutable");
  const resource = construction.register({
    ...{ type: "pulumi:providers:kubernetes", name: `${construction.name}-eks-k8s` },
    inputs: {
      kubeconfig: derive({ kubeconfig }, (parts) => JSON.stringify(parts.kubeconfig)),
      enableConfigMapMutable: mutable.json === undefined ? undefined : derive({ mutable }, (parts) => text(parts.mutable)),
    },
  });
  return { resource, provider: `${resource.urn}::${resource.id ?? UNKNOWN}` };
}

/** The ConfigMap that maps IAM principals to Kubernetes users, where the authentication mode reads it. */
export function addNodeAccess(construction: Construction, { provider }: Kubernetes, instanceRoleArns: Tree): RecordedResource | undefined {
  if (!authenticatesBy(CONFIG_MAP_MODES, construction.json("authenticationMode"))) return undefined;
  const roles = derive({ mappings: construction.value("roleMappings"), arns: instanceRoleArns }, ({ mappings, arns }) =>
    yaml([...list(mappings).map((mapping) => mapped("rolearn", "roleArn", mapping)), ...list(arns).map(nodeMapping)]),
  );
  const users = derive({ mappings: construction.value("userMappings") }, ({ mappings }) =>
    yaml(list(mappings).map((mapping) => mapped("userarn", "userArn", mapping))),
  );
  const metadata = { name: "aws-auth", namespace: "kube-system", annotations: { "pulumi.com/patchForce": "true" } };
  return construction.register({
    ...{ type: "kubernetes:core/v1:ConfigMap", name: `${construction.name}-nodeAccess`, options: { provider } },
    inputs: {
      ...{ apiVersion: "v1", kind: "ConfigMap", immutable: false, metadata },
      data: { mapRoles: roles, mapUsers: construction.isSet("userMappings") ? users : undefined },
    },
  });
}

export function addStorageClasses(
  construction: Construction,
  { provider }: Kubernetes,
  dependsOn: RecordedResource[],
): Record<string, RecordedResource> {
  const given = construction.json("storageClasses");
  const wanted = typeof given === "string" ? { [given]: { type: given, default: true } } : record(given);
  const registered = Object.entries(wanted).map(([key, storageClass]) => {
    const name = `${construction.name.toLowerCase()}-${key}`;
    const inputs = storageClassInputs(record(storageClass));
    return [
      key,
      construction.register({ type: "kubernetes:storage.k8s.io/v1:StorageClass", name, inputs, dependsOn, options: { provider } }),
    ] as const;
  });
  return Object.fromEntries(registered);
}

function storageClassInputs({
  metadata,
  default: isDefault,
  type,
  zones,
  iopsPerGb,
  encrypted,
  kmsKeyId,
  ...rest
}: Properties): Record<string, Tree> {
  const annotation = isDefault ? { "storageclass.kubernetes.io/is-default-class": "true" } : {};
  const annotations = { ...record(member(metadata, "annotations")), ...annotation };
  const isAnnotated = Object.keys(annotations).length > 0;
  return {
    ...{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", provisioner: "kubernetes.io/aws-ebs" },
    metadata: { ...record(metadata), ...(isAnnotated ? { annotations } : {}) },
    parameters: {
      type,
      zones: zones ? derive({ zones }, (parts) => list(parts.zones).map(text).join(", ")) : undefined,
      iopsPerGb: iopsPerGb ? text(iopsPerGb) : undefined,
      encrypted: encrypted ? text(encrypted) : undefined,
      kmsKeyId: kmsKeyId ?? undefined,
    },
    ...Object.fromEntries(["allowVolumeExpansion", "mountOptions", "reclaimPolicy", "volumeBindingMode"].map((key) => [key, rest[key]])),
  };
}

function mapped(arnKey: string, argument: string, mapping: Json): Json {
  const { [argument]: arn, username, groups } = record(mapping);
  return { [arnKey]: arn ?? null, username: username ?? null, groups: groups ?? null };
}

function nodeMapping(arn: Json): Json {
  return { rolearn: arn, username: "system:node:{{EC2PrivateDNSName}}", groups: ["system:bootstrappers", "system:nodes"] };
}

/** The same document as the provider's; its writer, js-yaml, quotes and folds some lines differently. */
function yaml(json: Json): string {
  return stringify(json, { lineWidth: 0 });
}
