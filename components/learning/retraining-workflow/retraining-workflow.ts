/** The text of the workflow: expressions and limits as data. Its states are wired in `function-run.cdk.ts`. */
import { RUN_RECORD } from "../run-ledger/run-ledger";

/** R7. Below the lease of the loop's lock (6 hours), so that no run outlives its right to run. */
export const LONGEST_RUN_HOURS = 4;

/** R2: "each step 2 retries, 5 minutes apart". */
export const RETRIES = { count: 2, minutesApart: 5 } as const;

/** What a run may say came of it, as `runReportSchema` of the loop reads it; anything else is a failure. */
export const REPORTED_OUTCOMES = ["promoted", "packaged", "rejected", "rolled-back"] as const;

const INPUT = "$states.context.Execution.Input";

export const EXPRESSIONS = {
  /** Given to the task: the order as it came, and what names of things outside must contain, so that a redriven step does not reuse one. */
  task: `{% { 'order': ${INPUT}, 'execution': $states.context.Execution.Id, 'redriveCount': $states.context.Execution.RedriveCount } %}`,
  /** Given to the function that says whether the run may go on. */
  leaseRequest: `{% { 'run': ${INPUT}.run, 'model': ${INPUT}.model } %}`,
  leaseRenewed: "{% $states.result.Payload.kind = 'renewed' %}",
  mayGoOn: "{% $mayGoOn %}",
  recordKey: `{% '${RUN_RECORD.partition}' & ${INPUT}.run %}`,
  model: `{% ${INPUT}.model %}`,
  execution: "{% $states.context.Execution.Id %}",
  startedAt: "{% $states.context.Execution.StartTime %}",
  endedAt: "{% $states.context.State.EnteredTime %}",
  /** An answer without an outcome is "none" of those known: a field that is not there would fail the expression, after the training was paid for. */
  outcomeOfTask: "{% $exists($states.result.Payload.outcome) ? $states.result.Payload.outcome : 'none' %}",
  /** JSONata's variables are the workflow's: assigned once, where the outcome becomes known. */
  outcome: "{% $outcome %}",
  knownOutcome: `{% $outcome in [${REPORTED_OUTCOMES.map((outcome) => `'${outcome}'`).join(", ")}] %}`,
  report: "{% { 'outcome': $outcome } %}",
  error: "{% $states.errorOutput.Error %}",
  cause: "{% $states.errorOutput.Cause %}",
} as const;

/** Written so that the same again changes nothing: a step that is retried or redriven may have been written before. */
export const UPDATES = {
  begun: "SET schemaVersion = :one, model = :model, #execution = :execution, startedAt = if_not_exists(startedAt, :at)",
  ended: "SET outcome = :outcome, endedAt = if_not_exists(endedAt, :at)",
} as const;

/** A run ends once: the sweep frees the lock by what stands there, and what it has read must not change behind it. */
export const CONDITIONS = {
  begun: "attribute_not_exists(outcome)",
  ended: "attribute_not_exists(outcome) OR outcome = :outcome",
} as const;

/** The same again would fail the same way: an expression over the same answer, a condition on the same record. */
export const NOT_RETRIED = ["States.QueryEvaluationError", "DynamoDB.ConditionalCheckFailedException"] as const;

/**
 * Seconds after which a step that does not answer is taken for dead; without, Step Functions waits for it until the run's own end. Of a function
 * of the loop: its 60 and a cold start; of the retraining: Lambda's longest, 900 (Lambda quotas, 2026), and as much.
 */
export const TIMEOUTS = { lease: 90, record: 30, retraining: 960 } as const;
