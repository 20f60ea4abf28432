/**
 * Cuts out of Kubernetes' published API what our manifests are checked against: the kinds named below and all that they refer to, without prose.
 *
 *   node test/support/kubernetes-schema/extract.mjs VERSION SWAGGER_JSON CRD_YAML... > test/support/kubernetes-schema/kubernetes-1.35.json
 *
 * SWAGGER_JSON is api/openapi-spec/swagger.json of kubernetes/kubernetes (or of the Go module k8s.io/kubernetes) at
 * VERSION, that of the clusters; CRD_YAML are the custom resource definitions of the charts that the platform installs. Both are published
 * under the Apache License 2.0.
 */
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

const KINDS = {
  v1: ["ConfigMap", "LimitRange", "Namespace", "PersistentVolumeClaim", "Pod", "ResourceQuota", "Secret", "Service", "ServiceAccount"],
  "admissionregistration.k8s.io/v1": ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
  "apps/v1": ["DaemonSet", "Deployment", "StatefulSet"],
  "autoscaling/v2": ["HorizontalPodAutoscaler"],
  "batch/v1": ["CronJob", "Job"],
  "networking.k8s.io/v1": ["Ingress", "IngressClass", "NetworkPolicy"],
  "policy/v1": ["PodDisruptionBudget"],
  "rbac.authorization.k8s.io/v1": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
  "scheduling.k8s.io/v1": ["PriorityClass"],
  "storage.k8s.io/v1": ["StorageClass"],
};

/** Of definitions with a branch for every cloud, the branches that this platform has. */
const BRANCHES = { ClusterSecretStore: { "spec.provider": ["aws"] }, SecretStore: { "spec.provider": ["aws"] } };

/** What says something about a manifest; the rest is prose, or for servers. */
const KEPT = new Set(
  "type format properties required items additionalProperties enum $ref pattern minLength maxLength minimum maximum minItems maxItems anyOf oneOf x-kubernetes-int-or-string x-kubernetes-preserve-unknown-fields".split(
    " ",
  ),
);

const [kubernetesVersion, swaggerPath, ...crdPaths] = process.argv.slice(2);
const swagger = JSON.parse(readFileSync(swaggerPath, "utf8"));
const kinds = {};
const definitions = {};

for (const [name, definition] of Object.entries(swagger.definitions)) {
  for (const { group, version, kind } of definition["x-kubernetes-group-version-kind"] ?? []) {
    const apiVersion = group === "" ? version : `${group}/${version}`;
    if (!KINDS[apiVersion]?.includes(kind)) continue;
    kinds[`${apiVersion} ${kind}`] = name;
    keep(name);
  }
}
for (const path of crdPaths) {
  for (const document of parseAllDocuments(readFileSync(path, "utf8"))) addCustomResource(document.toJS());
}

function keep(name) {
  if (definitions[name] !== undefined) return;
  definitions[name] = {};
  definitions[name] = trimmed(withoutStatus(swagger.definitions[name]));
}

/** What the cluster says of an object; no manifest of ours has it. */
function withoutStatus(schema) {
  const { status: _, ...properties } = schema.properties ?? {};
  return schema["x-kubernetes-group-version-kind"] === undefined ? schema : { ...schema, properties };
}

function trimmed(schema) {
  if (Array.isArray(schema)) return schema.map(trimmed);
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => KEPT.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, trimmedValue(key, value)]));
}

function trimmedValue(key, value) {
  if (key === "properties") return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, trimmed(schema)]));
  if (key !== "$ref") return key === "enum" || key === "required" ? value : trimmed(value);
  const name = value.replace("#/definitions/", "");
  keep(name);
  return name;
}

function addCustomResource(crd) {
  if (crd?.kind !== "CustomResourceDefinition") return;
  const { group, names, versions } = crd.spec;
  for (const version of versions.filter(({ served }) => served)) {
    const name = `${group}/${version.name} ${names.kind}`;
    const schema = trimmed(version.schema.openAPIV3Schema);
    delete schema.properties.status;
    schema.properties.metadata = { $ref: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" };
    for (const [path, branches] of Object.entries(BRANCHES[names.kind] ?? {})) {
      const parent = path.split(".").reduce((at, key) => at.properties[key], schema);
      parent.properties = Object.fromEntries(branches.map((branch) => [branch, parent.properties[branch]]));
    }
    kinds[name] = name;
    definitions[name] = schema;
  }
}

const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
const lines = Object.entries(sorted(definitions)).map(([name, schema]) => `  ${JSON.stringify(name)}: ${JSON.stringify(schema)}`);
const source = `kubernetes/kubernetes ${kubernetesVersion}, api/openapi-spec/swagger.json; and the charts' custom resource definitions; Apache-2.0`;
process.stdout.write(
  `{\n"source": ${JSON.stringify(source)},\n"kinds": ${JSON.stringify(sorted(kinds), null, 1)},\n"definitions": {\n${lines.join(",\n")}\n}\n}\n`,
);
