import { NestedStack, Tags } from "aws-cdk-lib";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { ALARM_TAGS } from "../../../lambdas/domain/alarm-names";
import { type LoopMessage, PLANNED_TIME } from "../../../lambdas/domain/messages/loop-messages";
import type { ServingSignals } from "../drift-alarms/drift-alarms";
import { DriftAlarms } from "../drift-alarms/drift-alarms.cdk";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import type { WakeUps } from "./wake-ups.cdk";

export interface ModelStackProps extends LoopPartProps {
  readonly model: string;
  readonly weeklySchedule: string;
  readonly servingSignals?: ServingSignals;
  readonly queue: IQueue;
  readonly deadLetters: IQueue;
  readonly wakeUps: WakeUps;
}

/**
 * What a model has of its own, in a nested stack of its own: a stack holds 500 resources, and alarms that moved from one stack to another when
 * a model is added or removed would be created under names that still exist.
 */
export class ModelStack extends NestedStack {
  readonly signals: string[];

  constructor(scope: Construct, id: string, props: ModelStackProps) {
    super(scope, id, { description: `Alarms and schedule of the model ${props.model}` });
    const { model, servingSignals } = props;
    Tags.of(this).add(ALARM_TAGS.model, model);
    this.signals = new DriftAlarms(this, "Alarms", { ...props, ...(servingSignals && { servingSignals }) }).signals;
    const message: LoopMessage = { schemaVersion: 1, kind: "schedule", rule: "weekly", model, scheduledAt: PLANNED_TIME };
    new CfnSchedule(this, "Weekly", {
      description: `Regular retraining of ${model}`,
      scheduleExpression: props.weeklySchedule,
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        ...{ arn: props.queue.queueArn, roleArn: props.wakeUps.role.roleArn, input: JSON.stringify(message) },
        deadLetterConfig: { arn: props.deadLetters.queueArn },
      },
    });
  }
}
