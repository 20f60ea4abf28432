import { inTurn, list, mapping, text } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";
import { gpuTypesOf } from "../../shapes/gpu";

export const eksRequireGpuTaints = resourceRule({
  name: "eks-require-gpu-taints",
  wrong: "GPU nodes carry no taint and no label, or an image without the driver.",
  why: "Any pod then lands on them and keeps a GPU of USD 380 a month awake; and the pods that need one cannot say so.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I3"],
  types: ["aws:eks/nodeGroup:NodeGroup"],
  settings: {},
  compliant: [
    {
      type: "aws:eks/nodeGroup:NodeGroup",
      name: "llm",
      props: {
        instanceTypes: ["g4dn.xlarge"],
        amiType: "AL2023_x86_64_NVIDIA",
        labels: { "nvidia.com/gpu.product": "Tesla-T4" },
        taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NO_SCHEDULE" }],
      },
    },
  ],
  *check(group) {
    const { props } = group;
    const gpus = gpuTypesOf(group);
    if (gpus.length === 0) return;
    const taken: boolean[] = [];
    yield* inTurn(list(props["taints"]), function* (taint) {
      taken.push(mapping(taint)["key"] === "nvidia.com/gpu");
      yield* [];
    });
    const on = `on ${gpus.join(", ")}`;
    if (!taken.includes(true)) yield { found: `taints has no nvidia.com/gpu ${on}`, cure: "taint it with nvidia.com/gpu, NO_SCHEDULE" };
    if (Object.keys(mapping(props["labels"])).length === 0)
      yield { found: `labels is empty ${on}`, cure: "label it, so that pods can choose it" };
    const image = text(props["amiType"]);
    if (image === undefined || !/NVIDIA|GPU|CUSTOM/.test(image))
      yield { found: `amiType is ${image ?? "absent"} ${on}`, cure: "use AL2023_x86_64_NVIDIA, or Bottlerocket's" };
  },
});
