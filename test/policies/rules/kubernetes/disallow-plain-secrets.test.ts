import { kubernetesDisallowPlainSecrets as rule } from "../../../../policies/rules/kubernetes/disallow-plain-secrets";
import { UNKNOWN, departures, otherwise, set } from "../../judged";

// Every rendered manifest carries the password.
departures(rule, [
  [
    "with values",
    set("stringData", { password: "hunter2" }),
    ["token: stringData holds password; let an ExternalSecret fetch them from Secrets Manager."],
  ],
  [
    "with encoded values that the preview does not know",
    set("data", { password: UNKNOWN }),
    ["token: data holds password; let an ExternalSecret fetch them from Secrets Manager."],
  ],
]);

otherwise(rule, [["takes what its user says is none", set("data", { ca: "x" }), { faults: [] }, { allowed: ["token"] }]]);
