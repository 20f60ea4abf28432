import { at, inTurn } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";
import { compliantDeployment, containersOf, WORKLOADS } from "../../shapes/pods";

const NEEDED = ["requests.cpu", "requests.memory", "limits.memory"];

export const kubernetesRequireResources = resourceRule({
  name: "kubernetes-require-resources",
  wrong: "A container says not what it needs.",
  why: "The scheduler packs it anywhere, and the first one that grows takes its neighbours down.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["M6"],
  types: WORKLOADS,
  settings: {},
  compliant: [compliantDeployment("api", "example.com/api:1.2.0")],
  *check(workload) {
    yield* inTurn(containersOf(workload), function* (container) {
      const missing = NEEDED.filter((path) => at(container, `resources.${path}`) === undefined);
      if (missing.length > 0)
        yield {
          found: `resources of the container ${String(container["name"])} lacks ${missing.join(", ")}`,
          cure: "measure it, and write it there",
        };
    });
  },
});
