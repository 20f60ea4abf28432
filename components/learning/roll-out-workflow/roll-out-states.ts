/** What the states of a roll-out are made of: calls, waits, reports, and what they say to each other. */
import { POLLS } from "../../../lambdas/domain/roll-out/roll-out-plan";
import { type AslState, type AslValue, expression, type Retrier } from "../shared/asl";

export interface RollOutMachineParts {
  partition: string;
  rollOut: string;
  rollBack: string;
  /** Asks a person under a task's token; absent: who would be asked is taken for having refused. */
  ask?: string | undefined;
}

/** Of a function of the loop: its 60 seconds and a cold start. */
export const FUNCTION_SECONDS = 90;

/** The same again would fail the same way. */
export const NEVER_AGAIN: Retrier = { ErrorEquals: ["States.QueryEvaluationError"], MaxAttempts: 0 };
export const STEP_RETRIES: Retrier[] = [NEVER_AGAIN, { ErrorEquals: ["States.ALL"], MaxAttempts: 4, IntervalSeconds: 10, BackoffRate: 2 }];

export const ORDER = "$states.context.Execution.Input";
export const ANSWER = "$states.result.Payload";
export const NOW = expression("$states.context.State.EnteredTime");
export const GIVE_UP = "Give up";
export const LEFT = "Left to a person";

/** All of a roll-out's, as long as a pause may be: after it the machine ends, with nothing begun where nothing was. */
export const NOT_NOW = `$answer.kind = 'not-now' and $deferrals * ${POLLS.notNow.seconds} < ${ORDER}.rollOut.pauseHours * 3600`;

/** Of what can be told "not now": people hear of the same wait once. */
export const AGAIN = ", 'again': $answer.kind = 'not-now'";

export const CHECK_SECONDS = expression(`${ORDER}.rollOut.checkMinutes * 60`);

/** @param more further fields of the request, each with a comma before it */
export function call(
  { partition, rollOut }: RollOutMachineParts,
  step: string,
  next: string,
  more = "",
  assign: Record<string, AslValue> = {},
): AslState {
  return {
    ...{ Type: "Task", Resource: `${partition}:states:::lambda:invoke`, TimeoutSeconds: FUNCTION_SECONDS },
    Arguments: { FunctionName: rollOut, Payload: expression(`{'do': '${step}', 'order': ${ORDER}${more}}`) },
    Assign: {
      answer: expression(ANSWER),
      reason: expression(`$exists(${ANSWER}.reason) ? ${ANSWER}.reason : $reason`),
      ...assign,
    },
    Retry: STEP_RETRIES,
    Catch: [
      {
        ErrorEquals: ["States.ALL"],
        Assign: { reason: expression(`'the step ${step} failed: ' & $states.errorOutput.Error`) },
        Next: GIVE_UP,
      },
    ],
    Next: next,
  };
}

export function deferral(next: string): AslState {
  return { Type: "Wait", Seconds: POLLS.notNow.seconds, Assign: { deferrals: expression("$deferrals + 1") }, Next: next };
}

/** As `rollOutReportSchema` reads it. */
export function report(outcome: "promoted" | "rolled-back" | "refused"): AslState {
  const said = "$exists($withoutLabels.kind) ? {'withoutLabels': $withoutLabels} : {}";
  return { Type: "Succeed", Output: expression(`$merge([{'outcome': '${outcome}', 'reason': $reason}, ${said}])`) };
}
