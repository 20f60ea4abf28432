import { enumFaults, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { instanceTypeFaults } from "./instance-types";
import { Capacity, capacityFaults, DISK_GIB, type GroupSizes, releaseVersionFaults, sizeFaults, TaintEffect } from "./managed-groups";

/** What of the arguments can be wrong before AWS is asked. */
export interface NodeGroupShape {
  readonly zones?: number;
  readonly instanceTypes?: readonly string[];
  readonly capacity?: Capacity;
  readonly minSize?: number;
  readonly maxSizePerZone?: number;
  readonly diskGiB?: number;
  readonly releaseVersion?: string;
  readonly taints?: readonly NodeTaint[];
}

export interface NodeTaint {
  readonly key: string;
  readonly effect: TaintEffect;
}

export const DEFAULT_INSTANCE_TYPES: readonly string[] = ["m6i.large"];
export const DEFAULT_DISK_GIB = 50;

export function nodeGroupSizes({ zones = 2, minSize = zones, maxSizePerZone = 3 }: NodeGroupShape): GroupSizes {
  return { zones, minSize, maxSizePerZone };
}

/** `prefix` is where the arguments stand inside others: `systemNodes.`. */
export function nodeGroupFaults(shape: NodeGroupShape, prefix = ""): string[] {
  const { instanceTypes = DEFAULT_INSTANCE_TYPES, capacity = Capacity.OnDemand, diskGiB, taints = [] } = shape;
  return [
    ...instanceTypeFaults(prefix, instanceTypes, capacity),
    ...repeatFaults(`${prefix}instanceTypes`, instanceTypes),
    ...capacityFaults(capacity),
    ...sizeFaults(prefix, nodeGroupSizes(shape)),
    ...wholeNumberFaults(`${prefix}diskGiB`, diskGiB, DISK_GIB),
    ...releaseVersionFaults(`${prefix}releaseVersion`, shape.releaseVersion),
    ...taints.flatMap(({ effect }, index) => enumFaults(`${prefix}taints[${index}].effect`, effect, TaintEffect)),
  ];
}
