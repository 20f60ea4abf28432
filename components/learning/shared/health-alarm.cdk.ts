import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Construct } from "constructs";
import { type HealthAlarm, healthAlarmName, runbookOf } from "./health-alarms";
import { DEFAULT_LOOP } from "./loop-name";
import type { LoopPartProps } from "./loop-part.cdk";

/** @param metric asked for the alarm's period, because a metric cannot be told its period afterwards. */
export function healthAlarm(
  scope: Construct,
  id: string,
  facts: HealthAlarm,
  metric: (period: Duration) => IMetric,
  part: LoopPartProps,
): Alarm {
  const alarm = new Alarm(scope, id, {
    alarmName: healthAlarmName(part.environment, part.loop ?? DEFAULT_LOOP, facts),
    alarmDescription: `${facts.says} ${runbookOf(facts.subject, part.runbooks)}`,
    metric: metric(Duration.minutes(facts.minutes)),
    threshold: facts.bound,
    comparisonOperator: facts.worseWhen === "above" ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: facts.of,
    datapointsToAlarm: facts.datapoints,
    treatMissingData: facts.silenceIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  if (part.healthTopic !== undefined) {
    const tell = new SnsAction(part.healthTopic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
  }
  return alarm;
}
