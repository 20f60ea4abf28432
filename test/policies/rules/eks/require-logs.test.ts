import { eksRequireLogs as rule } from "../../../../policies/rules/eks/require-logs";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// After a break-in nobody can say what was read.
departures(rule, [
  [
    "without one",
    set("enabledClusterLogTypes", ["api", "audit"]),
    ["platform: enabledClusterLogTypes lacks authenticator; add authenticator."],
  ],
  [
    "absent",
    absent("enabledClusterLogTypes"),
    ["platform: enabledClusterLogTypes lacks audit and authenticator; add audit and authenticator."],
  ],
]);

otherwise(rule, [
  ["says so where a preview does not know", set("enabledClusterLogTypes", UNKNOWN), { faults: [], unknown: "enabledClusterLogTypes" }],
]);
