import { at, inTurn, isTrue, said } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";
import { allContainersOf, compliantDeployment, podOf, WORKLOADS } from "../../shapes/pods";

export const kubernetesRequireNonRoot = resourceRule({
  name: "kubernetes-require-non-root",
  wrong: "A container runs as root, or can become it.",
  why: "A fault in the program is then a fault in the node, and the node has a role.",
  severity: Severity.High,
  harm: Harm.Practice,
  requirements: ["M6"],
  types: WORKLOADS,
  settings: {},
  compliant: [compliantDeployment("api", "example.com/api:1.2.0")],
  *check(workload) {
    const pod = podOf(workload);
    for (const key of ["hostNetwork", "hostPID", "hostIPC"]) {
      if (isTrue(pod[key])) yield { found: `${key} is true`, cure: "remove it" };
    }
    const forAll = at(pod, "securityContext.runAsNonRoot");
    yield* inTurn(allContainersOf(workload), function* (container) {
      const where = `of the container ${String(container["name"])}`;
      const nonRoot = at(container, "securityContext.runAsNonRoot") ?? forAll;
      if (!isTrue(nonRoot)) yield { found: said(`securityContext.runAsNonRoot ${where}`, nonRoot), cure: "set it to true" };
      if (isTrue(at(container, "securityContext.privileged")))
        yield { found: `securityContext.privileged ${where} is true`, cure: "remove it" };
      const escalates = at(container, "securityContext.allowPrivilegeEscalation");
      if (escalates !== false)
        yield { found: said(`securityContext.allowPrivilegeEscalation ${where}`, escalates, "true"), cure: "set it to false" };
    });
  },
});
