import { loadBalancerStatements } from "../../../../components/compute/add-ons/load-balancer-policy";
import { policyDocument } from "../../../../components/shared/policy-document";

const webAcl = (name: string) => `arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/${name}/0b1c2d3e-0000-4000-8000-000000000000`;
const statements = loadBalancerStatements("aws", "ml", [webAcl("names")]);
const allowed = statements.flatMap(({ Action }) => [Action].flat());

/** kubernetes-sigs/aws-load-balancer-controller, docs/install/iam_policy.json at v3.5.0: every action there, once. */
const UPSTREAM = `
  acm:DescribeCertificate acm:ListCertificates cognito-idp:DescribeUserPoolClient
  ec2:AuthorizeSecurityGroupIngress ec2:CreateSecurityGroup ec2:CreateTags ec2:DeleteSecurityGroup ec2:DeleteTags
  ec2:DescribeAccountAttributes ec2:DescribeAddresses ec2:DescribeAvailabilityZones ec2:DescribeCoipPools ec2:DescribeInstances
  ec2:DescribeInternetGateways ec2:DescribeIpamPools ec2:DescribeNetworkInterfaces ec2:DescribeRouteTables ec2:DescribeSecurityGroups
  ec2:DescribeSubnets ec2:DescribeTags ec2:DescribeVpcPeeringConnections ec2:DescribeVpcs ec2:GetCoipPoolUsage ec2:GetSecurityGroupsForVpc
  ec2:RevokeSecurityGroupIngress
  elasticloadbalancing:AddListenerCertificates elasticloadbalancing:AddTags elasticloadbalancing:CreateListener
  elasticloadbalancing:CreateLoadBalancer elasticloadbalancing:CreateRule elasticloadbalancing:CreateTargetGroup
  elasticloadbalancing:DeleteListener elasticloadbalancing:DeleteLoadBalancer elasticloadbalancing:DeleteRule
  elasticloadbalancing:DeleteTargetGroup elasticloadbalancing:DeregisterTargets elasticloadbalancing:DescribeCapacityReservation
  elasticloadbalancing:DescribeListenerAttributes elasticloadbalancing:DescribeListenerCertificates
  elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeLoadBalancerAttributes elasticloadbalancing:DescribeLoadBalancers
  elasticloadbalancing:DescribeRules elasticloadbalancing:DescribeSSLPolicies elasticloadbalancing:DescribeTags
  elasticloadbalancing:DescribeTargetGroupAttributes elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth
  elasticloadbalancing:DescribeTrustStores elasticloadbalancing:ModifyCapacityReservation elasticloadbalancing:ModifyIpPools
  elasticloadbalancing:ModifyListener elasticloadbalancing:ModifyListenerAttributes elasticloadbalancing:ModifyLoadBalancerAttributes
  elasticloadbalancing:ModifyRule elasticloadbalancing:ModifyTargetGroup elasticloadbalancing:ModifyTargetGroupAttributes
  elasticloadbalancing:RegisterTargets elasticloadbalancing:RemoveListenerCertificates elasticloadbalancing:RemoveTags
  elasticloadbalancing:SetIpAddressType elasticloadbalancing:SetRulePriorities elasticloadbalancing:SetSecurityGroups
  elasticloadbalancing:SetSubnets elasticloadbalancing:SetWebAcl
  iam:CreateServiceLinkedRole iam:GetServerCertificate iam:ListServerCertificates
  shield:CreateProtection shield:DeleteProtection shield:DescribeProtection shield:GetSubscriptionState
  waf-regional:AssociateWebACL waf-regional:DisassociateWebACL waf-regional:GetWebACL waf-regional:GetWebACLForResource
  wafv2:AssociateWebACL wafv2:DisassociateWebACL wafv2:GetWebACL wafv2:GetWebACLForResource
`.match(/\S+/g)!;

const LEFT_OUT = /^(cognito-idp|shield|waf-regional):|^iam:(Get|List)ServerCertificate|:SetWebAcl$/;

