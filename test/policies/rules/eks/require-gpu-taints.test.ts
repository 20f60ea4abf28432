import { eksRequireGpuTaints as rule } from "../../../../policies/rules/eks/require-gpu-taints";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// A pod that needs no GPU keeps one awake.
departures(rule, [
  [
    "with another taint",
    set("taints.0.key", "dedicated"),
    ["llm: taints has no nvidia.com/gpu on g4dn.xlarge; taint it with nvidia.com/gpu, NO_SCHEDULE."],
  ],
  ["absent taints", absent("taints"), ["llm: taints has no nvidia.com/gpu on g4dn.xlarge; taint it with nvidia.com/gpu, NO_SCHEDULE."]],
  ["absent labels", absent("labels"), ["llm: labels is empty on g4dn.xlarge; label it, so that pods can choose it."]],
  [
    "with an image without the driver",
    set("amiType", "AL2023_x86_64_STANDARD"),
    ["llm: amiType is AL2023_x86_64_STANDARD on g4dn.xlarge; use AL2023_x86_64_NVIDIA, or Bottlerocket's."],
  ],
  ["absent image", absent("amiType"), ["llm: amiType is absent on g4dn.xlarge; use AL2023_x86_64_NVIDIA, or Bottlerocket's."]],
]);

otherwise(rule, [
  ["takes nodes without a GPU", (compliant) => set("instanceTypes", ["m6i.large"])(absent("taints")(compliant)), { faults: [] }],
  ["says so where the types are unknown", set("instanceTypes", UNKNOWN), { faults: [], unknown: "instanceTypes" }],
]);
