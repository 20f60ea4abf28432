/**
 * What a load balancer's listener speaks (Elastic Load Balancing, "Security policies for your Application Load Balancer", 2026-11): all with
 * forward secrecy, and with hybrid post-quantum key exchange for clients that know it.
 */
export enum TlsPolicy {
  /** AWS's recommendation, and the console's default. */
  Tls12OrNewer = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
  Tls13Only = "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
}

/** Without a word of ours AWS takes ELBSecurityPolicy-2016-08, which speaks TLS 1.0. */
export const DEFAULT_TLS_POLICY = TlsPolicy.Tls12OrNewer;
