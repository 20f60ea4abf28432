/** The nodes with NVIDIA T4 GPUs: what they have, and what of it a pod can get. */
export enum GpuInstanceType {
  G4dnXlarge = "g4dn.xlarge",
  G4dn2xlarge = "g4dn.2xlarge",
  G4dn4xlarge = "g4dn.4xlarge",
  G4dn8xlarge = "g4dn.8xlarge",
  G4dn12xlarge = "g4dn.12xlarge",
  G4dn16xlarge = "g4dn.16xlarge",
  G4dnMetal = "g4dn.metal",
}

export type InstanceSize = Pick<GpuInstance, "gpus" | "vcpus" | "memoryMiB" | "maxPods">;

export interface GpuInstance {
  readonly gpus: number;
  /** Of one GPU, as the maker says it; the driver keeps about 1 GiB of it. */
  readonly gpuMemoryGiB: number;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** Disks that come with the instance and go with it, in decimal gigabytes. */
  readonly nvmeGb: number;
  /** Pods that find an address: the network interfaces' addresses, less one each, and two that use the host's. */
  readonly maxPods: number;
}

/** GPU, vCPU, memory, NVMe and pods: aws/karpenter-provider-aws, "Instance Types" reference, 2026-08-21 (generated from EC2's DescribeInstanceTypes). */
export const GPU_INSTANCES: Record<GpuInstanceType, GpuInstance> = {
  [GpuInstanceType.G4dnXlarge]: { gpus: 1, gpuMemoryGiB: 16, vcpus: 4, memoryMiB: 16_384, nvmeGb: 125, maxPods: 29 },
  [GpuInstanceType.G4dn2xlarge]: { gpus: 1, gpuMemoryGiB: 16, vcpus: 8, memoryMiB: 32_768, nvmeGb: 225, maxPods: 29 },
  [GpuInstanceType.G4dn4xlarge]: { gpus: 1, gpuMemoryGiB: 16, vcpus: 16, memoryMiB: 65_536, nvmeGb: 225, maxPods: 29 },
  [GpuInstanceType.G4dn8xlarge]: { gpus: 1, gpuMemoryGiB: 16, vcpus: 32, memoryMiB: 131_072, nvmeGb: 900, maxPods: 58 },
  [GpuInstanceType.G4dn12xlarge]: { gpus: 4, gpuMemoryGiB: 16, vcpus: 48, memoryMiB: 196_608, nvmeGb: 900, maxPods: 234 },
  [GpuInstanceType.G4dn16xlarge]: { gpus: 1, gpuMemoryGiB: 16, vcpus: 64, memoryMiB: 262_144, nvmeGb: 900, maxPods: 58 },
  [GpuInstanceType.G4dnMetal]: { gpus: 8, gpuMemoryGiB: 16, vcpus: 96, memoryMiB: 393_216, nvmeGb: 1_800, maxPods: 737 },
};

/** What the scheduler counts with. */
export interface Allocatable {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
  readonly ephemeralStorageGiB: number;
  readonly gpus: number;
  readonly pods: number;
}

/** Of the memory that AWS names, the hypervisor and the kernel keep a part; Karpenter's `vmMemoryOverheadPercent`, whose figures this file meets. */
const VM_MEMORY_OVERHEAD = 0.075;

/** The kubelet evicts below 100 MiB of free memory and 10 % of free disk (awslabs/amazon-eks-ami, nodeadm's kubelet defaults). */
const EVICTION_MEMORY_MIB = 100;
const EVICTION_DISK_SHARE = 0.1;
const RESERVED_DISK_GIB = 1;

/** `diskGiB`: of the volume that holds images and containers. */
export function allocatable(type: GpuInstanceType, diskGiB: number): Allocatable {
  return allocatableOf(GPU_INSTANCES[type], diskGiB);
}

/** The same of any instance: what is reserved follows from its size alone. */
export function allocatableOf(instance: InstanceSize, diskGiB: number): Allocatable {
  const { gpus, vcpus, memoryMiB, maxPods } = instance;
  const reservedMiB = 255 + 11 * maxPods; // nodeadm/internal/kubelet/config.go, getMemoryMebibytesToReserve
  return {
    cpuMillis: vcpus * 1_000 - reservedCpuMillis(vcpus),
    memoryMiB: Math.floor(memoryMiB * (1 - VM_MEMORY_OVERHEAD)) - reservedMiB - EVICTION_MEMORY_MIB,
    ephemeralStorageGiB: Math.floor(diskGiB * (1 - EVICTION_DISK_SHARE)) - RESERVED_DISK_GIB,
    gpus,
    pods: maxPods,
  };
}

/** Six per cent of the first CPU, one of the second, half a per cent of the next two, a quarter of the rest (nodeadm's kubelet defaults). */
function reservedCpuMillis(vcpus: number): number {
  return 60 + 10 + Math.min(2, vcpus - 2) * 5 + Math.max(0, vcpus - 4) * 2.5;
}

/** The instance's own disks, as one volume. */
export function nvmeGiB(type: GpuInstanceType): number {
  return Math.floor((GPU_INSTANCES[type].nvmeGb * 1e9) / 2 ** 30);
}
