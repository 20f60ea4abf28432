/** How nodes are spread: one group for each zone, because a group over several zones puts a node where the waiting pod's volume is not. */
import { MAX_ZONES } from "../../foundation/network/cidr";
import { enumFaults, wholeNumberFaults } from "../../shared/faults";

export enum Capacity {
  OnDemand = "on-demand",
  /** Up to 90 % cheaper, and taken away with two minutes' notice whenever AWS wants it. */
  Spot = "spot",
}

export enum TaintEffect {
  NoExecute = "NoExecute",
  NoSchedule = "NoSchedule",
  PreferNoSchedule = "PreferNoSchedule",
}

export interface GroupSizes {
  readonly zones: number;
  /** Of all groups together. */
  readonly minSize: number;
  readonly maxSizePerZone: number;
}

/** What EKS is asked for: one Auto Scaling group. */
export interface PlannedGroup {
  /** End of the group's name. */
  readonly label: string;
  /** Counted from 0; the place of its subnet. */
  readonly zone: number;
  readonly instanceTypes: readonly string[];
  readonly minSize: number;
  readonly maxSize: number;
}

/** Instance types that one group mixes, and what its name says of them. */
export interface GroupKind {
  readonly label?: string;
  readonly instanceTypes: readonly string[];
}

/** Of the first kind's groups, each zone keeps its share of `minSize`, the first zones what is left over; all others start from nothing. */
export function planGroups(kinds: readonly GroupKind[], { zones, minSize, maxSizePerZone }: GroupSizes): PlannedGroup[] {
  const zoneNumbers = Array.from({ length: zones }, (_, zone) => zone);
  return kinds.flatMap(({ label, instanceTypes }, kind) =>
    zoneNumbers.map((zone) => ({
      label: [...(label === undefined ? [] : [label]), `zone-${zone + 1}`].join("-"),
      zone,
      instanceTypes,
      minSize: kind === 0 ? Math.ceil(Math.max(0, minSize - zone) / zones) : 0,
      maxSize: maxSizePerZone,
    })),
  );
}

/** "450 nodes per managed node group" (EKS user guide, "Service quotas"). */
const MOST_NODES = 450;

export function sizeFaults(prefix: string, { zones, minSize, maxSizePerZone }: GroupSizes): string[] {
  const faults = [
    ...wholeNumberFaults(`${prefix}zones`, zones, { min: 1, max: MAX_ZONES, rule: `nodes stand in 1 to ${MAX_ZONES} zones` }),
    ...wholeNumberFaults(`${prefix}minSize`, minSize, { min: 0, max: MOST_NODES, rule: `EKS takes up to ${MOST_NODES} nodes a group` }),
    ...wholeNumberFaults(`${prefix}maxSizePerZone`, maxSizePerZone, {
      ...{ min: 1, max: MOST_NODES },
      rule: `a group has room for a node at least, and EKS takes up to ${MOST_NODES}`,
    }),
  ];
  const most = zones * maxSizePerZone;
  if (faults.length === 0 && minSize > most) {
    const room = zones === 1 ? "1 zone has room for" : `${zones} zones of ${maxSizePerZone} have room for`;
    faults.push(`${prefix}minSize is ${minSize}; ${room} ${most}: lower minSize, or raise maxSizePerZone`);
  }
  return faults;
}

/** EKS user guide, "Amazon Linux AMI release versions": Kubernetes' version and the day on which it was built. */
const RELEASE_VERSION = /^1\.\d{2}\.\d+-\d{8}$/;

export function releaseVersionFaults(property: string, releaseVersion: unknown): string[] {
  if (releaseVersion === undefined || (typeof releaseVersion === "string" && RELEASE_VERSION.test(releaseVersion))) return [];
  const rule = "EKS writes Kubernetes' version and a day";
  return [`${property} is ${JSON.stringify(releaseVersion)}; ${rule}: write one such as 1.35.4-20261113`];
}

export function capacityFaults(capacity: Capacity | undefined): string[] {
  return enumFaults("capacity", capacity, Capacity);
}

/** For the subnets, whose number may be known only when the VPC is. */
export function subnetFaults(zones: number, subnetIds: readonly string[]): string[] {
  if (subnetIds.length >= zones) return [];
  return [`zones is ${zones}; subnetIds has ${subnetIds.length}: give one subnet for each zone, or lower zones`];
}

/** Disk of a node, in GiB. The smallest is that of the node image (EKS user guide, "Customize managed nodes with launch templates"). */
export const DISK_GIB = { min: 20, max: 16_384, rule: "the node's image fills 20 GiB, and a gp3 volume ends at 16,384" };
