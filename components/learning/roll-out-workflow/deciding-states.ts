/** From the checks of a stage to a promotion: by the labels, or by people where none came. */
import { type AslState, type Catcher, choice, either, expression } from "../shared/asl";
import {
  AGAIN,
  ANSWER,
  call,
  deferral,
  GIVE_UP,
  LEFT,
  NEVER_AGAIN,
  NOT_NOW,
  ORDER,
  type RollOutMachineParts,
  STEP_RETRIES,
} from "./roll-out-states";

/** As the question's record has it: an answer that the record takes must find the task waiting. */
const PATIENCE = expression(`$ceil(${ORDER}.governance.timeoutHours * 3600)`);

/** What follows from a check, and from what people say. */
export function deciding(parts: RollOutMachineParts): Record<string, AslState> {
  const { partition, ask } = parts;
  // Whom nobody can answer for is not waited for: all users have the release meanwhile, and nothing measures it.
  const asks: [string, string][] =
    ask === undefined ? [] : [[`$answer.kind = 'ask' and $count([${ORDER}.governance.approvers]) > 0`, "Ask"]];
  return {
    "What now?": choice(
      [
        ["$answer.kind in ['stay', 'hold', 'paused', 'wait-for-labels']", "Wait for the check"],
        ["$answer.kind = 'next'", "Next stage"],
        ["$answer.kind = 'promote'", "Promote"],
        ["$answer.kind = 'left'", LEFT],
        ...asks,
        ["$answer.kind = 'ask'", "Nobody to ask"],
      ],
      GIVE_UP,
    ),
    ...nobodyToAsk(),
    ...(ask === undefined ? {} : asking(partition, ask)),
    Promote: call(parts, "promote", "Is it promoted?", `, 'fence': $fence, 'reason': $reason${AGAIN}`, {
      // Why it is promoted outlives why it has to wait.
      reason: expression(`${ANSWER}.kind != 'not-now' and $exists(${ANSWER}.reason) ? ${ANSWER}.reason : $reason`),
    }),
    "Is it promoted?": choice(
      [
        ["$answer.kind = 'promoted'", "Promoted"],
        // Not where a person has approved it: they would be asked again. The first release has nothing to be watched against.
        ["$answer.kind = 'not-now' and $exists($watch.stage) and $not($exists($withoutLabels.kind))", "Wait for the check"],
        [NOT_NOW, "Wait to promote"],
        ["$answer.kind = 'not-now'", LEFT],
      ],
      GIVE_UP,
    ),
    "Wait to promote": deferral("Promote"),
    [LEFT]: {
      ...{ Type: "Fail", Error: "TrafficWithheld" },
      Cause:
        "The loop may not act, and nobody has let it for as long as a pause may be: traffic is left as it is, and a person must bring it to an end.",
    },
  };
}

function nobodyToAsk(): Record<string, AslState> {
  const reason = expression("'nobody can be asked in this loop whether it is promoted without labels; ' & $reason");
  return { "Nobody to ask": { Type: "Pass", Assign: { reason }, Next: GIVE_UP } };
}

/** Silence is a refusal. */
function asking(partition: string, ask: string): Record<string, AslState> {
  const silence = `'nobody answered within ' & $string(${ORDER}.governance.timeoutHours) & ' hours, which is a refusal'`;
  const caught: Catcher[] = [
    {
      ErrorEquals: ["States.Timeout"],
      Assign: {
        withoutLabels: { kind: "refused", by: [], reason: expression(silence) },
        reason: expression(`${silence} & '; ' & $reason`),
      },
      Next: GIVE_UP,
    },
    {
      ErrorEquals: ["States.ALL"],
      Assign: { reason: expression("'nobody could be asked: ' & $states.errorOutput.Error & '; ' & $reason") },
      Next: GIVE_UP,
    },
  ];
  return {
    Ask: {
      ...{ Type: "Task", Resource: `${partition}:states:::lambda:invoke.waitForTaskToken`, TimeoutSeconds: PATIENCE },
      Arguments: {
        FunctionName: ask,
        Payload: expression(`{'token': $states.context.Task.Token, 'order': ${ORDER}, 'reason': $reason, 'watch': $watch}`),
      },
      Assign: { withoutLabels: expression("$states.result"), reason: expression("$states.result.reason & '; ' & $reason") },
      Retry: [NEVER_AGAIN, { ErrorEquals: ["States.Timeout"], MaxAttempts: 0 }, ...STEP_RETRIES.slice(1)],
      Catch: caught,
      Next: "Is it approved?",
    },
    "Is it approved?": either("$withoutLabels.kind = 'approved'", "Promote", GIVE_UP),
  };
}
