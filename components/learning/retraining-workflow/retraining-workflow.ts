/** The text of the workflow: expressions and limits as data. Its states are wired in `retraining-workflow.cdk.ts`. */
import { RUN_RECORD } from "../run-ledger/run-ledger";

/** R7. Below the lease of the loop's lock (6 hours), so that no run outlives its right to run. */
export const LONGEST_RUN_HOURS = 4;

/** R2: "each step 2 retries, 5 minutes apart". */
export const RETRIES = { count: 2, minutesApart: 5 } as const;

/** What a run may say came of it, as `runReportSchema` of the loop reads it; anything else is a failure. */
export const REPORTED_OUTCOMES = ["promoted", "rejected", "rolled-back"] as const;

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
  outcomeOfTask: "{% $states.result.Payload.outcome %}",
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
