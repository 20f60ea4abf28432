import { Aws, Duration, Stack } from "aws-cdk-lib";
import type { MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Rule } from "aws-cdk-lib/aws-events";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { DefinitionBody, QueryLanguage, type StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { refuseInvalidArguments } from "../../shared/errors";
import { acknowledge, onAllOf } from "../shared/acknowledge.cdk";
import { healthAlarm } from "../shared/health-alarm.cdk";
import { HEALTH_ALARMS } from "../shared/health-alarms";
import { grantUseOf } from "../shared/key-use.cdk";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import { endedAs, grantStartOn, liveAlias, loggedMachine, type MachineDefinition } from "../shared/state-machine.cdk";
import { WorkQueue } from "../shared/work-queue.cdk";
import { functionRun } from "./function-run.cdk";
import { LONGEST_RUN_HOURS } from "./retraining-workflow";
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
    this.aliasArn = liveAlias(this, this.stateMachine);
    this.ends = this.tellEnds(props);
    healthAlarm(this, "Failures", HEALTH_ALARMS.workflowFailures, (period) => this.unfinished(period), props);
  }

  grantStart(grantee: IGrantable): void {
    grantStartOn(this.aliasArn, grantee);
  }

  private machine(props: RetrainingWorkflowProps): StateMachine {
    const { encryptionKey, ledger } = props;
    const machine = loggedMachine(this, this.definition(props), encryptionKey);
    grantUseOf(ledger.encryptionKey, machine);
    if (props.training !== undefined) grantTraining(machine, ledger, props.training, props);
    for (const called of [props.lease, props.retraining]) {
      if (called !== undefined) acknowledge(machine, onAllOf(this, `${called.functionArn}:*`), "Versions and aliases of the one function");
    }
    return machine;
  }

  private definition(props: RetrainingWorkflowProps): MachineDefinition {
    const { training, lease, ledger, encryptionKey } = props;
    if (training === undefined) {
      const definitionBody = DefinitionBody.fromChainable(functionRun(this, props));
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
    const { stateMachine } = this;
    const metrics = {
      failed: stateMachine.metricFailed(),
      aborted: stateMachine.metricAborted(),
      timedOut: stateMachine.metricTimedOut(),
    };
    return endedAs("Runs that did not finish", metrics, period);
  }
}
