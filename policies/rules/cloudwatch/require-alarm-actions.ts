import { inTurn, json, list, mapping, text } from "../../reading";
import { type Faults, Harm, type StackSubject, Severity, stackRule } from "../../rule";

const ALARMS = ["aws:cloudwatch/metricAlarm:MetricAlarm", "AWS::CloudWatch::Alarm"];
const COMPOSITES = ["aws:cloudwatch/compositeAlarm:CompositeAlarm", "AWS::CloudWatch::CompositeAlarm"];
const EVENT_RULES = ["aws:cloudwatch/eventRule:EventRule", "AWS::Events::Rule"];

export const cloudwatchRequireAlarmActions = stackRule({
  name: "cloudwatch-require-alarm-actions",
  wrong: "An alarm tells nobody, or says not what to do.",
  why: "It turns red at night, alone; and whoever finds it in the morning starts from nothing.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["A9", "C8"],
  types: [...ALARMS, ...COMPOSITES],
  settings: {},
  compliant: [
    {
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      name: "errors",
      props: {
        alarmActions: ["arn:aws:sns:us-east-1:111122223333:people"],
        alarmDescription: "Too many errors. Runbook: docs/runbooks/errors.md",
      },
    },
  ],
  *check(all) {
    // Composite alarms and rules of EventBridge hear alarms that call nobody themselves.
    const heardByEvents = all.some((rule) => EVENT_RULES.includes(rule.type) && hearsAlarms(rule));
    const isPart = (alarm: StackSubject) =>
      all.some(
        ({ type, propertyDependencies }) =>
          COMPOSITES.includes(type) && (propertyDependencies["alarmRule"] ?? []).some(({ urn }) => urn === alarm.urn),
      );
    const alarms = all.filter(({ type }) => ALARMS.includes(type) || COMPOSITES.includes(type));
    yield* inTurn(alarms, (alarm) => faults(alarm, heardByEvents || isPart(alarm)));
  },
});

function* faults(of: StackSubject, isHeard: boolean): Faults {
  if (list(of.props["alarmActions"]).length === 0 && !isHeard)
    yield {
      found: "alarmActions is empty, and neither a composite alarm nor a rule of EventBridge hears it",
      cure: "give it an SNS topic that people read",
      of,
    };
  if (!/runbook/i.test(text(of.props["alarmDescription"]) ?? ""))
    yield { found: "alarmDescription names no runbook", cure: 'end it with "Runbook: " and where it lies', of };
}

function hearsAlarms({ props }: StackSubject): boolean {
  return list(mapping(json(props["eventPattern"]))["source"]).includes("aws.cloudwatch");
}
