import { cloudwatchRequireRetention as rule } from "../../../../policies/rules/cloudwatch/require-retention";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// Lines that nobody reads are billed for ever.
departures(rule, [
  ["for ever", set("retentionInDays", 0), ["requests: retentionInDays is 0; set it to the days that somebody would look back."]],
  [
    "absent",
    absent("retentionInDays"),
    ["requests: retentionInDays is absent, which means for ever; set it to the days that somebody would look back."],
  ],
]);

otherwise(rule, [["says so where a preview does not know", set("retentionInDays", UNKNOWN), { faults: [], unknown: "retentionInDays" }]]);
