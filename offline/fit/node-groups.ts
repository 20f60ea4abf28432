/** The groups of nodes that a plan makes, as a scheduler would see their nodes. Pure. */
import { GPU_INSTANCES, type GpuInstanceType, nvmeGiB } from "../../components/compute/gpu-node-group/gpu-instances";
import type { Json, RecordedResource } from "../engine";
import { isMapping } from "../plan/mapping";

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** One type of one group: nodes of a group that has several types are each of one. */
export interface NodeKind {
  readonly group: string;
  readonly instanceType: string;
  readonly diskGiB?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

const GROUP = "aws:eks/nodeGroup:NodeGroup";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

export function nodeKinds(resources: readonly RecordedResource[]): NodeKind[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return resources.filter(({ type, kind }) => type === GROUP && kind === "custom").flatMap((group) => kindsOf(group, byUrn));
}

/** Whether the plan makes the cluster itself: then there are no nodes but those that it makes. */
export function makesCluster(resources: readonly RecordedResource[]): boolean {
  return resources.some(({ type }) => type === "aws:eks/cluster:Cluster");
}

function kindsOf({ name, inputs, propertyDependencies }: RecordedResource, byUrn: ReadonlyMap<string, RecordedResource>): NodeKind[] {
  const template = (propertyDependencies["launchTemplate"] ?? []).map((urn) => byUrn.get(urn)).find((found) => found?.type === TEMPLATE);
  const types = texts(inputs["instanceTypes"]);
  const labels = textsByName(inputs["labels"]);
  const taints = list(inputs["taints"])
    .filter(isMapping)
    .map(({ key, value, effect }) => ({ key: text(key), value: text(value), effect: text(effect) }));
  // EKS' own default of a group without types (EKS API reference, CreateNodegroup, `instanceTypes`).
  return (types.length === 0 ? ["t3.medium"] : types).map((instanceType) => {
    const diskGiB = diskOf(instanceType, inputs["diskSize"], template);
    return {
      ...{ group: name, instanceType, taints },
      ...(diskGiB === undefined ? {} : { diskGiB }),
      labels: {
        ...{ "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "node.kubernetes.io/instance-type": instanceType },
        ...labels,
      },
    };
  });
}

function diskOf(instanceType: string, diskSize: Json | undefined, template: RecordedResource | undefined): number | undefined {
  if (typeof diskSize === "number") return diskSize;
  if (template === undefined) return undefined;
  const { userData, blockDeviceMappings } = template.inputs;
  if (typeof userData === "string" && joinsInstanceStore(userData) && instanceType in GPU_INSTANCES)
    return nvmeGiB(instanceType as GpuInstanceType);
  const sizes = list(blockDeviceMappings).map((mapping) =>
    isMapping(mapping) && isMapping(mapping["ebs"]) ? mapping["ebs"]["volumeSize"] : undefined,
  );
  return sizes.find((size): size is number => typeof size === "number");
}

/** nodeadm's way to put images on the disks that come with the instance. */
function joinsInstanceStore(userData: string): boolean {
  return /strategy:\s*RAID0/.test(Buffer.from(userData, "base64").toString("utf8"));
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: Json | undefined): string[] {
  return list(value).filter((each): each is string => typeof each === "string");
}

function textsByName(value: Json | undefined): Record<string, string> {
  if (!isMapping(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
