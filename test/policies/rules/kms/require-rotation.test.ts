import { kmsRequireRotation as rule } from "../../../../policies/rules/kms/require-rotation";
import { absent, departures, otherwise, set } from "../../judged";

// What a deleted key encrypted is lost.
departures(rule, [
  ["unrotated", set("enableKeyRotation", false), ["data: enableKeyRotation is false; set enableKeyRotation: true."]],
  ["absent rotation", absent("enableKeyRotation"), ["data: enableKeyRotation is absent, which means false; set enableKeyRotation: true."]],
  ["gone within days", set("deletionWindowInDays", 7), ["data: deletionWindowInDays is 7; set it to 14 or more."]],
]);

otherwise(rule, [
  ["takes an absent waiting time for the provider's default of 30 days", absent("deletionWindowInDays"), { faults: [] }],
  [
    "takes a key that signs, which cannot be rotated",
    (compliant) => set("keyUsage", "SIGN_VERIFY")(set("enableKeyRotation", false)(compliant)),
    { faults: [] },
  ],
  ["takes a key that its user exempts", set("deletionWindowInDays", 7), { faults: [] }, { exempt: ["data"] }],
]);
