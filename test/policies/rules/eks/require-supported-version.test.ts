import { eksRequireSupportedVersion as rule } from "../../../../policies/rules/eks/require-supported-version";
import { absent, departures, otherwise, set } from "../../judged";

// The same cluster costs six times as much the day after.
departures(rule, [
  [
    "on the day after",
    set("version", "1.34"),
    ['platform: version is "1.34", whose standard support ended on 2026-12-02; use 1.35 or 1.36.'],
    { today: "2026-12-03" },
  ],
  [
    "with a version of another time",
    set("version", "1.19"),
    ['platform: version is "1.19", which this rule has no dates of; use 1.34 or 1.35 or 1.36.'],
    { today: "2026-11-21" },
  ],
  [
    "absent",
    absent("version"),
    ["platform: version is absent, which means whatever is newest on the day; use 1.34 or 1.35 or 1.36."],
    { today: "2026-11-21" },
  ],
]);

otherwise(rule, [["takes the last day", set("version", "1.34"), { faults: [] }, { today: "2026-12-02" }]]);
