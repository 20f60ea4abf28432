import { Aws, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { MathExpression, type Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Rule } from "aws-cdk-lib/aws-events";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import {
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  type IChainable,
  LogLevel,
  Pass,
  QueryLanguage,
  type RetryProps,
  StateMachine,
  type StateMachineProps,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
} from "aws-cdk-lib/aws-stepfunctions";
import { DynamoAttributeValue, DynamoUpdateItem, LambdaInvoke } from "aws-cdk-lib/aws-stepfunctions-tasks";
import { Construct } from "constructs";
import { refuseInvalidArguments } from "../../shared/errors";
import { acknowledge, onAllOf } from "../shared/acknowledge.cdk";
import { healthAlarm } from "../shared/health-alarm.cdk";
import { HEALTH_ALARMS } from "../shared/health-alarms";
import { grantUseOf } from "../shared/key-use.cdk";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import { WorkQueue } from "../shared/work-queue.cdk";
import { RUN_RECORD } from "../run-ledger/run-ledger";
import { CONDITIONS, EXPRESSIONS, LONGEST_RUN_HOURS, NOT_RETRIED, RETRIES, TIMEOUTS, UPDATES } from "./retraining-workflow";
import { trainingMachine } from "./training-machine";
import { grantTraining } from "./training-permissions.cdk";
import { trainingImage } from "./training-place.cdk";
import type { TrainingProps } from "./training-props.cdk";

export interface RetrainingWorkflowProps extends LoopPartProps {
  /** Where the run's beginning and end are written down. */
  readonly ledger: ITable;
  /**
   * Asked first of all whether the run may go on: takes `{ run, model }`, answers `{ kind }`, "renewed" or "lost".
   * @default - none: a run that was started late goes on beside the one that took its place
   */
  readonly lease?: IFunction;
  /**
   * Does the retraining: takes `{ order, execution, redriveCount }`, answers `{ outcome }`, one of promoted, rejected, rolled-back.
   * @default - none: a run trains nothing, and reports "rejected"
   */
  readonly retraining?: IFunction;
  /**
   * Retrains with SageMaker and Athena, step by step; then `retraining` must not be given.
   * @default - none: the one function does it all
   */
  readonly training?: TrainingProps;
}

/**
 * One retraining as a Standard state machine in JSONata: ask whether the lock is still the run's, write down the start, retrain, write down the
 * end. That a run has ended, however it ended, goes to a queue.
 *
 * Security: may update its ledger and call the functions that it is given; executions are logged whole, encrypted by the given key.
 * Cost: 0.025 USD for 1,000 transitions (us-east-1, AWS price list, 2026-10-01): less than 0.001 USD a run; and two alarms.
 * Replaced when: never by an argument. Runs start on an alias; one that is under way keeps the version that it began with, and versions are
 * kept (AWS allows 1,000), because a failed run can be redriven on its own version for 14 days.
 */
export class RetrainingWorkflow extends Construct {
  readonly stateMachine: StateMachine;
  /** To start runs on. */
  readonly aliasArn: string;
  /** How each run ended, as EventBridge tells it. */
  readonly ends: WorkQueue;

  constructor(scope: Construct, id: string, props: RetrainingWorkflowProps) {
    super(scope, id);
    if (props.training !== undefined && props.retraining !== undefined) {
      refuseInvalidArguments("RetrainingWorkflow", id, [
        "training and retraining are both given; one of them retrains: leave the function out, or the training",
      ]);
    }
    this.stateMachine = this.machine(props);
    this.aliasArn = this.alias();
    this.ends = this.tellEnds(props);
    healthAlarm(this, "Failures", HEALTH_ALARMS.workflowFailures, (period) => this.unfinished(period), props);
  }

  /** On the alias alone: a start on the machine itself would run whatever was deployed last, tested or not. */
  grantStart(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["states:StartExecution"], resources: [this.aliasArn] }));
  }

  private machine(props: RetrainingWorkflowProps): StateMachine {
    const { encryptionKey, ledger } = props;
    const logGroup = new LogGroup(this, "Logs", {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(encryptionKey && { encryptionKey }),
    });
    const machine = new StateMachine(this, "Machine", {
      ...this.definition(props),
      stateMachineType: StateMachineType.STANDARD,
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: true },
    });
    grantUseOf(ledger.encryptionKey, machine);
    if (props.training !== undefined) grantTraining(machine, ledger, props.training, props);
    acknowledge(machine, "AwsSolutions-IAM5[Resource::*]", "X-Ray and the delivery of vended logs know no resources: all or not at all");
    for (const called of [props.lease, props.retraining]) {
      if (called !== undefined) acknowledge(machine, onAllOf(this, `${called.functionArn}:*`), "Versions and aliases of the one function");
    }
    return machine;
  }

  private definition(props: RetrainingWorkflowProps): Pick<StateMachineProps, "definitionBody" | "queryLanguage" | "timeout" | "comment"> {
    const { training, lease, ledger, encryptionKey } = props;
    if (training === undefined) {
      const definitionBody = DefinitionBody.fromChainable(this.steps(props));
      return {
        definitionBody,
        queryLanguage: QueryLanguage.JSONATA,
        timeout: Duration.hours(LONGEST_RUN_HOURS),
        comment: "Retrains one model",
      };
    }
    const { network, programs, trainingRole, image = trainingImage(this) } = training;
    const machine = trainingMachine({
      place: {
        ...{ partition: `arn:${Aws.PARTITION}`, region: Aws.REGION, image, programs, roleArn: trainingRole.roleArn },
        ...(encryptionKey && { keyArn: encryptionKey.keyArn }),
        ...(network && { network }),
      },
      ledgerTable: ledger.tableName,
      functions: {
        ...(lease && { lease: lease.functionArn }),
        ...{ prepareRun: training.prepareRun.functionArn, validateData: training.validateData.functionArn },
        ...{ judgeRun: training.judgeRun.functionArn, registry: training.registry.functionArn },
        ...{ askApproval: training.askApproval.functionArn, packageRelease: training.packageRelease.functionArn },
      },
      ...(training.rollOut && { rollOut: training.rollOut.aliasArn }),
    });
    return { definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(machine)) };
  }

  private steps(props: RetrainingWorkflowProps): IChainable {
    const failed = this.writeEnd("Record failure", props.ledger, "failed").next(
      new Fail(this, "Failed", {
        error: "RetrainingFailed",
        cause: "The retraining failed; the record of the run and its history say why.",
      }),
    );
    const ended = this.writeEnd("Record end", props.ledger, EXPRESSIONS.outcome).next(
      Succeed.jsonata(this, "Reported", { outputs: EXPRESSIONS.report }),
    );
    const task = this.task(props.retraining);
    if (task instanceof LambdaInvoke) task.addCatch(failed, { errors: ["States.ALL"] });
    const judged = Choice.jsonata(this, "Is the outcome known?").when(Condition.jsonata(EXPRESSIONS.knownOutcome), ended).otherwise(failed);
    return this.asksFirst(this.writeStart(props.ledger).next(task).next(judged), props.lease);
  }

  /** No catch here: a run that cannot ask does not begin, and what it was to answer is pending again. */
  private asksFirst(work: IChainable, lease: IFunction | undefined): IChainable {
    if (lease === undefined) return work;
    const asking = LambdaInvoke.jsonata(this, "Renew lease", {
      lambdaFunction: lease,
      payload: TaskInput.fromText(EXPRESSIONS.leaseRequest),
      assign: { mayGoOn: EXPRESSIONS.leaseRenewed },
      retryOnServiceExceptions: false,
      taskTimeout: within(TIMEOUTS.lease),
    });
    retried(asking, BRIEFLY);
    const overtaken = new Fail(this, "Overtaken", {
      error: "LeaseLost",
      cause: "The lock is another run's by now; this one has touched nothing.",
    });
    return asking.next(Choice.jsonata(this, "May the run go on?").when(Condition.jsonata(EXPRESSIONS.mayGoOn), work).otherwise(overtaken));
  }

  /** No catch here: a run whose beginning cannot be written down does not begin. */
  private writeStart(ledger: ITable): DynamoUpdateItem {
    const step = DynamoUpdateItem.jsonata(this, "Record start", {
      table: ledger,
      key: recordKey(),
      updateExpression: UPDATES.begun,
      conditionExpression: CONDITIONS.begun,
      taskTimeout: within(TIMEOUTS.record),
      expressionAttributeNames: { "#execution": "execution" },
      expressionAttributeValues: {
        ":one": DynamoAttributeValue.fromNumber(1),
        ":model": DynamoAttributeValue.fromString(EXPRESSIONS.model),
        ":execution": DynamoAttributeValue.fromString(EXPRESSIONS.execution),
        ":at": DynamoAttributeValue.fromString(EXPRESSIONS.startedAt),
      },
    });
    retried(step, BRIEFLY);
    return step;
  }

  private writeEnd(id: string, ledger: ITable, outcome: string): DynamoUpdateItem {
    const step = DynamoUpdateItem.jsonata(this, id, {
      table: ledger,
      key: recordKey(),
      updateExpression: UPDATES.ended,
      conditionExpression: CONDITIONS.ended,
      taskTimeout: within(TIMEOUTS.record),
      expressionAttributeValues: {
        ":outcome": DynamoAttributeValue.fromString(outcome),
        ":at": DynamoAttributeValue.fromString(EXPRESSIONS.endedAt),
      },
    });
    retried(step, BRIEFLY);
    return step;
  }

  private task(retraining: IFunction | undefined): LambdaInvoke | Pass {
    if (retraining === undefined) {
      const comment = "No retraining was given to this loop: the run trains nothing and says so";
      return Pass.jsonata(this, "Retrain", { comment, assign: { outcome: "rejected" } });
    }
    const step = LambdaInvoke.jsonata(this, "Retrain", {
      lambdaFunction: retraining,
      payload: TaskInput.fromText(EXPRESSIONS.task),
      assign: { outcome: EXPRESSIONS.outcomeOfTask },
      retryOnServiceExceptions: false,
      taskTimeout: within(TIMEOUTS.retraining),
    });
    retried(step, { maxAttempts: RETRIES.count, interval: Duration.minutes(RETRIES.minutesApart), backoffRate: 1 });
    return step;
  }

  private alias(): string {
    // The revision changes with the machine, and a version cannot be changed: each definition gets a version of its own.
    const version = new CfnStateMachineVersion(this, "Version", {
      stateMachineArn: this.stateMachine.stateMachineArn,
      stateMachineRevisionId: this.stateMachine.stateMachineRevisionId,
    });
    version.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const alias = new CfnStateMachineAlias(this, "Alias", {
      name: "live",
      deploymentPreference: { type: "ALL_AT_ONCE", stateMachineVersionArn: version.ref },
    });
    return alias.ref;
  }

  private tellEnds(props: RetrainingWorkflowProps): WorkQueue {
    const ends = new WorkQueue(this, "Ends", HEALTH_ALARMS.undeliveredRunEnds, props);
    new Rule(this, "RunEnds", {
      description: "Retrainings that have ended, however they ended",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: { stateMachineArn: [this.stateMachine.stateMachineArn], status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] },
      },
      targets: [ends.target],
    });
    return ends;
  }

  private unfinished(period: Duration): MathExpression {
    const sum = (metric: Metric): Metric => metric.with({ period, statistic: "Sum" });
    const usingMetrics = {
      failed: sum(this.stateMachine.metricFailed()),
      aborted: sum(this.stateMachine.metricAborted()),
      timedOut: sum(this.stateMachine.metricTimedOut()),
    };
    return new MathExpression({ label: "Runs that did not finish", expression: "failed + aborted + timedOut", usingMetrics, period });
  }
}

function recordKey(): Record<string, DynamoAttributeValue> {
  return {
    [RUN_RECORD.partitionKey]: DynamoAttributeValue.fromString(EXPRESSIONS.recordKey),
    [RUN_RECORD.sortKey]: DynamoAttributeValue.fromString(RUN_RECORD.sort),
  };
}

/** A record is not worth five minutes, and not worth a run. */
const BRIEFLY: RetryProps = { maxAttempts: 5, interval: Duration.seconds(2), backoffRate: 2 };

/** The first retrier that fits is taken, so what is not to be retried stands before what all the rest is. */
function retried(step: LambdaInvoke | DynamoUpdateItem, again: RetryProps): void {
  step.addRetry({ errors: [...NOT_RETRIED], maxAttempts: 0 });
  step.addRetry({ errors: ["States.ALL"], ...again });
}

function within(seconds: number): Timeout {
  return Timeout.duration(Duration.seconds(seconds));
}
