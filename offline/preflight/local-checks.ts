/** What can be told of this machine and of the plan without asking AWS: whether the first update gets into the cluster that it makes. Pure. */
import { isForDocumentation } from "../../components/shared/open-ranges";
import type { Check, Finding, Judgement } from "./check";
import type { ClusterFacts, PlanFacts } from "./facts";

interface LocalCheckSpec<W> {
  readonly id: string;
  readonly title: string;
  needs(this: void, facts: PlanFacts): readonly W[];
  judge(this: void, need: W, facts: PlanFacts): Judgement & { readonly subject: string; readonly wanted: string };
}

/** Made with credentials and without. */
function localCheck<W>({ id, title, needs, judge }: LocalCheckSpec<W>): Check {
  const findings = (facts: PlanFacts): Finding[] => needs(facts).map((need) => ({ check: id, ...judge(need, facts) }));
  return {
    ...{ id, title, asks: [], isLocal: true },
    isNeeded: (facts) => needs(facts).length > 0,
    unasked: (facts, says) =>
      findings(facts).map(({ check, subject, wanted }) => ({ check, subject, wanted, verdict: "not checked", says })),
    findings: (_, { facts }) => Promise.resolve(findings(facts)),
  };
}

/** The update that makes the cluster puts namespaces and charts into it: whoever cannot reach it stops half-way, with everything else there. */
export const ENDPOINT_CHECK = localCheck<ClusterFacts>({
  id: "cluster-access",
  title: "Way to the Kubernetes API",
  needs: ({ clusters }) => clusters,
  judge: ({ name, publicAccessCidrs: ranges }) => {
    if (ranges === undefined)
      return {
        ...{ subject: name, wanted: "pulumi up inside its VPC, or through a tunnel into it", verdict: "unknown" },
        says: "the endpoint is private, and the first update makes the VPC as well as what is in the cluster",
        cure: 'Run it on a runner inside a VPC that is there before (bootstrap/README.md), or let one address in for the first update (README of Cluster, "The first update").',
      };
    const wanted = `pulumi up from ${ranges.join(" or ")}`;
    const examples = ranges.filter(isForDocumentation);
    if (examples.length > 0)
      return {
        ...{ subject: name, wanted, verdict: "short" },
        says: `${examples.join(" and ")} is for documentation: nobody comes from there`,
        cure: "Write the public addresses behind which you and your CI are (publicAccessCidrs).",
      };
    return { subject: name, wanted, verdict: "unknown", says: "whether this machine is there, nobody asked" };
  },
});

export const AWS_CLI_CHECK = localCheck<string>({
  id: "aws-cli",
  title: "AWS CLI",
  needs: ({ clusters }) => (clusters.length === 0 ? [] : ["aws"]),
  judge: (subject, { hasAwsCli }) => {
    const wanted = "on this machine, because the kubeconfig calls `aws eks get-token`";
    if (hasAwsCli) return { subject, wanted, verdict: "ok", says: "found" };
    return { subject, wanted, verdict: "short", says: "not found on PATH", cure: "Install version 2 of it where pulumi up runs." };
  },
});
