/** Who may call the server, and what it may call. */
import { blocks, DNS, POD_IDENTITY_AGENT, podsOf, RESOLVERS, tcp } from "../../shared/peers";
import { type LanguageServer, metadataOf, podLabels } from "./workload";
import { SERVE_PORT, WATCH_PORT } from "./proxy";

export interface Callers {
  /** Absent: those of the server's own namespace. */
  readonly callerNamespaces?: readonly string[];
  readonly watcherNamespace: string;
}

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
        { from: callers, ports: tcp([SERVE_PORT]) },
        { from: [podsOf(watcherNamespace)], ports: tcp([WATCH_PORT]) },
      ],
      egress: [
        { to: RESOLVERS, ports: DNS },
        { to: blocks([POD_IDENTITY_AGENT]), ports: tcp([80]) },
        // To Kubernetes an empty list is everybody.
        ...(s3Cidrs.length === 0 ? [] : [{ to: blocks(s3Cidrs), ports: tcp([443]) }]),
      ],
    },
  };
}
