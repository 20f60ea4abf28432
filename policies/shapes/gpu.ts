/** Which instance types have an NVIDIA GPU: EC2 user guide, "Accelerated computing instances", read 2026-11-21. */
import { list, text } from "../reading";
import type { Subject } from "../rule";

const GPU_FAMILY = /^(p\d+\w*|g4dn|g5|g5g|g6\w*|gr6\w*|g7e?)\./;

export function gpuTypesOf({ props }: Subject): string[] {
  return list(props["instanceTypes"]).flatMap((type) => (GPU_FAMILY.test(text(type) ?? "") ? [String(type)] : []));
}
