/** The machine images that EKS offers, and how the provider picks one (nodejs/eks/nodes/ami.ts, nodejs/eks/nodes/nodegroup.ts). Pure. */
export type Architecture = "x86_64" | "arm64";

export interface Image {
  readonly amiType: string;
  readonly system: string;
  readonly gpu: boolean;
  readonly architecture: Architecture;
  /** Part of its name in AWS's parameter store. For Amazon Linux also accepted as `amiType`, as older programs write it. */
  readonly path?: string;
  readonly alias?: string;
}

/** Where the program names neither a system nor an `amiType`. */
export const DEFAULT_SYSTEM = "AL2023";

/** EKS user guide, "Create nodes with optimized Amazon Linux images" and "... Bottlerocket images", 2026-11. */
export const IMAGES: readonly Image[] = [
  { amiType: "AL2_x86_64", system: "AL2", gpu: false, architecture: "x86_64", path: "amazon-linux-2" },
  { amiType: "AL2_x86_64_GPU", system: "AL2", gpu: true, architecture: "x86_64", path: "amazon-linux-2-gpu" },
  { amiType: "AL2_ARM_64", system: "AL2", gpu: false, architecture: "arm64", path: "amazon-linux-2-arm64", alias: "amazon-linux-2-arm" },
  { amiType: "AL2023_x86_64_STANDARD", system: "AL2023", gpu: false, architecture: "x86_64", path: "amazon-linux-2023/x86_64/standard" },
  { amiType: "AL2023_ARM_64_STANDARD", system: "AL2023", gpu: false, architecture: "arm64", path: "amazon-linux-2023/arm64/standard" },
  { amiType: "AL2023_x86_64_NVIDIA", system: "AL2023", gpu: true, architecture: "x86_64", path: "amazon-linux-2023/x86_64/nvidia" },
  { amiType: "BOTTLEROCKET_ARM_64", system: "Bottlerocket", gpu: false, architecture: "arm64" },
  { amiType: "BOTTLEROCKET_x86_64", system: "Bottlerocket", gpu: false, architecture: "x86_64" },
  { amiType: "BOTTLEROCKET_ARM_64_NVIDIA", system: "Bottlerocket", gpu: true, architecture: "arm64" },
  { amiType: "BOTTLEROCKET_x86_64_NVIDIA", system: "Bottlerocket", gpu: true, architecture: "x86_64" },
];

export function imageOfType(amiType: string): Image | undefined {
  return IMAGES.find((image) => amiType === image.amiType || amiType === (image.alias ?? image.path));
}

export function imageFor(system: string, gpu: boolean, architecture: Architecture): Image | undefined {
  return IMAGES.find((image) => image.system === system && image.gpu === gpu && image.architecture === architecture);
}

/** The architectures of the instance types: one where they can share an image. */
export function architecturesOf(instanceTypes: readonly string[]): Architecture[] {
  const found = new Set(instanceTypes.map((type): Architecture => (GRAVITON.test(type) ? "arm64" : "x86_64")));
  return found.size === 0 ? ["x86_64"] : [...found];
}

/** Graviton is the letter g after the generation: c7g, t4g, im4gn; not g4dn (EC2 user guide, "Instance type naming conventions"). */
const GRAVITON = /[a-z]+\d+g-?[a-z]*\./;

/** Name of the parameter that holds the newest image's id. */
export function parameterOf({ path, gpu, architecture }: Image, version: string): string {
  if (path !== undefined) return `/aws/service/eks/optimized-ami/${version}/${path}/recommended/image_id`;
  return `/aws/service/bottlerocket/aws-k8s-${version}${gpu ? "-nvidia" : ""}/${architecture}/latest/image_id`;
}
