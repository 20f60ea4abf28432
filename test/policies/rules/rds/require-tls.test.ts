import { rdsRequireTls as rule } from "../../../../policies/rules/rds/require-tls";
import { absent, departures, otherwise, set } from "../../judged";

// One client without TLS sends every row in the clear.
departures(rule, [
  [
    "with TLS not forced",
    set("settings/parameters.0.value", "0"),
    ['settings: rds.force_ssl is "0"; set the parameter rds.force_ssl to "1".'],
  ],
  ["absent parameter", set("settings/parameters", []), ['settings: rds.force_ssl is absent; set the parameter rds.force_ssl to "1".']],
  ["with a proxy that does not ask", set("pool/requireTls", false), ["pool: requireTls is false; set requireTls: true."]],
  ["absent in the proxy", absent("pool/requireTls"), ["pool: requireTls is absent, which means false; set requireTls: true."]],
]);

otherwise(rule, [
  [
    "does not judge the parameters of another engine",
    (compliant) => set("settings/family", "mysql8.0")(set("settings/parameters", [])(compliant)),
    { faults: [] },
  ],
]);
