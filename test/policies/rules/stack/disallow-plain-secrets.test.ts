import { stackDisallowPlainSecrets as rule } from "../../../../policies/rules/stack/disallow-plain-secrets";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// Everybody who may describe the function reads it.
departures(rule, [
  [
    "by its name",
    set("notify/environment.variables.DATABASE_PASSWORD", "hunter2hunter2"),
    ["notify: the variable DATABASE_PASSWORD holds a secret in plain text; give it the ARN of a secret, and read the secret at run time."],
  ],
  [
    "by its value",
    set("notify/environment.variables.HOOK", "xoxb-123456789012-abc"),
    ["notify: the variable HOOK holds a secret in plain text; give it the ARN of a secret, and read the secret at run time."],
  ],
  [
    "in a container",
    set("api/spec.template.spec.containers.0.env", [{ name: "API_KEY", value: "k-123456" }]),
    ["api: the variable API_KEY holds a secret in plain text; give it the ARN of a secret, and read the secret at run time."],
  ],
]);

otherwise(rule, [
  ["takes absent variables", absent("notify/environment"), { faults: [] }],
  [
    "says so where a preview does not know",
    set("notify/environment.variables.API_TOKEN", UNKNOWN),
    { faults: [], unknown: "environment.variables.API_TOKEN" },
  ],
  ["takes what its user says is none", set("notify/environment.variables.PUSH_TOKEN", "abc"), { faults: [] }, { allowed: ["PUSH_TOKEN"] }],
]);
