/** What the states of a run compute: names, times, places. JSONata, as text; `$plan` is the run's plan (`runPlanSchema`). */
import { NAME_LIMITS } from "../../../lambdas/domain/names";
import { ATTEMPT_PLACEHOLDER } from "../../../lambdas/domain/run/steps";
import { expression, quoted } from "../shared/asl";

const CONTEXT = "$states.context";
const EXECUTION = `${CONTEXT}.Execution`;

/**
 * R7: four hours until the roll-out, people's answers apart. Ten minutes less, which are what the last step's two retries wait. Counted anew
 * from a redrive, as Step Functions does with the machine's own limit.
 */
export const BUDGET_MINUTES = 4 * 60 - 10;

const BEGAN = `$toMillis($exists(${EXECUTION}.RedriveTime) ? ${EXECUTION}.RedriveTime : ${EXECUTION}.StartTime)`;

/** Seconds that a step may take: its own limit, or what is left of the budget. At the end of that it is one, and the step fails at once. */
export function within(seconds: number | string): string {
  const left = `$floor((${BEGAN} + ${BUDGET_MINUTES * 60_000} + $waited - $millis()) / 1000)`;
  return expression(`$max([1, $min([${seconds}, ${left}])])`);
}

/** Of a redrive, and of a try within it: whatever is made outside must bear both, because names are taken for ever. */
export const ATTEMPT = `$string(${EXECUTION}.RedriveCount) & '-' & $string(${CONTEXT}.State.RetryCount)`;

/** The same as `trainingJobName` of the loop gives. */
export function jobName(part: string): string {
  const tail = `'-' & $substring($hash($string([$plan.run, ${quoted(part)}]), 'SHA-256'), 0, 8) & ${quoted(`-${part}-`)} & ${ATTEMPT}`;
  const head = "$replace($plan.run, /[^a-zA-Z0-9]+/, '-')";
  const cut = `$substring(${head}, 0, $max([1, ${NAME_LIMITS.trainingJob.longest} - $length($tail)]))`;
  return expression(`($tail := ${tail}; $head := $replace(${cut}, /^-+|-+$/, ''); ($head = '' ? 'run' : $head) & $tail)`);
}

/** A query with the attempt's own folder in it. */
export function attempted(query: string): string {
  return expression(`$replace(${query}, ${quoted(ATTEMPT_PLACEHOLDER)}, ${ATTEMPT})`);
}

/** Of a folder, that of the attempt. */
export function attemptFolder(folder: string): string {
  return expression(`${folder} & ${ATTEMPT} & '/'`);
}

/** Tries that may be taken back; the one after them is on demand. With R2's two retries: spot, spot, on demand. */
const SPOT_TRIES = 2;

const ON_SPOT = `($plan.spec.compute.spot and ${CONTEXT}.State.RetryCount < ${SPOT_TRIES})`;

/** A job may wait so long for spare capacity; an hour's training is not worth more of four. */
const SPOT_WAIT_SECONDS = 1_800;

/** To be started, to fetch its container, and to pack its model. */
const OVERHEAD_SECONDS = 900;

export const JOB = {
  onSpot: expression(ON_SPOT),
  /** Seconds. */
  runtime: expression("$plan.spec.compute.minutes * 60"),
  stopping: expression(
    `$merge([{'MaxRuntimeInSeconds': $plan.spec.compute.minutes * 60}, ${ON_SPOT} ? {'MaxWaitTimeInSeconds': $plan.spec.compute.minutes * 60 + ${SPOT_WAIT_SECONDS}} : {}])`,
  ),
  limit: within(`$plan.spec.compute.minutes * 60 + (${ON_SPOT} ? ${SPOT_WAIT_SECONDS} : 0) + ${OVERHEAD_SECONDS}`),
} as const;

/**
 * Of a job that is over. One that SageMaker has stopped at a limit is `Stopped`, not `Failed`, and no page says whether `.sync` lets it pass; half
 * a model is none.
 */
export function ofCompletedJob(value: string): string {
  const told = "'the training job ended ' & $states.result.TrainingJobStatus & ': ' & $states.result.SecondaryStatus";
  return expression(`$states.result.TrainingJobStatus = 'Completed' ? ${value} : $error(${told})`);
}

/** Where it left its model. */
export const JOB_ARCHIVE = "$states.result.ModelArtifacts.S3ModelArtifacts";

/** R4: from the question to the answer, which is no part of the budget. */
export const PATIENCE_WITH_PEOPLE = expression("$ceil($plan.spec.governance.timeoutHours * 3600)");

/**
 * A roll-out's longest life: its stages, at each of them a hold, and over all of it what a person may pause, what labels may be late, what
 * people may take to say whether it is promoted without them, and the slot's readiness. Half an hour more a stage until every pod of the router has
 * it, and four for the way back and what lies between (`longestHours` of the roll-out's own plan).
 */
export const LONGEST_ROLL_OUT = expression(
  "$ceil(($sum([$plan.spec.rollOut.stages.hours]) + $count([$plan.spec.rollOut.stages]) * ($plan.spec.rollOut.holdHours + 0.5) + 2 * $plan.spec.rollOut.pauseHours + $plan.spec.rollOut.waitForLabelsHours + $plan.spec.governance.timeoutHours + $plan.spec.rollOut.readyMinutes / 60 + 4) * 3600)",
);

/** One that was redriven starts another roll-out; the first one's name is taken for 90 days. */
export const ROLL_OUT_NAME = expression(
  `($tail := ${EXECUTION}.RedriveCount = 0 ? '' : '-r' & $string(${EXECUTION}.RedriveCount); $substring($plan.run, 0, ${NAME_LIMITS.execution.longest} - $length($tail)) & $tail)`,
);

/** What went wrong, short enough to be told. */
export const FAILURE = expression(
  "$states.errorOutput.Error & ($exists($states.errorOutput.Cause) ? ': ' & $substring($states.errorOutput.Cause, 0, 1000) : '')",
);
