import { Harm, resourceRule, Severity } from "../../rule";
import { gpuTypesOf } from "../../shapes/gpu";

export const eksLimitGpuSpot = resourceRule({
  name: "eks-limit-gpu-spot",
  wrong: "GPU nodes that people wait for are bought on the spot market.",
  why: "They go with two minutes' notice, and a T4 may not come back for hours.",
  severity: Severity.Low,
  harm: Harm.Practice,
  requirements: ["I3"],
  types: ["aws:eks/nodeGroup:NodeGroup"],
  settings: { spotGroups: { default: [] as string[], says: "Names of node groups that may be interrupted: training, say." } },
  compliant: [{ type: "aws:eks/nodeGroup:NodeGroup", name: "llm", props: { instanceTypes: ["g4dn.xlarge"], capacityType: "ON_DEMAND" } }],
  *check(group, { spotGroups }) {
    const gpus = gpuTypesOf(group);
    if (gpus.length > 0 && group.props["capacityType"] === "SPOT" && !spotGroups.includes(group.name))
      yield { found: `capacityType is "SPOT" on ${gpus.join(", ")}`, cure: 'use "ON_DEMAND", or name the group in spotGroups' };
  },
});
