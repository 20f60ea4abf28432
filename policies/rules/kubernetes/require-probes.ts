import { inTurn } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";
import { compliantDeployment, containersOf, SERVICES_OF_PODS } from "../../shapes/pods";

const PROBES = ["readinessProbe", "livenessProbe"];

export const kubernetesRequireProbes = resourceRule({
  name: "kubernetes-require-probes",
  wrong: "Kubernetes cannot tell whether a container works.",
  why: "A roll-out sends users to pods that are still loading a model, and one that hangs stays.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["S7"],
  types: SERVICES_OF_PODS,
  settings: { exempt: { default: [] as string[], says: "Names of containers without a port: those that only run beside another." } },
  compliant: [compliantDeployment("api", "example.com/api:1.2.0")],
  *check(workload, { exempt }) {
    yield* inTurn(containersOf(workload), function* (container) {
      const name = String(container["name"]);
      const missing = exempt.includes(name) ? [] : PROBES.filter((probe) => container[probe] === undefined);
      if (missing.length > 0) yield { found: `the container ${name} has no ${missing.join(" and no ")}`, cure: "add it" };
    });
  },
});
