/** What a resource is, as far as its deletion goes: who makes load balancers and volumes, who takes them away again. Pure. */
import type { Json, Properties, RecordedResource } from "../engine";

const RELEASE = /^kubernetes:helm\.sh\/v\d+:Release$/;

/** Kinds whose pods need a node. */
const WORKLOADS = new Set(["CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet"]);

/** Charts that make things in AWS, and take them away again only while they run. */
const CLEANING_CHARTS = new Set(["aws-ebs-csi-driver", "aws-efs-csi-driver", "aws-load-balancer-controller", "external-dns", "karpenter"]);

/** The EKS add-ons that do the same, and those that the others cannot work without. */
export const VOLUME_ADD_ONS = ["aws-ebs-csi-driver", "aws-efs-csi-driver"];
export const NETWORK_ADD_ONS = ["coredns", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"];

/**
 * API groups of each chart's custom resource definitions (`crds/` and templates of the charts at the versions of August 2026). A chart that
 * is not here owns none that this file knows of.
 */
export const GROUPS_OF_CHART: Readonly<Record<string, readonly string[]>> = {
  "argo-cd": ["argoproj.io"],
  "aws-load-balancer-controller": ["aga.k8s.aws", "elbv2.k8s.aws", "gateway.k8s.aws"],
  "cert-manager": ["acme.cert-manager.io", "cert-manager.io"],
  "external-secrets": ["external-secrets.io", "generators.external-secrets.io"],
  karpenter: ["karpenter.k8s.aws", "karpenter.sh"],
  "karpenter-crd": ["karpenter.k8s.aws", "karpenter.sh"],
  keda: ["eventing.keda.sh", "keda.sh"],
  "kube-prometheus-stack": ["monitoring.coreos.com"],
  "prometheus-operator-crds": ["monitoring.coreos.com"],
};

/** Values that make other charts write objects of these groups, in the charts of this platform and in most others. */
const GROUP_OF_VALUE: Readonly<Record<string, string>> = {
  podMonitor: "monitoring.coreos.com",
  prometheusRule: "monitoring.coreos.com",
  serviceMonitor: "monitoring.coreos.com",
};

export function isRelease({ type }: RecordedResource): boolean {
  return RELEASE.test(type);
}

export function chartOf(resource: RecordedResource): string | undefined {
  const chart = isRelease(resource) ? resource.inputs["chart"] : undefined;
  return typeof chart === "string" ? chart.slice(chart.lastIndexOf("/") + 1) : undefined;
}

/** `Service` for `kubernetes:core/v1:Service`; undefined for what is no object in a cluster. */
export function kindOf({ type, inputs }: RecordedResource): string | undefined {
  if (!type.startsWith("kubernetes:") || RELEASE.test(type)) return undefined;
  return typeof inputs["kind"] === "string" ? inputs["kind"] : type.slice(type.lastIndexOf(":") + 1).replace(/Patch$/, "");
}

export function isInCluster(resource: RecordedResource): boolean {
  return resource.kind === "custom" && resource.type.startsWith("kubernetes:");
}

export function isWorkload(resource: RecordedResource): boolean {
  const chart = chartOf(resource);
  // A chart of definitions only has no pods.
  if (chart !== undefined) return !/-crds?$/.test(chart);
  return WORKLOADS.has(kindOf(resource) ?? "") || makesLoadBalancer(resource) || makesVolume(resource);
}

export function isCleaner(resource: RecordedResource): boolean {
  return CLEANING_CHARTS.has(chartOf(resource) ?? "") || VOLUME_ADD_ONS.includes(addOnOf(resource) ?? "");
}

export function addOnOf({ type, inputs }: RecordedResource): string | undefined {
  return type === "aws:eks/addon:Addon" && typeof inputs["addonName"] === "string" ? inputs["addonName"] : undefined;
}

export function makesLoadBalancer(resource: RecordedResource): boolean {
  if (isRelease(resource)) {
    const { values } = resource.inputs;
    return some(values, (item) => isOn(item) && item["type"] === "LoadBalancer") || some(values, (item) => isAsked(item["ingress"]));
  }
  const kind = kindOf(resource);
  if (kind === "Service") return mapping(resource.inputs["spec"])["type"] === "LoadBalancer";
  return kind === "Ingress" || kind === "TargetGroupBinding" || (kind === "Gateway" && groupOf(resource) === "gateway.networking.k8s.io");
}

/** Its load balancers stand in public subnets; without a word about it the controller makes internal ones. */
export function facesInternet(resource: RecordedResource): boolean {
  return strings(resource.inputs).some((text) => text === "internet-facing");
}

/** Volumes of a StatefulSet outlive it and go with their claims, at the latest with the namespace. */
export function makesVolume(resource: RecordedResource): boolean {
  if (isRelease(resource)) {
    const asks = (item: Properties) =>
      isOn(mapping(item["persistence"]), "persistence" in item) ||
      isAsked(item["persistentVolume"]) ||
      "volumeClaimTemplate" in item ||
      "volumeClaimTemplates" in item;
    return some(resource.inputs["values"], asks);
  }
  const kind = kindOf(resource);
  return kind === "PersistentVolumeClaim" || (kind === "StatefulSet" && "volumeClaimTemplates" in mapping(resource.inputs["spec"]));
}

/** API group of an object: empty for the core. */
export function groupOf({ inputs }: RecordedResource): string {
  const version = inputs["apiVersion"];
  return typeof version === "string" && version.includes("/") ? (version.split("/")[0] ?? "") : "";
}

/** Groups whose definitions this one cannot do without. */
export function groupsUsed(resource: RecordedResource): string[] {
  if (isRelease(resource)) {
    const used = Object.entries(GROUP_OF_VALUE).filter(([key]) => some(resource.inputs["values"], (item) => isAsked(item[key])));
    return [...new Set(used.map(([, group]) => group))].filter((group) => !groupsOwned(resource).includes(group));
  }
  return kindOf(resource) === undefined ? [] : [groupOf(resource)];
}

/** Groups whose definitions, or whose controller, go with this one. */
export function groupsOwned(resource: RecordedResource): readonly string[] {
  if (kindOf(resource) === "CustomResourceDefinition") {
    const group = mapping(resource.inputs["spec"])["group"];
    return typeof group === "string" ? [group] : [];
  }
  return GROUPS_OF_CHART[chartOf(resource) ?? ""] ?? [];
}

/** Name of the namespace that it is in; undefined where it says none. */
export function namespaceOf(resource: RecordedResource): string | undefined {
  const { inputs } = resource;
  const namespace = isRelease(resource) ? inputs["namespace"] : mapping(inputs["metadata"])["namespace"];
  return typeof namespace === "string" ? namespace : undefined;
}

export function mapping(value: Json | undefined): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

/** Every text in the value, at any depth. */
export function strings(value: Json | undefined): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((item: Json) => strings(item));
}

function some(value: Json | undefined, holds: (item: Properties) => boolean): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => some(item, holds));
  return holds(value) || Object.values(value).some((item) => some(item, holds));
}

/** On unless switched off. */
function isOn(value: Properties, given = true): boolean {
  return given && value["enabled"] !== false;
}

/** Off unless switched on. */
function isAsked(value: Json | undefined): boolean {
  return mapping(value)["enabled"] === true;
}
