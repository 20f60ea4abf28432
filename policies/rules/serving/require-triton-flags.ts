import { inTurn, isTrue } from "../../reading";
import { type Faults, Harm, type Props, resourceRule, Severity } from "../../rule";
import { compliantDeployment, WORKLOADS } from "../../shapes/pods";
import { containersRunning, flagOf } from "../../shapes/flags";

const IMAGE = /tritonserver/;
const MAIN = "example.com/nvidia/tritonserver:26.07-py3";

export const servingRequireTritonFlags = resourceRule({
  name: "serving-require-triton-flags",
  wrong: "Triton runs with flags that make it serve less than it says.",
  why: "In the mode poll one failed answer of S3 unloads every model; without strict readiness users are sent to a server that is still loading.",
  severity: Severity.High,
  harm: Harm.Practice,
  requirements: ["S1"],
  types: WORKLOADS,
  settings: {},
  compliant: [
    compliantDeployment("triton", MAIN, {
      args: ["tritonserver", "--model-control-mode=explicit", "--strict-readiness=true", "--exit-on-error=true"],
    }),
  ],
  *check(workload) {
    yield* inTurn(containersRunning(workload, IMAGE), faults);
  },
});

/** Defaults: server v2.71.0 (26.07), src/command_line_parser.cc: mode none, strict readiness and exit on error on. */
function* faults(container: Props): Faults {
  if (flagOf(container, "--model-control-mode") === "poll")
    yield { found: "--model-control-mode is poll", cure: "use explicit, and name the models" };
  for (const flag of ["--strict-readiness", "--exit-on-error"]) {
    const value = flagOf(container, flag);
    if (value !== undefined && value !== "" && !isTrue(value)) yield { found: `${flag} is ${value}`, cure: `set ${flag}=true` };
  }
  if (flagOf(container, "--model-control-mode") === undefined)
    yield { found: "--model-control-mode is absent", cure: "write --model-control-mode=explicit, so that a release is a decision" };
}
