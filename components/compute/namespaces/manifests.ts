/** A namespace's guards as Kubernetes objects. */
import { blocks, DNS, podsOf, POD_IDENTITY_AGENT, type Port, RESOLVERS, tcp } from "../../shared/peers";
import { AddOn, CHARTS } from "../add-ons/add-ons";
import { PlatformNamespace, type ContainerDefaults, type NamespacePlan, type Quota } from "./namespaces";

/** The version whose standards are meant: a new one must not refuse tomorrow what ran today. */
const POD_SECURITY_VERSION = "v1.35";

/**
 * Has the load balancer controller give a new pod behind a load balancer a further condition: that its target group found it healthy. Pods
 * behind none stay as they are (AWS Load Balancer Controller v3.5.0, docs/deploy/pod_readiness_gate.md).
 */
const READINESS_GATES = { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" };

export function namespaceLabels({
  podSecurity,
  readinessGates,
}: Pick<NamespacePlan, "podSecurity" | "readinessGates">): Record<string, string> {
  const modes = ["enforce", "audit", "warn"];
  const standards = modes.flatMap((mode): [string, string][] => [
    [`pod-security.kubernetes.io/${mode}`, podSecurity],
    [`pod-security.kubernetes.io/${mode}-version`, POD_SECURITY_VERSION],
  ]);
  return { ...Object.fromEntries(standards), ...(readinessGates && READINESS_GATES) };
}

export function quotaSpec(quota: Quota) {
  return {
    hard: {
      "requests.cpu": quota.cpuRequests,
      "requests.memory": quota.memoryRequests,
      "limits.memory": quota.memoryLimits,
      "requests.storage": quota.storage,
      "requests.nvidia.com/gpu": String(quota.gpus),
      pods: String(quota.pods),
      // What is reachable from outside is a component of the platform, and no Service that somebody calls a load balancer.
      "services.loadbalancers": "0",
      "services.nodeports": "0",
    },
  };
}

/**
 * With a quota every container must say what it asks for; these say it for those that do not. No limit of CPU, neither here nor in the quota,
 * which would make one a duty: it would be a bound for each container that says only what it asks for, and one that asks for two CPUs would be
 * refused (https://github.com/kubernetes/kubernetes/issues/51430). Price: a runaway takes the CPU that a node has to spare, never what others ask for.
 */
export function limitRangeSpec({ cpuRequest, memoryRequest, memoryLimit }: ContainerDefaults) {
  return {
    limits: [
      {
        type: "Container",
        defaultRequest: { cpu: cpuRequest, memory: memoryRequest },
        default: { memory: memoryLimit },
      },
    ],
  };
}

/** Where pods may go, once the VPC and its lists are known. */
export interface Surroundings {
  readonly vpcCidr: string;
  readonly serviceCidr: string;
  /** What AWS publishes as S3 of this Region; no VPC contains it. */
  readonly s3Cidrs: readonly string[];
}

export interface NamedPolicy {
  readonly name: string;
  /** A function where it depends on the surroundings. */
  readonly spec: NetworkPolicySpec | ((surroundings: Surroundings) => NetworkPolicySpec);
}

export interface NetworkPolicySpec {
  podSelector: object;
  policyTypes: string[];
  /** Without `from`, everybody. */
  ingress?: { from?: object[]; ports?: Port[] }[];
  egress?: { to: object[]; ports?: Port[] }[];
}

const HTTPS = tcp([443]);

export interface EgressRule {
  readonly name: string;
  readonly cidrs: readonly string[];
}

export interface PolicyChoices {
  readonly s3Egress: boolean;
  /** Those that concern this namespace. */
  readonly httpsEgress: readonly EgressRule[];
}

/** Nothing enters or leaves but what one of these says; policies add up. */
export function networkPolicies({ name, openInside }: NamespacePlan, { s3Egress, httpsEgress }: PolicyChoices): NamedPolicy[] {
  return [
    { name: "default-deny", spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
    { name: "allow-dns", spec: egress(RESOLVERS, DNS) },
    { name: "allow-pod-identity", spec: egress(blocks([POD_IDENTITY_AGENT]), tcp([80])) },
    // The range of the Services too: packets are judged before a Service's address becomes a pod's
    // (https://github.com/aws/aws-network-policy-agent/issues/549).
    { name: "allow-inside", spec: ({ vpcCidr, serviceCidr }) => egress(blocks([vpcCidr, serviceCidr])) },
    ...(s3Egress ? [{ name: "allow-s3", spec: ({ s3Cidrs }: Surroundings) => egress(blocks(s3Cidrs), HTTPS) }] : []),
    ...httpsEgress.map((rule) => ({ name: `allow-https-${rule.name}`, spec: egress(blocks(rule.cidrs), HTTPS) })),
    ...(openInside ? insidePolicies(name) : []),
    ...(name === MONITORING ? MONITORING_POLICIES : []),
  ];
}

/** Where Prometheus stands. */
const MONITORING: string = PlatformNamespace.Monitoring;

function insidePolicies(name: string): NamedPolicy[] {
  const neighbours = { name: "allow-neighbours", spec: ingress([{ podSelector: {} }]) };
  const scraping = { name: "allow-scraping", spec: ingress([podsOf(MONITORING)]) };
  return name === MONITORING ? [neighbours] : [neighbours, scraping];
}

/** Prometheus', and the webhook's of its operator (kube-prometheus-stack 88.5.3, `prometheusOperator.tls.internalPort`). */
const PROMETHEUS = tcp([9_090]);
const OPERATOR_WEBHOOK = tcp([10_250]);

/**
 * For those who come from elsewhere by nature: KEDA asks Prometheus how much work there is, and the control plane asks the operator whether a
 * rule is well-formed. The latter has no pod, and no address but those of its interfaces in the VPC.
 */
const MONITORING_POLICIES: NamedPolicy[] = [
  { name: "allow-scaling", spec: ingress([podsOf(CHARTS[AddOn.Keda].namespace)], PROMETHEUS) },
  { name: "allow-operator-webhook", spec: ({ vpcCidr }) => ingress(blocks([vpcCidr]), OPERATOR_WEBHOOK) },
];

function egress(to: object[], ports?: Port[]): NetworkPolicySpec {
  // To Kubernetes an empty list is everybody; no rule at all is nobody.
  const rules = to.length === 0 ? [] : [{ to, ...(ports && { ports }) }];
  return { podSelector: {}, policyTypes: ["Egress"], egress: rules };
}

function ingress(from: object[], ports?: Port[]): NetworkPolicySpec {
  return { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from, ...(ports && { ports }) }] };
}
