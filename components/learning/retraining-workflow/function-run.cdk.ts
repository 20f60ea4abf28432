/** The steps of a run whose retraining is one function, or none. */
import { Duration } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  Pass,
  type RetryProps,
  Succeed,
  TaskInput,
  Timeout,
} from "aws-cdk-lib/aws-stepfunctions";
import { DynamoAttributeValue, DynamoUpdateItem, LambdaInvoke } from "aws-cdk-lib/aws-stepfunctions-tasks";
import type { Construct } from "constructs";
import { RUN_RECORD } from "../run-ledger/run-ledger";
import { CONDITIONS, EXPRESSIONS, NOT_RETRIED, RETRIES, TIMEOUTS, UPDATES } from "./retraining-workflow";

export interface FunctionRunProps {
  readonly ledger: ITable;
  readonly lease?: IFunction;
  readonly retraining?: IFunction;
}

/** Asks whether the run may go on, writes down its start, retrains, and writes down its end. */
export function functionRun(scope: Construct, props: FunctionRunProps): IChainable {
  const failed = writeEnd(scope, "Record failure", props.ledger, "failed").next(
    new Fail(scope, "Failed", {
      error: "RetrainingFailed",
      cause: "The retraining failed; the record of the run and its history say why.",
    }),
  );
  const ended = writeEnd(scope, "Record end", props.ledger, EXPRESSIONS.outcome).next(
    Succeed.jsonata(scope, "Reported", { outputs: EXPRESSIONS.report }),
  );
  const retrained = retrain(scope, props.retraining);
  if (retrained instanceof LambdaInvoke) retrained.addCatch(failed, { errors: ["States.ALL"] });
  const judged = Choice.jsonata(scope, "Is the outcome known?").when(Condition.jsonata(EXPRESSIONS.knownOutcome), ended).otherwise(failed);
  return asksFirst(scope, writeStart(scope, props.ledger).next(retrained).next(judged), props.lease);
}

/** No catch here: a run that cannot ask does not begin, and what it was to answer is pending again. */
function asksFirst(scope: Construct, work: IChainable, lease: IFunction | undefined): IChainable {
  if (lease === undefined) return work;
  const asking = LambdaInvoke.jsonata(scope, "Renew lease", {
    lambdaFunction: lease,
    payload: TaskInput.fromText(EXPRESSIONS.leaseRequest),
    assign: { mayGoOn: EXPRESSIONS.leaseRenewed },
    retryOnServiceExceptions: false,
    taskTimeout: within(TIMEOUTS.lease),
  });
  retried(asking, BRIEFLY);
  const overtaken = new Fail(scope, "Overtaken", {
    error: "LeaseLost",
    cause: "The lock is another run's by now; this one has touched nothing.",
  });
  return asking.next(Choice.jsonata(scope, "May the run go on?").when(Condition.jsonata(EXPRESSIONS.mayGoOn), work).otherwise(overtaken));
}

/** No catch here: a run whose beginning cannot be written down does not begin. */
function writeStart(scope: Construct, ledger: ITable): DynamoUpdateItem {
  const step = DynamoUpdateItem.jsonata(scope, "Record start", {
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

function writeEnd(scope: Construct, id: string, ledger: ITable, outcome: string): DynamoUpdateItem {
  const step = DynamoUpdateItem.jsonata(scope, id, {
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

function retrain(scope: Construct, retraining: IFunction | undefined): LambdaInvoke | Pass {
  if (retraining === undefined) {
    const comment = "No retraining was given to this loop: the run trains nothing and says so";
    return Pass.jsonata(scope, "Retrain", { comment, assign: { outcome: "rejected" } });
  }
  const step = LambdaInvoke.jsonata(scope, "Retrain", {
    lambdaFunction: retraining,
    payload: TaskInput.fromText(EXPRESSIONS.task),
    assign: { outcome: EXPRESSIONS.outcomeOfTask },
    retryOnServiceExceptions: false,
    taskTimeout: within(TIMEOUTS.retraining),
  });
  retried(step, { maxAttempts: RETRIES.count, interval: Duration.minutes(RETRIES.minutesApart), backoffRate: 1 });
  return step;
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
