import { needs, number } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const cloudwatchRequireRetention = resourceRule({
  name: "cloudwatch-require-retention",
  wrong: "A log group keeps its lines for ever.",
  why: "It is billed for ever, and personal data in it outlives every promise to delete it.",
  severity: Severity.Low,
  harm: Harm.Practice,
  requirements: ["I10"],
  types: ["aws:cloudwatch/logGroup:LogGroup", "AWS::Logs::LogGroup"],
  settings: {},
  compliant: [{ type: "aws:cloudwatch/logGroup:LogGroup", name: "requests", props: { retentionInDays: 30 } }],
  check: (group) =>
    needs(group, [
      {
        path: "retentionInDays",
        holds: (value) => (number(value) ?? 0) > 0,
        cure: "set it to the days that somebody would look back",
        absentMeans: "for ever",
      },
    ]),
});
