import { type PolicyCondition, type PolicyStatement } from "../../shared/policy-document";

/** Tag that the controller puts on everything it makes, with the cluster's name as value. */
const OWNER_TAG = "elbv2.k8s.aws/cluster";

/**
 * What the AWS Load Balancer Controller 3.5.0 needs (its docs/install/iam_policy.json at that version), narrower in four ways: it touches
 * only what carries this cluster's name, where the original is content with any cluster's; it may change the rules only of its own security
 * groups and of the cluster's; it attaches only web ACLs that are named; and WAF Classic, Shield, Cognito and server certificates in IAM are
 * left out, the first two being switched off in the chart.
 */
export function loadBalancerStatements(partition: string, clusterName: string, webAclArns: readonly string[] = []): PolicyStatement[] {
  const created = { StringEquals: { [`aws:RequestTag/${OWNER_TAG}`]: clusterName } };
  const owned = { StringEquals: { [`aws:ResourceTag/${OWNER_TAG}`]: clusterName } };
  const onCreate = (action: string) => ({ StringEquals: { "elasticloadbalancing:CreateAction": action, ...created.StringEquals } });
  const tagsKept = { ...owned, Null: { [`aws:RequestTag/${OWNER_TAG}`]: "true" } };
  const elb = (kind: string) => `arn:${partition}:elasticloadbalancing:*:*:${kind}`;
  const securityGroups = `arn:${partition}:ec2:*:*:security-group/*`;
  const loadBalancers = [elb("loadbalancer/net/*/*"), elb("loadbalancer/app/*/*")];
  const listenersAndRules = ["listener", "listener-rule"].flatMap((kind) => [elb(`${kind}/net/*/*/*`), elb(`${kind}/app/*/*/*`)]);
  return [
    allow("FirstLoadBalancer", "iam:CreateServiceLinkedRole", "*", {
      StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" },
    }),
    allow("Look", [...LOOK_AT_NETWORK, ...LOOK_AT_LOAD_BALANCERS, ...LOOK_AT_CERTIFICATES], "*"),
    allow("OpenTheClustersGroup", RULE_CHANGES, "*", {
      StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${clusterName}`]: "owned" },
    }),
    allow("CreateGroups", "ec2:CreateSecurityGroup", "*"),
    allow("NameNewGroups", "ec2:CreateTags", securityGroups, {
      StringEquals: { "ec2:CreateAction": "CreateSecurityGroup", ...created.StringEquals },
    }),
    allow("NameOwnGroups", ["ec2:CreateTags", "ec2:DeleteTags"], securityGroups, tagsKept),
    allow("ChangeOwnGroups", [...RULE_CHANGES, "ec2:DeleteSecurityGroup"], "*", owned),
    allow("Create", ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"], "*", created),
    allow("NameNewTargetGroups", "elasticloadbalancing:AddTags", elb("targetgroup/*/*"), onCreate("CreateTargetGroup")),
    allow("NameNewLoadBalancers", "elasticloadbalancing:AddTags", loadBalancers, onCreate("CreateLoadBalancer")),
    allow("NameOwn", TAG_CHANGES, [elb("targetgroup/*/*"), ...loadBalancers], tagsKept),
    allow("NameListeners", TAG_CHANGES, listenersAndRules),
    allow("ChangeOwn", CHANGE_OWN, "*", owned),
    allow("ChangeListeners", CHANGE_LISTENERS, "*"),
    allow("Register", ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"], elb("targetgroup/*/*")),
    ...webAclStatements(partition, webAclArns, owned),
  ];
}

function allow(
  Sid: string,
  Action: string | readonly string[],
  Resource: string | readonly string[],
  Condition?: PolicyCondition,
): PolicyStatement {
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}

/**
 * Attaches these web ACLs, and no others, to this cluster's load balancers. In place of the original's `elasticloadbalancing:SetWebAcl`,
 * which cannot be narrowed, the three actions that succeeded it and see the load balancer's tags (Service Authorization Reference, "Elastic
 * Load Balancing V2", and WAF developer guide, "Actions that require additional permissions settings", 2026-11).
 */
function webAclStatements(partition: string, webAclArns: readonly string[], owned: PolicyCondition): PolicyStatement[] {
  if (webAclArns.length === 0) return [];
  const balancers = `arn:${partition}:elasticloadbalancing:*:*:loadbalancer/app/*/*`;
  // All may be read: one that is about to be replaced is no longer among the named, and is asked for first.
  const readable = [`arn:${partition}:wafv2:*:*:regional/webacl/*/*`, balancers];
  return [
    allow("LookAtWebAcls", ["wafv2:GetWebACL", "wafv2:GetWebACLForResource"], readable),
    allow("AttachWebAcls", "wafv2:AssociateWebACL", [...webAclArns, balancers]),
    // WAF knows no web ACL to bind it to; it is bound by the right to the load balancer, which WAF asks for as well.
    allow("DetachWebAcls", "wafv2:DisassociateWebACL", "*"),
    allow("ProtectOwn", PROTECT_OWN, balancers, owned),
  ];
}

const PROTECT_OWN = ["CreateWebACLAssociation", "DeleteWebACLAssociation", "GetLoadBalancerWebACL"].map(
  (action) => `elasticloadbalancing:${action}`,
);

const RULE_CHANGES = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"];
const TAG_CHANGES = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"];

const LOOK_AT_NETWORK = [
  ...["AccountAttributes", "Addresses", "AvailabilityZones", "InternetGateways", "Vpcs", "VpcPeeringConnections", "Subnets"],
  ...["SecurityGroups", "Instances", "NetworkInterfaces", "Tags", "CoipPools", "IpamPools", "RouteTables"],
]
  .map((kind) => `ec2:Describe${kind}`)
  .concat("ec2:GetCoipPoolUsage", "ec2:GetSecurityGroupsForVpc");

const LOOK_AT_LOAD_BALANCERS = [
  ...["LoadBalancers", "LoadBalancerAttributes", "Listeners", "ListenerAttributes", "ListenerCertificates", "SSLPolicies", "Rules"],
  ...["TargetGroups", "TargetGroupAttributes", "TargetHealth", "Tags", "TrustStores", "CapacityReservation"],
].map((kind) => `elasticloadbalancing:Describe${kind}`);

/** For load balancers whose certificate is found by its domain. */
const LOOK_AT_CERTIFICATES = ["acm:ListCertificates", "acm:DescribeCertificate"];

const CHANGE_OWN = [
  ...["ModifyLoadBalancerAttributes", "SetIpAddressType", "SetSecurityGroups", "SetSubnets", "DeleteLoadBalancer", "ModifyTargetGroup"],
  ...["ModifyTargetGroupAttributes", "DeleteTargetGroup", "ModifyListenerAttributes", "ModifyCapacityReservation", "ModifyIpPools"],
].map((action) => `elasticloadbalancing:${action}`);

/** Listeners and rules are made on load balancers whose tags these actions do not see. */
const CHANGE_LISTENERS = [
  ...["CreateListener", "DeleteListener", "ModifyListener", "CreateRule", "DeleteRule", "ModifyRule", "SetRulePriorities"],
  ...["AddListenerCertificates", "RemoveListenerCertificates"],
].map((action) => `elasticloadbalancing:${action}`);
