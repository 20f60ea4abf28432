import { at, isTrue, said } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const dynamodbRequireRecovery = resourceRule({
  name: "dynamodb-require-recovery",
  wrong: "A table cannot be brought back to yesterday, or can be deleted by one call.",
  why: "The loop's ledger is the only record of what was decided and why.",
  severity: Severity.High,
  harm: Harm.DataLoss,
  requirements: ["R6", "I12"],
  types: ["aws:dynamodb/table:Table", "AWS::DynamoDB::Table"],
  settings: {},
  compliant: [
    {
      type: "aws:dynamodb/table:Table",
      name: "ledger",
      props: { deletionProtectionEnabled: true, pointInTimeRecovery: { enabled: true } },
    },
  ],
  *check({ type, props }) {
    const path = type.startsWith("AWS::") ? "pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled" : "pointInTimeRecovery.enabled";
    for (const property of ["deletionProtectionEnabled", path]) {
      const value = at(props, property);
      if (!isTrue(value)) yield { found: said(property, value, "false"), cure: "set it to true" };
    }
  },
});
