/** CUDA inside an image against the driver of the node that it runs on. The image brings the one, the AMI the other. */
import { capabilityText, type GpuModel, GPUS } from "./gpus";

/** What an image is known to hold. */
export interface RuntimeImage {
  readonly title: string;
  /** `13.0`; undefined where the version is not in the table. */
  readonly cuda: string | undefined;
  /** Gigabytes as they travel, packed. */
  readonly packedGb: number;
}

interface CudaFamily {
  readonly major: number;
  readonly leastDriver: number;
  readonly leastCapability: number;
}

/**
 * Drivers: NVIDIA, "CUDA Compatibility", table "Driver Version Ranges" (release 615, 2026-09-09). A driver of a family runs every toolkit of
 * it. Capabilities: CUDA 13.0 and 12.0 release notes, "Deprecated and dropped features".
 */
const CUDA_FAMILIES: readonly CudaFamily[] = [
  { major: 13, leastDriver: 580, leastCapability: 7.5 },
  { major: 12, leastDriver: 525, leastCapability: 5 },
  { major: 11, leastDriver: 450, leastCapability: 3.5 },
];

/** AL2023_x86_64_NVIDIA, release v20260714 (awslabs/amazon-eks-ami, CHANGELOG.md). */
export const NODE_DRIVER = "580.159.03";

/** CUDA and packed size of Triton's releases: server, docs/introduction/compatibility.md, 2026-08 (its vLLM variant; the plain one is not larger). */
const TRITON: Readonly<Record<string, { cuda: string; packedGb: number }>> = {
  "26.08": { cuda: "13.4", packedGb: 10.7 },
  "26.07": { cuda: "13.3", packedGb: 10.3 },
  "26.06": { cuda: "13.3", packedGb: 10.3 },
  "26.05": { cuda: "13.2", packedGb: 9.3 },
  "26.04": { cuda: "13.2", packedGb: 9.1 },
  "26.03": { cuda: "13.2", packedGb: 9.3 },
  "26.02": { cuda: "13.1", packedGb: 8.9 },
  "26.01": { cuda: "13.1", packedGb: 8.8 },
  "25.12": { cuda: "13.1", packedGb: 8.6 },
  "25.11": { cuda: "13.0", packedGb: 8.8 },
  "25.10": { cuda: "13.0", packedGb: 8.4 },
  "25.09": { cuda: "13.0", packedGb: 7.8 },
  "25.08": { cuda: "13.0", packedGb: 8.1 },
};

/** vllm-project/vllm, docker/Dockerfile, `CUDA_VERSION`: 12.8 or 12.9 until 0.19, 13.0 since 0.20 (2026-05). Size: discuss.vllm.ai 1204, 2025-10. */
const VLLM_PACKED_GB = 13;
const VLLM_FIRST_WITH_CUDA_13 = 20;

/** By the end of its name and its tag, because images are mirrored; undefined for an image that is neither. */
export function runtimeImage(image: string): RuntimeImage | undefined {
  const [, triton] = /(?:^|\/)[\w.-]*tritonserver:(\d\d\.\d\d)-/.exec(image) ?? [];
  if (triton !== undefined) {
    const known = TRITON[triton];
    return { title: `Triton ${triton}`, cuda: known?.cuda, packedGb: known?.packedGb ?? 11 };
  }
  const [, major, minor, patch, suffix] = /(?:^|\/)[\w.-]*vllm-openai:v?(\d+)\.(\d+)\.(\d+)(?:-cu(\d{3}))?/.exec(image) ?? [];
  if (major === undefined) return undefined;
  const isNew = Number(major) > 0 || Number(minor) >= VLLM_FIRST_WITH_CUDA_13;
  const cuda = suffix === undefined ? (isNew ? "13.0" : "12.9") : `${suffix.slice(0, 2)}.${suffix.slice(2)}`;
  return { title: `vLLM ${major}.${minor}.${patch}`, cuda, packedGb: VLLM_PACKED_GB };
}

/** `property`: of the image. */
export function driverFaults(property: string, image: string, gpu: GpuModel, driver = NODE_DRIVER): string[] {
  const found = runtimeImage(image);
  const family = CUDA_FAMILIES.find(({ major }) => found?.cuda?.startsWith(`${major}.`));
  if (found?.cuda === undefined || family === undefined) return [];
  const faults: string[] = [];
  if (Number.parseFloat(driver) < family.leastDriver) {
    faults.push(
      `${property} is ${image}; it holds CUDA ${found.cuda}, which needs driver ${family.leastDriver} or newer, and the node has ${driver}: use a newer AMI, or an image with CUDA ${family.major - 1}`,
    );
  }
  const { title, computeCapability } = GPUS[gpu];
  if (computeCapability < family.leastCapability) {
    faults.push(
      `${property} is ${image}; CUDA ${found.cuda} needs compute capability ${capabilityText(family.leastCapability)}, and a ${title} has ${capabilityText(computeCapability)}: use an image with CUDA ${family.major - 1}`,
    );
  }
  return faults;
}
