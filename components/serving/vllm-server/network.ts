/** Who may call the server, and what it may call. */
import { type LanguageServer, metadataOf, podLabels } from "./workload";
import { SERVE_PORT, WATCH_PORT } from "./proxy";

export interface Callers {
  /** Absent: those of the server's own namespace. */
  readonly callerNamespaces?: readonly string[];
  readonly watcherNamespace: string;
}

/** Link-local address of the EKS Pod Identity agent (EKS user guide, "Set up the Amazon EKS Pod Identity Agent"). */
const POD_IDENTITY_AGENT = "169.254.170.23/32";

/** Policies of the namespace add to it. @param s3Cidrs what AWS publishes as S3 of this Region: from there come the weights, and only they. */
export function networkPolicy<Text>(
  server: LanguageServer<Text>,
  { callerNamespaces, watcherNamespace }: Callers,
  s3Cidrs: readonly string[],
) {
  const callers = callerNamespaces?.map((name) => podsOf(name)) ?? [{ podSelector: {} }];
  return {
    apiVersion: "networking.k8s.io/v1" as const,
    kind: "NetworkPolicy" as const,
    metadata: metadataOf(server),
    spec: {
      podSelector: { matchLabels: podLabels(server) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { from: callers, ports: [tcp(SERVE_PORT)] },
        { from: [podsOf(watcherNamespace)], ports: [tcp(WATCH_PORT)] },
      ],
      egress: [
        {
          to: [{ ...podsOf("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
          ports: [{ port: 53, protocol: "UDP" }, tcp(53)],
        },
        { to: [{ ipBlock: { cidr: POD_IDENTITY_AGENT } }], ports: [tcp(80)] },
        // To Kubernetes an empty list is everybody.
        ...(s3Cidrs.length === 0 ? [] : [{ to: s3Cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: [tcp(443)] }]),
      ],
    },
  };
}

function podsOf(namespace: string) {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
}

function tcp(port: number) {
  return { port, protocol: "TCP" };
}
