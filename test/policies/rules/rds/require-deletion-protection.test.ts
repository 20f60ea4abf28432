import { rdsRequireDeletionProtection as rule } from "../../../../policies/rules/rds/require-deletion-protection";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// A destroy in the wrong terminal ends the data.
departures(rule, [
  ["unprotected", set("deletionProtection", false), ["orders: deletionProtection is false; set deletionProtection: true."]],
  [
    "absent protection",
    absent("deletionProtection"),
    ["orders: deletionProtection is absent, which means false; set deletionProtection: true."],
  ],
  [
    "without a last snapshot",
    set("skipFinalSnapshot", true),
    ["orders: skipFinalSnapshot is true; set skipFinalSnapshot: false, and name the snapshot."],
  ],
]);

otherwise(rule, [
  ["takes an absent skipFinalSnapshot for the provider's default, which keeps one", absent("skipFinalSnapshot"), { faults: [] }],
  [
    "judges the rest before it says what is unknown",
    (compliant) => set("skipFinalSnapshot", true)(set("deletionProtection", UNKNOWN)(compliant)),
    { faults: ["orders: skipFinalSnapshot is true; set skipFinalSnapshot: false, and name the snapshot."], unknown: "deletionProtection" },
  ],
]);
