/** What the states of a run are made of: calls, choices, verdicts, and how often each is tried. */
import { type AslState, type AslValue, type Catcher, expression, type Retrier } from "../shared/asl";
import { NOT_RETRIED, RETRIES, TIMEOUTS } from "./retraining-workflow";
import { FAILURE, within } from "./run-expressions";
import type { TrainingPlace } from "./training-jobs";

/** ARNs, all of them. */
export interface RunFunctions {
  readonly lease?: string;
  readonly prepareRun: string;
  readonly validateData: string;
  readonly judgeRun: string;
  readonly registry: string;
  readonly askApproval: string;
  readonly packageRelease: string;
}

export interface MachineParts {
  readonly place: TrainingPlace;
  readonly ledgerTable: string;
  readonly functions: RunFunctions;
  /** Alias of the roll-out's machine. Absent: a run ends with a packaged release. */
  readonly rollOut?: string;
}

/** Of Athena's DML queries, 30 minutes (Athena, "Service quotas", 2026), and what asking takes. */
export const QUERY_SECONDS = 1_860;
/** Of a function of the loop 60, and a cold start; packaging reads, tries and writes megabytes: Lambda's longest. */
export const FUNCTION_SECONDS = TIMEOUTS.lease;
export const PACKAGING_SECONDS = TIMEOUTS.retraining;

export const R2_RETRIES: Retrier[] = [
  { ErrorEquals: [...NOT_RETRIED], MaxAttempts: 0 },
  { ErrorEquals: ["States.ALL"], MaxAttempts: RETRIES.count, IntervalSeconds: RETRIES.minutesApart * 60, BackoffRate: 1 },
];
/** What a job has come to is read by an expression: one that says no is a try that failed, and the next one is another job. */
export const JOB_RETRIES: Retrier[] = R2_RETRIES.slice(1);
/** A registry that is down for an hour costs a run an hour, not the training that it has paid for. */
export const REGISTRY_RETRIES: Retrier[] = [
  { ErrorEquals: [...NOT_RETRIED, "RegistrationRefusedError"], MaxAttempts: 0 },
  { ErrorEquals: ["RegistryAwayError"], MaxAttempts: 15, IntervalSeconds: 300, BackoffRate: 1 },
  ...R2_RETRIES.slice(1),
];
/** A record is not worth five minutes, and not worth a run. */
export const BRIEFLY: Retrier[] = [
  { ErrorEquals: [...NOT_RETRIED], MaxAttempts: 0 },
  { ErrorEquals: ["States.ALL"], MaxAttempts: 5, IntervalSeconds: 2, BackoffRate: 2 },
];
/** Not its time-out, which is an answer: nobody's. */
export const BEFORE_ANYBODY_IS_ASKED: Retrier[] = [
  { ErrorEquals: ["States.TaskFailed"], MaxAttempts: 2, IntervalSeconds: 30, BackoffRate: 1 },
];

/**
 * Nothing was started yet, or what was started is found: a roll-out of the same name and input is answered as the one that is under way (API
 * reference, "StartExecution"). What a roll-out itself comes to is `States.TaskFailed` and never one of these.
 */
export const START_ONLY: Retrier[] = [
  {
    ErrorEquals: ["AWSStepFunctionsException", "SdkClientException", "ThrottlingException", "ExecutionLimitExceededException"].map(
      (error) => `StepFunctions.${error}`,
    ),
    ...{ MaxAttempts: 8, IntervalSeconds: 5, BackoffRate: 2 },
  },
];

const failedTo = (next: string): Catcher[] => [{ ErrorEquals: ["States.ALL"], Next: next, Assign: { failure: FAILURE } }];

/** By way of the registry, where the run has a candidate there. */
export const FAILED = failedTo("Is a candidate left?");
/** Whose end the registry has not taken: nobody there is asked again, and least of all told something else. */
export const FAILED_IN_CLOSING = failedTo("Record failure");

interface Call {
  arn: string;
  payload: AslValue;
  assign: Record<string, AslValue>;
  next: string;
  limit?: AslValue;
  retry?: Retrier[];
  /** @default - to the run's failure */
  caught?: Catcher[];
}

export function call(
  { place }: MachineParts,
  { arn, payload, assign, next, limit = within(FUNCTION_SECONDS), retry = R2_RETRIES, caught = FAILED }: Call,
): AslState {
  return {
    ...{ Type: "Task", Resource: `${place.partition}:states:::lambda:invoke`, Arguments: { FunctionName: arn, Payload: payload } },
    ...{ TimeoutSeconds: limit, Retry: retry, ...(caught.length > 0 && { Catch: caught }), Assign: assign, Next: next },
  };
}

/** Says what the run has come to; what has to be done about it is the next state's. */
export function verdict(outcome: string, reason: string, next: string, assign: Record<string, AslValue> = {}): AslState {
  return { Type: "Pass", Assign: { ...assign, outcome, reason: expression(reason) }, Next: next };
}

export const PLAN = expression("$plan");
