import { rangeFaults } from "./faults";
import { repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { blocks, DNS, type Peer, POD_IDENTITY_AGENT, podsOf, RESOLVERS, tcp } from "../../shared/peers";
import { objectMetadata, podLabels, type Workload } from "./workload";

/** Something that the pods may call. */
export interface Egress<Text> {
  readonly name: string;
  readonly cidrs?: readonly Text[];
  readonly namespaces?: readonly (Text | string)[];
  readonly ports: readonly number[];
  readonly allowAnywhere?: boolean;
}

/** Who may call the pods, and whom they may call. */
export interface Traffic<Text> {
  /** Absent: those of the service's own namespace, unless there is a load balancer. */
  readonly callerNamespaces?: readonly string[];
  readonly behindLoadBalancer: boolean;
  readonly egress: readonly Egress<Text>[];
  /** Whether they get a role from the agent on their node. */
  readonly podIdentity: boolean;
}

const PORT = { min: 1, max: 65_535, rule: "TCP has ports" };

export function trafficFaults({ callerNamespaces, behindLoadBalancer, egress }: Traffic<unknown>): string[] {
  const faults = repeatFaults("callerNamespaces", callerNamespaces);
  if (callerNamespaces?.length === 0 && !behindLoadBalancer) {
    faults.push("callerNamespaces is empty without loadBalancer; nobody could call the service: name a namespace, or leave it out");
  }
  const names = egress.map(({ name }) => name);
  return [...faults, ...repeatFaults("egress", names), ...egress.flatMap((each, index) => egressFaults(`egress[${index}]`, each))];
}

export function egressRangeFaults(property: string, cidrs: readonly unknown[], allowAnywhere = false): string[] {
  const cure = `name narrower ranges, or set ${property}.allowAnywhere to true`;
  return rangeFaults(`${property}.cidrs`, cidrs, allowAnywhere ? undefined : `the pods could send anything anywhere: ${cure}`);
}

function egressFaults(property: string, { cidrs = [], namespaces = [], ports, allowAnywhere }: Egress<unknown>): string[] {
  const faults = egressRangeFaults(property, cidrs, allowAnywhere);
  // To Kubernetes an empty list, of peers or of ports, is all of them.
  if (cidrs.length === 0 && namespaces.length === 0) {
    faults.push(`${property} has neither cidrs nor namespaces; it leads nowhere: name one, or leave the entry out`);
  }
  if (ports.length === 0) faults.push(`${property}.ports is empty; it opens nothing: name a port, or leave the entry out`);
  return [
    ...faults,
    ...repeatFaults(`${property}.namespaces`, namespaces),
    ...ports.flatMap((port, index) => wholeNumberFaults(`${property}.ports[${index}]`, port, PORT)),
  ];
}

/** The only ways in. There is always one: to Kubernetes a rule without peers is open to everybody. */
export function ingressRules({ port }: Workload<unknown>, traffic: Traffic<unknown>, loadBalancerCidrs: readonly string[]) {
  const ownNamespace: Peer<string>[] = traffic.behindLoadBalancer ? [] : [{ podSelector: {} }];
  const callers = traffic.callerNamespaces?.map((namespace) => podsOf(namespace)) ?? ownNamespace;
  return [{ from: [...blocks(loadBalancerCidrs), ...callers], ports: tcp([port]) }];
}

/** Closes the pods to everybody else. Policies of the namespace add to it: what they open to all pods stays open to these. */
export function networkPolicy<Text, Rules>(
  workload: Workload<Text>,
  { egress, podIdentity }: Pick<Traffic<Text>, "egress" | "podIdentity">,
  ingress: Rules,
) {
  return {
    apiVersion: "networking.k8s.io/v1" as const,
    kind: "NetworkPolicy" as const,
    metadata: objectMetadata(workload),
    spec: {
      podSelector: { matchLabels: podLabels(workload) },
      policyTypes: ["Ingress", "Egress"],
      ingress,
      egress: [
        { to: RESOLVERS, ports: DNS },
        ...(podIdentity ? [{ to: blocks([POD_IDENTITY_AGENT]), ports: tcp([80]) }] : []),
        ...egress.map(({ cidrs, namespaces = [], ports }) => ({
          to: [...blocks(cidrs), ...namespaces.map((namespace) => podsOf(namespace))],
          ports: tcp(ports),
        })),
      ],
    },
  };
}
