import { lbRequireTls as rule } from "../../../../policies/rules/lb/require-tls";
import { absent, departures, otherwise, set } from "../../judged";

// Tokens cross the network in the clear.
departures(rule, [
  ["without TLS", set("https/protocol", "HTTP"), ['https: protocol is "HTTP"; use HTTPS with a certificate, or redirect to it.']],
  [
    "absent protocol",
    absent("https/protocol"),
    ['https: protocol is absent, which means "HTTP"; use HTTPS with a certificate, or redirect to it.'],
  ],
  [
    "with an old policy",
    set("https/sslPolicy", "ELBSecurityPolicy-2016-08"),
    ['https: sslPolicy is "ELBSecurityPolicy-2016-08"; use ELBSecurityPolicy-TLS13-1-2-2021-06 or a newer one.'],
  ],
  [
    "absent policy",
    absent("https/sslPolicy"),
    ["https: sslPolicy is absent, which means ELBSecurityPolicy-2016-08; use ELBSecurityPolicy-TLS13-1-2-2021-06 or a newer one."],
  ],
  [
    "inside the VPC where its user asks for it",
    (compliant) => set("public/internal", true)(set("https/protocol", "HTTP")(compliant)),
    ['https: protocol is "HTTP"; use HTTPS with a certificate, or redirect to it.'],
    { internalToo: true },
  ],
]);

otherwise(rule, [
  [
    "takes plain HTTP inside the VPC",
    (compliant) => set("public/internal", true)(set("https/protocol", "HTTP")(compliant)),
    { faults: [] },
  ],
  [
    "takes a redirect",
    (compliant) =>
      set("https/defaultActions", [{ type: "redirect", redirect: { protocol: "HTTPS" } }])(set("https/protocol", "HTTP")(compliant)),
    { faults: [] },
  ],
]);
