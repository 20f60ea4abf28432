import { list } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const eksRequireLogs = resourceRule({
  name: "eks-require-logs",
  wrong: "A cluster does not log who asked it for what.",
  why: "After a break-in nobody can say what was read or changed.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I2", "I12"],
  types: ["aws:eks/cluster:Cluster"],
  settings: { kinds: { default: ["audit", "authenticator"], says: "Control-plane logs that have to be on." } },
  compliant: [{ type: "aws:eks/cluster:Cluster", name: "platform", props: { enabledClusterLogTypes: ["api", "audit", "authenticator"] } }],
  *check({ props }, { kinds }) {
    const missing = kinds.filter((kind) => !list(props["enabledClusterLogTypes"]).includes(kind));
    if (missing.length > 0) yield { found: `enabledClusterLogTypes lacks ${missing.join(" and ")}`, cure: `add ${missing.join(" and ")}` };
  },
});
