import { stackRestrictRegions as rule } from "../../../../policies/rules/stack/restrict-regions";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// Data leaves where it may be kept.
departures(rule, [
  [
    "elsewhere",
    set("region", "ap-south-1"),
    ["default: region is ap-south-1; use us-east-1 or eu-west-1 or eu-central-1, or allow it in regions."],
  ],
  [
    "where its user does not allow it",
    set("region", "us-east-1"),
    ["default: region is us-east-1; use eu-west-1, or allow it in regions."],
    { regions: ["eu-west-1"] },
  ],
]);

otherwise(rule, [
  ["takes an absent Region, which the environment gives", absent("region"), { faults: [] }],
  ["says so where a preview does not know", set("region", UNKNOWN), { faults: [], unknown: "region" }],
]);