/** What stands for SetWebAcl, and can be bound to a load balancer (Service Authorization Reference, "Elastic Load Balancing V2", 2026-11). */
const IN_PLACE_OF_SET_WEB_ACL = ["CreateWebACLAssociation", "DeleteWebACLAssociation", "GetLoadBalancerWebACL"].map(
  (action) => `elasticloadbalancing:${action}`,
);

// With one action too few the controller fails at the one moment when a load balancer must change.
it("allows what the controller's own policy allows, but for what is switched off, and nothing else", () => {
  const expected = [...UPSTREAM.filter((action) => !LEFT_OUT.test(action)), ...IN_PLACE_OF_SET_WEB_ACL];
  expect([...new Set(allowed)].sort()).toEqual(expected.sort());
});

// Whoever may write an Ingress could otherwise put a web ACL that lets everything through in the place of the strict one.
it("S7 attaches the web ACLs that are named, to this cluster's load balancers", () => {
  const waf = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));
  const balancers = "arn:aws:elasticloadbalancing:*:*:loadbalancer/app/*/*";
  const owned = { StringEquals: { "aws:ResourceTag/elbv2.k8s.aws/cluster": "ml" } };
  expect(waf("wafv2:AssociateWebACL")).toEqual([
    { Sid: "AttachWebAcls", Effect: "Allow", Action: "wafv2:AssociateWebACL", Resource: [webAcl("names"), balancers] },
  ]);
  for (const action of IN_PLACE_OF_SET_WEB_ACL) {
    expect(waf(action)).toEqual([
      { Sid: "ProtectOwn", Effect: "Allow", Action: IN_PLACE_OF_SET_WEB_ACL, Resource: balancers, Condition: owned },
    ]);
  }
});

it("has no right to any web ACL where none is named", () => {
  const without = loadBalancerStatements("aws", "ml").flatMap(({ Action }) => [Action].flat());
  expect(without.filter((action) => /waf|webacl/i.test(action))).toEqual([]);
});

// The original is content with any cluster's tag: the controller of a test cluster could delete production's load balancer.
it("creates, changes and deletes only what carries this cluster's name", () => {
  const changing = statements.filter(({ Action }) =>
    [Action].flat().some((action) => /:(Create(LoadB|TargetG)|Delete|Modify(LoadB|TargetG)|Set(Ip|Sec|Sub))/.test(action)),
  );
  const unbound = changing.filter(({ Condition }) => !JSON.stringify(Condition ?? {}).includes('"ml"'));
  // Listeners and rules: these actions do not see the tags of their load balancer.
  expect(unbound.map(({ Sid }) => Sid)).toEqual(["ChangeListeners"]);
});

it("opens ports only in its own security groups and in the cluster's", () => {
  const opening = statements.filter(({ Action }) => [Action].flat().includes("ec2:AuthorizeSecurityGroupIngress"));
  expect(opening.map(({ Condition }) => Condition)).toEqual([
    { StringEquals: { "aws:ResourceTag/kubernetes.io/cluster/ml": "owned" } },
    { StringEquals: { "aws:ResourceTag/elbv2.k8s.aws/cluster": "ml" } },
  ]);
});

// "Role: 10,240 characters" (IAM user guide, "IAM and AWS STS quotas"), for the longest names and the most web ACLs that there may be.
it("fits into a role", () => {
  const webAcls = Array.from({ length: 12 }, () =>
    webAcl("x".repeat(128)).replace("aws:wafv2:eu-central-1", "aws-us-gov:wafv2:us-gov-west-1"),
  );
  expect(policyDocument(loadBalancerStatements("aws-us-gov", "x".repeat(100), webAcls)).length).toBeLessThan(10_240);
});

it("names its resources in the partition where it stands", () => {
  const text = policyDocument(loadBalancerStatements("aws-cn", "ml"));
  expect(text).toContain("arn:aws-cn:elasticloadbalancing:*:*:targetgroup/*/*");
  expect(text).not.toContain("arn:aws:");
});
