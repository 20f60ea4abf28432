import { inTurn, list, mapping, number } from "../../reading";
import { type Faults, Harm, type Props, resourceRule, Severity, type Subject } from "../../rule";
import { isOpenRange } from "../../shapes/addresses";

const GROUPS = ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"];

export const ec2DisallowOpenIngress = resourceRule({
  name: "ec2-disallow-open-ingress",
  wrong: "A security group lets the whole internet in.",
  why: "Every address is scanned within minutes; what answers is tried.",
  severity: Severity.Critical,
  harm: Harm.Exposure,
  requirements: ["I1"],
  types: [...GROUPS, "aws:ec2/securityGroupRule:SecurityGroupRule", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"],
  settings: { ports: { default: ["443"], says: "Ports that may be open to the world: those of public load balancers." } },
  compliant: [
    {
      type: "aws:ec2/securityGroup:SecurityGroup",
      name: "balancer",
      props: { ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }] },
    },
    {
      type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      name: "from-office",
      props: { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "203.0.113.0/24" },
    },
    {
      type: "aws:ec2/securityGroupRule:SecurityGroupRule",
      name: "out",
      props: { type: "egress", protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] },
    },
  ],
  *check(subject, { ports }) {
    if (GROUPS.includes(subject.type)) yield* inTurn(list(subject.props["ingress"]), (rule) => faults(subject, mapping(rule), ports));
    else if (subject.props["type"] !== "egress") yield* faults(subject, subject.props, ports);
  },
});

function* faults(of: Subject, rule: Props, ports: readonly string[]): Faults {
  const sources = [...list(rule["cidrBlocks"]), ...list(rule["ipv6CidrBlocks"]), rule["cidrIpv4"], rule["cidrIpv6"]];
  const open = sources.filter(isOpenRange);
  if (open.length === 0) return;
  const [from, to] = [number(rule["fromPort"]), number(rule["toPort"])];
  const isAll = String(rule["protocol"] ?? rule["ipProtocol"]) === "-1";
  if (!isAll && from !== undefined && from === to && ports.includes(String(from))) return;
  const what = isAll ? "all ports" : from === to ? `port ${from}` : `ports ${from} to ${to}`;
  yield { found: `${open.join(" and ")} may reach ${what}`, cure: "name the addresses or the security group that need it", of };
}
