import { enumFaults, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import {
  Capacity,
  capacityFaults,
  DISK_GIB,
  type GroupKind,
  type GroupSizes,
  releaseVersionFaults,
  sizeFaults,
  TaintEffect,
} from "../node-group/managed-groups";
import { allocatable, GpuInstanceType, nvmeGiB } from "./gpu-instances";

/** Where images and containers lie. */
export enum GpuImageStorage {
  /** The gp3 volume that the node starts from. */
  RootVolume = "rootVolume",
  /** The instance's own NVMe disks, joined into one: faster and free, and gone with the instance. */
  InstanceStore = "instanceStore",
}

/** What of the arguments can be wrong before AWS is asked. */
export interface GpuNodeGroupShape {
  readonly instanceTypes?: readonly GpuInstanceType[];
  readonly zones?: number;
  readonly capacity?: Capacity;
  readonly minSize?: number;
  readonly maxSizePerZone?: number;
  readonly imageStorage?: GpuImageStorage;
  readonly diskGiB?: number;
  readonly diskThroughputMiBs?: number;
  readonly releaseVersion?: string;
}

export const DEFAULT_GPU_TYPES: readonly GpuInstanceType[] = [GpuInstanceType.G4dnXlarge];

/** An image of Triton or vLLM is 10 to 15 GB packed, twice that unpacked, and an update needs old and new side by side. */
const SMALLEST_IMAGE_DISK_GIB = 100;
/** What the AMI itself fills, and its logs. */
const SMALLEST_ROOT_DISK_GIB = 40;

/** MiB/s; gp3 gives 125 for nothing. A pull of 10 GB takes 40 s at 250 and 80 s at 125, while a model that nobody answers for waits. */
export const DEFAULT_DISK_THROUGHPUT = 250;
const DISK_THROUGHPUT = { min: 125, max: 1_000, rule: "a gp3 volume gives 125 to 1,000 MiB/s" };

export function gpuGroupSizes({ zones = 2, minSize = 0, maxSizePerZone = 2 }: GpuNodeGroupShape): GroupSizes {
  return { zones, minSize, maxSizePerZone };
}

/** One group for each type: of a mixed group the autoscaler knows the first type only. */
export function gpuGroupKinds(types: readonly GpuInstanceType[]): GroupKind[] {
  return types.map((type) => ({ label: type.replace(".", "-"), instanceTypes: [type] }));
}

export function rootDiskGiB({ imageStorage, diskGiB }: GpuNodeGroupShape): number {
  return diskGiB ?? (imageStorage === GpuImageStorage.InstanceStore ? SMALLEST_ROOT_DISK_GIB : SMALLEST_IMAGE_DISK_GIB);
}

export function gpuNodeGroupFaults(shape: GpuNodeGroupShape): string[] {
  const { instanceTypes = DEFAULT_GPU_TYPES, capacity = Capacity.OnDemand } = shape;
  const sizes = gpuGroupSizes(shape);
  return [
    ...instanceTypes.flatMap((type, index) => gpuTypeFaults(`instanceTypes[${index}]`, type)),
    ...(instanceTypes.length === 0 ? ["instanceTypes is empty; a group needs something to run on: use g4dn.xlarge, or leave it out"] : []),
    ...repeatFaults("instanceTypes", instanceTypes),
    ...capacityFaults(capacity),
    ...sizeFaults("", sizes),
    ...(capacity === Capacity.Spot ? spotFaults(sizes, instanceTypes.length) : []),
    ...diskFaults(shape),
    ...releaseVersionFaults("releaseVersion", shape.releaseVersion),
  ];
}

function gpuTypeFaults(property: string, type: string): string[] {
  const known: string[] = Object.values(GpuInstanceType);
  if (known.includes(type)) return [];
  return [`${property} is ${type}; it is none of the types with a T4 GPU: use ${known.join(", ")}, or NodeGroup for nodes without a GPU`];
}

function spotFaults({ zones, minSize }: GroupSizes, types: number): string[] {
  const faults: string[] = [];
  if (minSize > 0) {
    faults.push(
      `minSize is ${minSize} with capacity spot; AWS takes spot nodes back at will and promises none: set minSize to 0, or use on-demand`,
    );
  }
  if (zones * types === 1) {
    faults.push("capacity is spot in 1 zone with 1 type; T4 capacity runs out by zone and type: give 2 zones or types, or use on-demand");
  }
  return faults;
}

function diskFaults(shape: GpuNodeGroupShape): string[] {
  const { imageStorage, diskGiB, diskThroughputMiBs } = shape;
  const faults = [
    ...enumFaults("imageStorage", imageStorage, GpuImageStorage),
    ...wholeNumberFaults("diskThroughputMiBs", diskThroughputMiBs, DISK_THROUGHPUT),
  ];
  if (imageStorage === GpuImageStorage.InstanceStore) {
    const rule = {
      ...DISK_GIB,
      min: SMALLEST_ROOT_DISK_GIB,
      rule: "the GPU image and its logs need 40 GiB, and a gp3 volume ends at 16,384",
    };
    return [...faults, ...wholeNumberFaults("diskGiB", diskGiB, rule)];
  }
  if (diskGiB !== undefined && diskGiB < SMALLEST_IMAGE_DISK_GIB) {
    faults.push(
      `diskGiB is ${diskGiB}; an image of Triton or vLLM would not fit: use ${SMALLEST_IMAGE_DISK_GIB} or more, or imageStorage instanceStore`,
    );
    return faults;
  }
  return [...faults, ...wholeNumberFaults("diskGiB", diskGiB, DISK_GIB)];
}

const TAINT_KEY = "nvidia.com/gpu";
const PRESENT_LABEL = "nvidia.com/gpu.present";

/** What only pods for GPU nodes carry; the device plugin and the exporter tolerate this key (nvidia-device-plugin 0.20.0, `tolerations`). */
export const GPU_TAINT = { key: TAINT_KEY, value: "present", effect: TaintEffect.NoSchedule };
export const GPU_TOLERATION = { key: TAINT_KEY, operator: "Exists", effect: TaintEffect.NoSchedule };
export const GPU_NODE_SELECTOR: Record<string, string> = { [PRESENT_LABEL]: "true" };

export const GPU_LABELS: Record<string, string> = {
  // The device plugin's chart runs nowhere without it, and says nothing (nvidia-device-plugin 0.20.0, `affinity`).
  ...GPU_NODE_SELECTOR,
  // A new node is Ready a minute before its GPU is; without this label the autoscaler then buys a second one for the same pod
  // (kubernetes/autoscaler, cloudprovider/aws/README.md, "Special note on GPU instances").
  "k8s.amazonaws.com/accelerator": "nvidia-tesla-t4",
};

/**
 * Tells the autoscaler what an empty group's node would have. From AWS it knows the capacity only, and would buy node after node for a pod that
 * asks for more than is allocatable. It reads these tags off the node group itself, labels and taints too
 * (kubernetes/autoscaler at cluster-autoscaler-1.35.0, cloudprovider/aws/aws_manager.go, buildNodeFromTemplate).
 */
export function nodeTemplateTags(type: GpuInstanceType, shape: GpuNodeGroupShape): Record<string, string> {
  const onNvme = shape.imageStorage === GpuImageStorage.InstanceStore;
  const node = allocatable(type, onNvme ? nvmeGiB(type) : rootDiskGiB(shape));
  const resources = {
    cpu: `${node.cpuMillis}m`,
    memory: `${node.memoryMiB}Mi`,
    "ephemeral-storage": `${node.ephemeralStorageGiB}Gi`,
    pods: String(node.pods),
    [TAINT_KEY]: String(node.gpus),
  };
  return Object.fromEntries(
    Object.entries(resources).map(([resource, amount]) => [`k8s.io/cluster-autoscaler/node-template/resources/${resource}`, amount]),
  );
}

/**
 * Joins the instance's disks and puts images and containers there. EKS adds its own part for the cluster, and nodeadm merges the two
 * (awslabs/amazon-eks-ami, nodeadm/doc/examples.md, "Merging multiple configuration objects").
 */
export const INSTANCE_STORE_USER_DATA = [
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="BOUNDARY"',
  "",
  "--BOUNDARY",
  "Content-Type: application/node.eks.aws",
  "",
  "apiVersion: node.eks.aws/v1alpha1",
  "kind: NodeConfig",
  "spec:",
  "  instance:",
  "    localStorage:",
  "      strategy: RAID0",
  "",
  "--BOUNDARY--",
  "",
].join("\n");
