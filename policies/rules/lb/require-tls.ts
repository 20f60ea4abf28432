import { at, inTurn, isTrue, list, mapping, said, text } from "../../reading";
import { type Faults, Harm, type StackSubject, Severity, stackRule } from "../../rule";

const LISTENER = "aws:lb/listener:Listener";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
/** Policies that begin with TLS 1.2: Application Load Balancers user guide, "Security policies", read 2026-11-21. */
const GOOD = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)/;

export const lbRequireTls = stackRule({
  name: "lb-require-tls",
  wrong: "A load balancer takes requests without TLS, or with an old one.",
  why: "Tokens and log lines cross the network in the clear.",
  severity: Severity.High,
  harm: Harm.Practice,
  requirements: ["I9"],
  types: [LISTENER],
  settings: { internalToo: { default: false, says: "Whether balancers that only the VPC reaches are held to it." } },
  compliant: [
    { type: BALANCER, name: "public", props: { internal: false } },
    {
      type: LISTENER,
      name: "https",
      props: { protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
      madeFrom: { loadBalancerArn: ["public"] },
    },
  ],
  *check(all, { internalToo }) {
    const listeners = all.filter(({ type }) => type === LISTENER);
    yield* inTurn(listeners, function* (listener) {
      const balancer = (listener.propertyDependencies["loadBalancerArn"] ?? []).find(({ type }) => type === BALANCER);
      if (!internalToo && balancer !== undefined && isTrue(balancer.props["internal"])) return;
      yield* faults(listener);
    });
  },
});

function* faults(of: StackSubject): Faults {
  const protocol = text(of.props["protocol"]);
  if (protocol === "HTTPS" || protocol === "TLS") {
    const policy = of.props["sslPolicy"];
    if (!GOOD.test(text(policy) ?? ""))
      yield {
        found: said("sslPolicy", policy, "ELBSecurityPolicy-2016-08"),
        cure: "use ELBSecurityPolicy-TLS13-1-2-2021-06 or a newer one",
        of,
      };
  } else if (protocol === "HTTP" || protocol === undefined) {
    const redirects = list(of.props["defaultActions"]).some((action) => at(mapping(action), "redirect.protocol") === "HTTPS");
    if (!redirects) yield { found: said("protocol", protocol, '"HTTP"'), cure: "use HTTPS with a certificate, or redirect to it", of };
  }
}
