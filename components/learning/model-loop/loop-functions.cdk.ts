import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { declaredModelsText } from "../../../lambdas/domain/declared-models";
import type { AlarmIntake } from "../alarm-intake/alarm-intake.cdk";
import type { Notifications } from "../notifications/notifications.cdk";
import type { RetrainingWorkflow } from "../retraining-workflow/retraining-workflow.cdk";
import { LINE_PARTITIONS } from "../run-ledger/run-ledger";
import type { RunLedger } from "../run-ledger/run-ledger.cdk";
import { acknowledge } from "../shared/acknowledge.cdk";
import { idOf, LoopFunction, type LoopFunctionProps, type LoopHandler } from "../shared/loop-function.cdk";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import { declaredModels, type LoopModelShape } from "./model-loop";
import type { WakeUps } from "./wake-ups.cdk";

/** The parts that the functions speak to. */
export interface LoopParts {
  ledger: RunLedger;
  notifications: Notifications;
  intake: AlarmIntake;
  workflow: RetrainingWorkflow;
  wakeUps: WakeUps;
}

export interface LoopFunctionsProps extends LoopPartProps {
  readonly models: LoopModelShape[];
  readonly trafficQueue?: IQueue;
  readonly handlersFolder?: string;
}

const DESCRIPTIONS = {
  intake: "Decides what each signal about a model asks for",
  "run-ended": "Frees the lock of a run that has ended, and looks at what waited for it",
  sweep: "Looks hourly at what is due, and at alarms of which no message told",
  "daily-summary": "Tells what happened in the period, and what waits",
  operator: "Answers people and CI",
} as const;

/** The functions, one set for all models: each knows of the models, and of no more than it needs of the rest. */
export class LoopFunctions extends Construct {
  readonly intake: LambdaFunction;
  readonly runEnded: LambdaFunction;
  readonly sweep: LambdaFunction;
  readonly dailySummary: LambdaFunction;
  readonly operator: LambdaFunction;

  constructor(scope: Construct, id: string, parts: LoopParts, props: LoopFunctionsProps) {
    super(scope, id);
    const { intake, workflow } = parts;
    const common = {
      ENVIRONMENT: props.environment,
      MODELS: declaredModelsText(declaredModels(props.models)),
      LEDGER_TABLE: parts.ledger.table.tableName,
      NOTICES_QUEUE_URL: parts.notifications.queue.queueUrl,
    };
    const starts = {
      ...common,
      WORKFLOW_ALIAS_ARN: workflow.aliasArn,
      WAKE_UP_GROUP: parts.wakeUps.name,
      WAKE_UP_QUEUE_ARN: intake.queue.queueArn,
      WAKE_UP_ROLE_ARN: parts.wakeUps.role.roleArn,
    };
    const answers = { ...starts, TRAFFIC_QUEUE_URL: props.trafficQueue?.queueUrl };
    const quarantine = { QUARANTINE_QUEUE_URL: intake.quarantine.queueUrl };

    this.intake = this.make(props, { handler: "intake", variables: { ...answers, ...quarantine } });
    this.runEnded = this.make(props, { handler: "run-ended", variables: { ...answers, ...quarantine } });
    this.sweep = this.make(props, { handler: "sweep", variables: answers });
    this.dailySummary = this.make(props, { handler: "daily-summary", variables: common });
    this.operator = this.make(props, { handler: "operator", variables: answers });

    this.grantAll(parts, props);
    intake.readBy(this.intake);
    workflow.ends.readBy(this.runEnded);
    intake.quarantine.grantSendMessages(this.runEnded);
  }

  private make<Handler extends keyof typeof DESCRIPTIONS & LoopHandler>(
    props: LoopFunctionsProps,
    { handler, variables }: Pick<LoopFunctionProps<Handler>, "handler" | "variables">,
  ): LambdaFunction {
    return new LoopFunction(this, idOf(handler), { ...props, handler, variables, description: DESCRIPTIONS[handler] }).function;
  }

  private grantAll({ ledger, notifications, workflow, wakeUps }: LoopParts, { trafficQueue }: LoopFunctionsProps): void {
    for (const each of [this.intake, this.runEnded, this.sweep, this.operator]) ledger.grant(each);
    ledger.grantRead(this.dailySummary);
    for (const each of [this.intake, this.runEnded, this.sweep, this.dailySummary, this.operator]) {
      notifications.queue.grantSendMessages(each);
    }
    for (const each of [this.intake, this.runEnded, this.sweep, this.operator]) {
      workflow.grantStart(each);
      wakeUps.grantOrder(each);
    }
    for (const each of [this.intake, this.runEnded, this.sweep, this.operator]) trafficQueue?.grantSendMessages(each);
    // CloudWatch leaves composite alarms out where this is allowed on less than all (DescribeAlarms, API reference).
    this.sweep.addToRolePolicy(new PolicyStatement({ actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] }));
    acknowledge(
      this.sweep.role ?? this,
      "AwsSolutions-IAM5[Resource::*]",
      "DescribeAlarms leaves composite alarms out unless it is allowed on all",
    );
  }
}

/** Apart from the others: the workflow calls it, and they start the workflow. */
export function leaseFunction(
  scope: Construct,
  id: string,
  ledger: RunLedger,
  props: Omit<LoopFunctionsProps, "trafficQueue">,
): LambdaFunction {
  const { function: lease } = new LoopFunction(scope, id, {
    ...props,
    handler: "renew-lease",
    description: "Tells a run whether its lock is still its own, and keeps it",
    variables: {
      ENVIRONMENT: props.environment,
      MODELS: declaredModelsText(declaredModels(props.models)),
      LEDGER_TABLE: ledger.table.tableName,
    },
  });
  ledger.grant(lease);
  ledger.confine(lease, LINE_PARTITIONS);
  return lease;
}
