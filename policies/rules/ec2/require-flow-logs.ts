import { inTurn } from "../../reading";
import { Harm, Severity, stackRule } from "../../rule";

const VPC = "aws:ec2/vpc:Vpc";
const LOG = "aws:ec2/flowLog:FlowLog";

export const ec2RequireFlowLogs = stackRule({
  name: "ec2-require-flow-logs",
  wrong: "Nobody records who talks to whom in a network.",
  why: "After a break-in nothing says where the data went.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I1"],
  types: [VPC],
  settings: {},
  compliant: [
    { type: VPC, name: "network", props: {} },
    { type: LOG, name: "traffic", props: { vpcId: "vpc-1" }, madeFrom: { vpcId: ["network"] } },
  ],
  *check(all) {
    const logs = all.filter(({ type }) => type === LOG);
    const vpcs = all.filter(({ type }) => type === VPC);
    yield* inTurn(vpcs, function* (vpc) {
      const has = logs.some(({ propertyDependencies }) => (propertyDependencies["vpcId"] ?? []).some(({ urn }) => urn === vpc.urn));
      if (!has) yield { found: "no FlowLog records it", cure: "add a FlowLog with its vpcId", of: vpc };
      yield* [];
    });
  },
});
