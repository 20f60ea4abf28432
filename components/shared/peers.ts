/** Who may talk with whom, in the words of Kubernetes' NetworkPolicy. */

export interface Peer<Text> {
  ipBlock?: { cidr: Text };
  namespaceSelector?: { matchLabels: Record<string, Text> };
  podSelector?: { matchLabels?: Record<string, string> };
}

export interface Port {
  port: number;
  protocol: string;
}

/** Link-local address of the EKS Pod Identity agent on every node (EKS user guide, "Set up the Amazon EKS Pod Identity Agent"). */
export const POD_IDENTITY_AGENT = "169.254.170.23/32";

export const DNS: Port[] = [
  { port: 53, protocol: "UDP" },
  { port: 53, protocol: "TCP" },
];

/** CoreDNS, as EKS labels it. */
export const RESOLVERS: Peer<string>[] = [podsOf("kube-system", { "k8s-app": "kube-dns" })];

export function blocks<Text>(cidrs: readonly Text[] = []): Peer<Text>[] {
  return cidrs.map((cidr) => ({ ipBlock: { cidr } }));
}

export function podsOf<Text>(namespace: Text, matchLabels?: Record<string, string>): Peer<Text> {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    ...(matchLabels && { podSelector: { matchLabels } }),
  };
}

export function tcp(ports: readonly number[]): Port[] {
  return ports.map((port) => ({ port, protocol: "TCP" }));
}
