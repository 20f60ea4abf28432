import type { Duration } from "aws-cdk-lib";
import { MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { LOOP_METRICS } from "../../../lambdas/domain/loop-metrics";
import { refuseInvalidArguments } from "../../shared/errors";
import { AlarmIntake } from "../alarm-intake/alarm-intake.cdk";
import type { ServingSignals } from "../drift-alarms/drift-alarms";
import { type ChannelsProps, Notifications } from "../notifications/notifications.cdk";
import { Operator } from "../operator/operator.cdk";
import { RetrainingWorkflow } from "../retraining-workflow/retraining-workflow.cdk";
import { RUN_PARTITIONS } from "../run-ledger/run-ledger";
import { RunLedger } from "../run-ledger/run-ledger.cdk";
import { healthAlarm } from "../shared/health-alarm.cdk";
import { HEALTH_ALARMS } from "../shared/health-alarms";
import { LoopKey } from "../shared/loop-key.cdk";
import { loopMetric } from "../shared/loop-metric.cdk";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import { DEFAULT_WEEKLY } from "../shared/schedules";
import { leaseFunction, LoopFunctions } from "./loop-functions.cdk";
import { type LoopMode, modelLoopFaults } from "./model-loop";
import { ModelStack } from "./model-stack.cdk";
import { releasesPrefixFaults } from "./model-training";
import { releasesOf } from "./run-functions.cdk";
import { type LoopRunsProps, Runs } from "./runs.cdk";
import { Schedules } from "./schedules.cdk";
import type { ModelTrainingArgs } from "./training-arguments";
import { WakeUps } from "./wake-ups.cdk";

/** A model that the loop looks after. */
export interface LoopModelProps {
  /** Lower case; a change replaces the model's alarms. */
  readonly name: string;
  /** Models of one line share a model server, and so a lock. @default - a line of its own, called like the model */
  readonly line?: string;
  /** What the loop may do. @default LoopMode.Observe */
  readonly mode?: LoopMode;
  /** When it is retrained in any case, in UTC. @default "cron(0 2 ? * SUN *)" */
  readonly weeklySchedule?: string;
  /** Who answers for latency and errors. @default ServingSignals.CloudWatch */
  readonly servingSignals?: ServingSignals;
  /** How it is trained, judged and rolled out; then the loop needs `runs`. @default - its runs train nothing, and report "rejected" */
  readonly training?: ModelTrainingArgs;
}

export interface ModelLoopProps extends Omit<LoopPartProps, "healthTopic"> {
  readonly models: LoopModelProps[];
  /** Ways to people; at least one. */
  readonly channels: ChannelsProps;
  /** Does the retraining; see `RetrainingWorkflow`. @default - none: a run trains nothing, and reports "rejected" */
  readonly retraining?: IFunction;
  /** Where models with `training` are trained, registered and rolled out. @default - none */
  readonly runs?: LoopRunsProps;
  /** Takes orders to roll back. @default - none: a roll-back is a page */
  readonly trafficQueue?: IQueue;
  /** Lets a deletion of the stack delete the ledger. @default false */
  readonly allowDelete?: boolean;
  /** Folder with a folder for each handler. @default - the handlers of this package */
  readonly handlersFolder?: string;
}

/**
 * The closed loop: signals about models in; one retraining at a time, each decision written down, people told.
 *
 * Security: a role for each function; everything encrypted with one key; people come in by IAM alone. A new loop observes: it decides, records and
 * tells, and touches nothing until `mode` says so. The stop switch (`POST /stop`) holds all automatic action.
 * Cost: about 4 USD a month for the loop (key, alarms, hourly sweep) and 4.30 USD for each model (alarms), us-east-1, AWS price list, 2026-10-01;
 * runs cost what their training costs.
 * Replaced when: never as a whole. The ledger is protected and kept; `ledger.stackPolicy` refuses its replacement.
 */
export class ModelLoop extends Construct {
  readonly ledger: RunLedger;
  readonly notifications: Notifications;
  readonly intake: AlarmIntake;
  readonly workflow: RetrainingWorkflow;
  readonly operator: Operator;
  /** Absent where no model has `training`. */
  readonly runs?: Runs;
  /** Names of all alarms that are signals. */
  readonly signals: string[];

  constructor(scope: Construct, id: string, props: ModelLoopProps) {
    refuseInvalidArguments("ModelLoop", id, [...modelLoopFaults(props), ...runsFaults(props)]);
    super(scope, id);
    const { channels, allowDelete = false, retraining } = props;
    const encryptionKey = props.encryptionKey ?? new LoopKey(this, "Key");
    this.ledger = new RunLedger(this, "Ledger", { encryptionKey, allowDelete });
    this.notifications = new Notifications(this, "Notifications", { ...props, encryptionKey, channels });
    const part = { ...props, encryptionKey, healthTopic: this.notifications.topic };

    this.intake = new AlarmIntake(this, "Intake", part);
    const lease = leaseFunction(this, "Lease", this.ledger, part);
    const runs = this.runsOf(part);
    if (runs !== undefined) this.runs = runs;
    this.workflow = new RetrainingWorkflow(this, "Retraining", {
      ...part,
      lease,
      ledger: this.ledger.table,
      ...(runs ? { training: runs.training } : retraining && { retraining }),
    });
    this.ledger.confine(this.workflow.stateMachine, RUN_PARTITIONS);
    const wakeUps = new WakeUps(this, "WakeUps", this.intake.queue, this.intake.deadLetters);
    const trafficQueue = runs?.rollOut?.orders.queue ?? props.trafficQueue;
    const functions = new LoopFunctions(this, "Functions", { ...this.parts, wakeUps }, { ...part, ...(trafficQueue && { trafficQueue }) });
    if (runs !== undefined) this.letAnswer(functions.operator, runs);
    new Schedules(this, "Schedules", { ...functions, ...(runs && { registry: runs.functions.registry }) });
    this.operator = new Operator(this, "Operator", { encryptionKey, function: functions.operator });
    this.watch(functions, part);

    const { queue, deadLetters } = this.intake;
    const own = props.models.map(
      ({ name, weeklySchedule = DEFAULT_WEEKLY, servingSignals }) =>
        new ModelStack(this, `Model-${name}`, {
          ...{ ...part, model: name, weeklySchedule, queue, deadLetters, wakeUps },
          ...(servingSignals && { servingSignals }),
        }),
    );
    this.signals = own.flatMap(({ signals }) => signals);
  }

  private get parts(): Pick<ModelLoop, "ledger" | "notifications" | "intake" | "workflow"> {
    return this;
  }

  private runsOf(part: LoopPartProps & ModelLoopProps): Runs | undefined {
    const { runs, models } = part;
    if (runs === undefined || models.every(({ training }) => training === undefined)) return undefined;
    return new Runs(this, "Runs", { ...part, runs, ledger: this.ledger, notifications: this.notifications });
  }

  /** Nobody else may answer for the people that a run waits for. */
  private letAnswer(operator: IFunction, { rollOut }: Runs): void {
    const machines = [this.workflow.stateMachine, ...(rollOut ? [rollOut.stateMachine] : [])];
    for (const machine of machines) machine.grantTaskResponse(operator);
  }

  private watch({ sweep }: LoopFunctions, part: LoopPartProps): void {
    healthAlarm(this, "SweepMissing", HEALTH_ALARMS.sweepMissing, (period) => completed(sweep, period), part);
    healthAlarm(this, "OperatorErrors", HEALTH_ALARMS.operatorErrors, (period) => this.operator.serverErrors(period), part);
    healthAlarm(this, "Recovered", HEALTH_ALARMS.recoveredSignals, (period) => loopMetric(LOOP_METRICS.recovered, period), part);
    healthAlarm(this, "Unexplained", HEALTH_ALARMS.unexplainedRuns, (period) => loopMetric(LOOP_METRICS.unexplained, period), part);
  }
}

function runsFaults({ models, runs, retraining, trafficQueue }: ModelLoopProps): string[] {
  const trained = models.filter(({ training }) => training !== undefined).map(({ name }) => name);
  if (trained.length === 0) return [];
  const faults =
    runs === undefined ? [`runs is missing; ${trained.join(", ")} would be trained nowhere: say where, or leave training out`] : [];
  if (retraining !== undefined) faults.push("retraining is given beside training; a loop trains in one way: leave one of them out");
  if (trafficQueue !== undefined && runs?.cluster !== undefined) {
    faults.push("trafficQueue is given beside runs.cluster; two would write traffic: leave one of them out");
  }
  if (runs?.releases !== undefined)
    faults.push(...releasesPrefixFaults(models, releasesOf(runs).prefix, "make it and runs.releasesPrefix one"));
  return faults;
}

function completed(callee: IFunction, period: Duration): MathExpression {
  const invocations = callee.metricInvocations({ period, statistic: "Sum" });
  const errors = callee.metricErrors({ period, statistic: "Sum" });
  return new MathExpression({ label: "completed", expression: "invocations - errors", usingMetrics: { invocations, errors }, period });
}
