import { dynamodbRequireRecovery as rule } from "../../../../policies/rules/dynamodb/require-recovery";
import { absent, and, departures, set } from "../../judged";

// The ledger is the only record of what was decided.
departures(rule, [
  ["deletable", set("deletionProtectionEnabled", false), ["ledger: deletionProtectionEnabled is false; set it to true."]],
  [
    "absent protection",
    absent("deletionProtectionEnabled"),
    ["ledger: deletionProtectionEnabled is absent, which means false; set it to true."],
  ],
  ["without recovery", set("pointInTimeRecovery.enabled", false), ["ledger: pointInTimeRecovery.enabled is false; set it to true."]],
  ["absent recovery", absent("pointInTimeRecovery"), ["ledger: pointInTimeRecovery.enabled is absent, which means false; set it to true."]],
  [
    "absent in a template",
    and({ type: "AWS::DynamoDB::Table", name: "Table", props: { deletionProtectionEnabled: true } }),
    ["Table: pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled is absent, which means false; set it to true."],
  ],
]);
