import { rdsRequireBackups as rule } from "../../../../policies/rules/rds/require-backups";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// The table that was dropped on Friday is missed on Monday.
departures(rule, [
  ["with too few days", set("backupRetentionPeriod", 1), ["orders: backupRetentionPeriod is 1; set it to 7 or more days."]],
  [
    "absent",
    absent("backupRetentionPeriod"),
    ["orders: backupRetentionPeriod is absent, which means no backups; set it to 7 or more days."],
  ],
  [
    "below the days of its user",
    set("backupRetentionPeriod", 7),
    ["orders: backupRetentionPeriod is 7; set it to 14 or more days."],
    { minimumDays: 14 },
  ],
]);

otherwise(rule, [
  ["says so where a preview does not know", set("backupRetentionPeriod", UNKNOWN), { faults: [], unknown: "backupRetentionPeriod" }],
]);
