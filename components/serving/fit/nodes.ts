/** What a node of a type has for pods: the same figures for nodes with and without a GPU. */
import {
  type Allocatable,
  allocatableOf,
  GPU_INSTANCES,
  type GpuInstanceType,
  type InstanceSize,
} from "../../compute/gpu-node-group/gpu-instances";
import { GpuModel } from "./gpus";

/** Where a pod is to run. */
export interface NodeSlot {
  /** `g4dn.xlarge` */
  instanceType: string;
  /** Of the volume that holds images and containers, in GiB. @default 20 */
  diskGiB?: number;
}

/** EKS' own default of a node group's disk (EKS API reference, CreateNodegroup, `diskSize`). */
const DEFAULT_DISK_GIB = 20;

/** GiB of memory for each vCPU (EC2 instance types, general purpose, compute and memory optimised, 2026). */
const MEMORY_PER_VCPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

interface SizeFacts {
  readonly vcpus: number;
  readonly maxPods: number;
}

/** Alike for classes c, m and r of generations 5 to 7, Intel and AMD (awslabs/amazon-eks-ami, eni-max-pods.txt, 2026-07). */
const SIZES: Readonly<Record<string, SizeFacts>> = {
  large: { vcpus: 2, maxPods: 29 },
  xlarge: { vcpus: 4, maxPods: 58 },
  "2xlarge": { vcpus: 8, maxPods: 58 },
  "4xlarge": { vcpus: 16, maxPods: 234 },
  "8xlarge": { vcpus: 32, maxPods: 234 },
  "12xlarge": { vcpus: 48, maxPods: 234 },
};

const PLAIN_TYPE = /^([cmr])[5-7](?:i|a|d|id|ad)?\.(\w+)$/;

/**
 * What EKS' own pods on every node ask for: kube-proxy 100m; the VPC CNI and its policy agent 25m each; the EBS driver's three containers 10m and
 * 40 MiB each (aws-ebs-csi-driver, charts/values.yaml; as found on nodes: 2i2c-org/infrastructure #3902, 2024-04); the Pod Identity agent nothing
 * (its chart, 0.1.10). Others, such as an exporter of metrics, are the cluster's affair and come on top.
 */
const DAEMONS = { cpuMillis: 180, memoryMiB: 120 };

export interface NodeRoom extends Allocatable {
  readonly gpu: GpuModel | undefined;
}

/** What one pod can have of an empty node; undefined for a type that is in no table. */
export function nodeRoom({ instanceType, diskGiB = DEFAULT_DISK_GIB }: NodeSlot): NodeRoom | undefined {
  const size = sizeOf(instanceType);
  if (size === undefined) return undefined;
  const room = allocatableOf(size, diskGiB);
  return {
    ...room,
    cpuMillis: Math.floor(room.cpuMillis - DAEMONS.cpuMillis),
    memoryMiB: room.memoryMiB - DAEMONS.memoryMiB,
    gpu: size.gpus > 0 ? GpuModel.T4 : undefined,
  };
}

function sizeOf(instanceType: string): InstanceSize | undefined {
  const withGpu = (GPU_INSTANCES as Partial<Record<string, InstanceSize>>)[instanceType as GpuInstanceType];
  if (withGpu !== undefined) return withGpu;
  const [, family = "", sizeName = ""] = PLAIN_TYPE.exec(instanceType) ?? [];
  const [size, perVcpu] = [SIZES[sizeName], MEMORY_PER_VCPU[family]];
  if (size === undefined || perVcpu === undefined) return undefined;
  return { ...size, gpus: 0, memoryMiB: size.vcpus * perVcpu * 1_024 };
}
