/** GPUs of AWS's G instances: what of them a model can use. */
export enum GpuModel {
  T4 = "t4",
  A10G = "a10g",
  L4 = "l4",
  L40S = "l40s",
}

export interface GpuFacts {
  /** As people write it. */
  readonly title: string;
  /** What a program can have, in GiB: the maker's figure less ECC and what the driver keeps. */
  readonly usableGiB: number;
  /** NVIDIA's compute capability: which instructions there are. */
  readonly computeCapability: number;
  /** Shared memory of one block in KiB: attention kernels keep a tile of keys and values in it. */
  readonly sharedMemoryKiB: number;
  /** The smallest instance that has one. */
  readonly instance: string;
}

/**
 * From the smallest up, by price. Usable memory: `torch.cuda`'s total as its out-of-memory messages give it (T4: leetgpu-challenges #52,
 * 2025-08, 14.56 GiB with driver 570 and newer; A10G, L4 and L40S: what is 98 % of nvidia-smi's total, as it is on the T4, rounded down).
 * Capability and shared memory: CUDA C++ Programming Guide 13.0, "Technical Specifications per Compute Capability".
 */
export const GPUS: Record<GpuModel, GpuFacts> = {
  [GpuModel.T4]: { title: "T4", usableGiB: 14.56, computeCapability: 7.5, sharedMemoryKiB: 64, instance: "g4dn.xlarge" },
  [GpuModel.L4]: { title: "L4", usableGiB: 22, computeCapability: 8.9, sharedMemoryKiB: 99, instance: "g6.xlarge" },
  [GpuModel.A10G]: { title: "A10G", usableGiB: 22, computeCapability: 8.6, sharedMemoryKiB: 99, instance: "g5.xlarge" },
  [GpuModel.L40S]: { title: "L40S", usableGiB: 44, computeCapability: 8.9, sharedMemoryKiB: 99, instance: "g6e.xlarge" },
};

export const GPU_MODELS = Object.keys(GPUS) as GpuModel[];

/** `7.5`, and `8.0` where a number alone would read 8. */
export function capabilityText(capability: number): string {
  return capability.toFixed(1);
}
