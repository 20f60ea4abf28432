/** Whether a node of a type can ever run a pod: one that asks for more waits for ever, and an autoscaler buys node after node for it. */
import { readQuantity } from "../../shared/quantity";
import { runtimeImage } from "./drivers";
import { type NodeRoom, nodeRoom, type NodeSlot } from "./nodes";

/** Sums over the pod's containers, as Kubernetes writes amounts. */
export interface PodDemand {
  /** `3`, `500m` */
  cpu?: string;
  /** `11Gi` */
  memory?: string;
  /** What it writes besides its images: model files, caches. */
  ephemeralStorage?: string;
  gpus?: number;
  /** Images of its containers. */
  images?: string[];
  /** Gigabytes of all its images, packed, where it is known better than by their names. */
  packedImagesGb?: number;
}

/**
 * Unpacked over packed: the same image of Triton with vLLM is listed with 22 GB unpacked (25.03) and 10 GB packed (25.04; server,
 * docs/introduction/compatibility.md). The nodes keep the unpacked layers only (awslabs/amazon-eks-ami, containerd's discard_unpacked_layers).
 */
const UNPACKED_OVER_PACKED = 2.2;

export function podFaults(pod: PodDemand, node: NodeSlot, prefix = ""): string[] {
  const room = nodeRoom(node);
  if (room === undefined) return [];
  return [...gpuFaults(pod, node, room, prefix), ...amountFaults(pod, node, room, prefix), ...diskFaults(pod, node, room, prefix)];
}

/** Whether the instance type is in our tables: of another one nothing is said. */
export function isKnownNode(node: NodeSlot): boolean {
  return nodeRoom(node) !== undefined;
}

function gpuFaults({ gpus = 0 }: PodDemand, { instanceType }: NodeSlot, room: NodeRoom, prefix: string): string[] {
  if (gpus <= room.gpus) return [];
  const has = room.gpus === 0 ? "no GPU" : `${room.gpus}`;
  const cure = room.gpus === 0 ? "put it on nodes with a GPU, such as g4dn.xlarge" : "ask for fewer, or use g4dn.12xlarge";
  return [`${prefix}gpus is ${gpus}; ${instanceType} has ${has}, and the pod would wait for ever: ${cure}`];
}

interface Amount {
  readonly property: "cpu" | "memory";
  /** What the room is written in, in the quantity's own unit. */
  readonly unit: number;
  readonly suffix: string;
  readonly has: (room: NodeRoom) => number;
}

const AMOUNTS: readonly Amount[] = [
  { property: "cpu", unit: 1e-3, suffix: "m", has: ({ cpuMillis }) => cpuMillis },
  { property: "memory", unit: 2 ** 20, suffix: "Mi", has: ({ memoryMiB }) => memoryMiB },
];

function amountFaults(pod: PodDemand, { instanceType }: NodeSlot, room: NodeRoom, prefix: string): string[] {
  return AMOUNTS.flatMap(({ property, unit, suffix, has }) => {
    const [asked, left] = [pod[property], has(room)];
    const amount = asked === undefined ? undefined : readQuantity(asked);
    if (amount === undefined || amount <= left * unit) return [];
    const rule = `a ${instanceType} has ${left}${suffix} for it once EKS' own pods run`;
    return [`${prefix}${property} is ${asked}; ${rule}: ask for at most that, or use a larger type`];
  });
}

function diskFaults(pod: PodDemand, { instanceType, diskGiB }: NodeSlot, room: NodeRoom, prefix: string): string[] {
  const packedGb = pod.packedImagesGb ?? knownPackedGb(pod.images ?? []);
  const written = readQuantity(pod.ephemeralStorage ?? "0") ?? 0;
  const needed = (packedGb * UNPACKED_OVER_PACKED * 1e9 + written) / 2 ** 30;
  if (needed <= room.ephemeralStorageGiB) return [];
  const parts = [
    ...(packedGb > 0 ? [`its images take about ${Math.ceil((packedGb * UNPACKED_OVER_PACKED * 1e9) / 2 ** 30)} GiB unpacked`] : []),
    ...(written > 0 ? [`it writes ${pod.ephemeralStorage}`] : []),
  ];
  const enough = Math.ceil((needed + 1) / 0.9 / 10) * 10;
  return [
    `${prefix}diskGiB is ${diskGiB ?? "not set, which means 20"}; ${parts.join(", ")}, and ${instanceType} has ${room.ephemeralStorageGiB} GiB for that: use ${enough} or more`,
  ];
}

function knownPackedGb(images: readonly string[]): number {
  return [...new Set(images)].reduce((sum, image) => sum + (runtimeImage(image)?.packedGb ?? 0), 0);
}
