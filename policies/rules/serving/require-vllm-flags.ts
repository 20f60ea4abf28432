import { inTurn, number } from "../../reading";
import { type Faults, Harm, type Props, resourceRule, Severity } from "../../rule";
import { compliantDeployment, WORKLOADS } from "../../shapes/pods";
import { containersRunning, flagOf } from "../../shapes/flags";

const IMAGE = /vllm/;

export const servingRequireVllmFlags = resourceRule({
  name: "serving-require-vllm-flags",
  wrong: "A vLLM server is left to find out by itself what fits its GPU.",
  why: "Without a length it reserves memory for the model's longest one and does not start on a T4; a T4 has no bfloat16 either.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["S2"],
  types: WORKLOADS,
  settings: { maximumGpuShare: { default: 0.95, minimum: 0, says: "The most of a GPU's memory that vLLM may plan with." } },
  compliant: [
    compliantDeployment("llm", "example.com/vllm/vllm-openai:v0.33.0", {
      args: ["--max-model-len=2048", "--dtype=float16", "--gpu-memory-utilization=0.9"],
    }),
  ],
  *check(workload, { maximumGpuShare }) {
    yield* inTurn(containersRunning(workload, IMAGE), (container) => faults(container, maximumGpuShare));
  },
});

function* faults(container: Props, maximumGpuShare: number): Faults {
  if (flagOf(container, "--max-model-len") === undefined)
    yield { found: "--max-model-len is absent", cure: "set it to the tokens that a request may have" };
  const type = flagOf(container, "--dtype");
  if (type !== "float16" && type !== "half")
    yield { found: `--dtype is ${type ?? "absent"}`, cure: "set --dtype=float16, which every GPU here has" };
  const share = number(flagOf(container, "--gpu-memory-utilization"));
  if (share !== undefined && share > maximumGpuShare)
    yield { found: `--gpu-memory-utilization is ${share}`, cure: `set it to ${maximumGpuShare} or less, and leave the driver its part` };
  for (const flag of ["--trust-remote-code", "--enable-lora-runtime-updating"]) {
    if (flagOf(container, flag) !== undefined) yield { found: `${flag} is given`, cure: "remove it: it runs code that comes with a model" };
  }
}
