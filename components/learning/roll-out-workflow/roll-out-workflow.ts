/**
 * The machine of a roll-out as data (O1–O3, O5, O7).
 *
 * ```
 * fill → ready? … → try → [ set traffic → in force? … → wait → check … ] × stages → (ask) → promote
 *      every failure, from wherever → give up … → rolled back
 * ```
 *
 * What is decided is decided in the functions; here stands what follows on what. A stage is an index and not an iteration of a Map: a redriven
 * machine goes on in the stage that it was in.
 */
import { POLLS } from "../../../lambdas/domain/roll-out/roll-out-plan";
import { type AslMachine, type AslState, type AslValue, choice, either, expression, type Retrier } from "../shared/asl";
import { deciding } from "./deciding-states";
import {
  AGAIN,
  ANSWER,
  call,
  CHECK_SECONDS,
  deferral,
  FUNCTION_SECONDS,
  GIVE_UP,
  LEFT,
  NEVER_AGAIN,
  NOT_NOW,
  NOW,
  ORDER,
  report,
  type RollOutMachineParts,
} from "./roll-out-states";

/** What both functions' roles must be in the cluster, by an EKS access entry of the type STANDARD. The router and the model server bring the Roles. */
export const KUBERNETES_GROUPS = ["ab-weight-writers", "release-writers"];

/** For what nobody thought of; each wait has a limit of its own. A plan of 22,500 events with the rarest checks would take a hundred days. */
const LONGEST_DAYS = 120;

/** An order is tried again every six minutes (the queue's visibility): a slot may have to be loaded first, onto a node that has to be bought. */
export const ORDER_DELIVERIES = 15;

/** The way back: an hour and more, whatever is down. */
const BACK_RETRIES: Retrier[] = [NEVER_AGAIN, { ErrorEquals: ["States.ALL"], MaxAttempts: 12, IntervalSeconds: 30, BackoffRate: 1.5 }];

/** Attempts to give up until every pod of the router runs the old split. */
const MOST_TURNS = (POLLS.rollBack.minutes * 60) / POLLS.rollBack.seconds;

export function rollOutMachine(parts: RollOutMachineParts): AslMachine {
  const states: Record<string, AslState> = {
    ...filling(parts),
    ...staging(parts),
    ...deciding(parts),
    ...givingUp(parts),
    Promoted: report("promoted"),
    "Rolled back": report("rolled-back"),
    Refused: report("refused"),
  };
  return {
    QueryLanguage: "JSONata",
    Comment: "Rolls one release out",
    StartAt: "Begin",
    TimeoutSeconds: LONGEST_DAYS * 86_400,
    States: states,
  };
}

function filling(parts: RollOutMachineParts): Record<string, AslState> {
  const since: Record<string, AslValue> = { since: NOW };
  return {
    Begin: {
      Type: "Pass",
      Assign: {
        stage: 0,
        waitSeconds: CHECK_SECONDS,
        touched: false,
        turns: 0,
        deferrals: 0,
        reason: "nothing is known yet",
        answer: {},
        watch: {},
        withoutLabels: {},
        ...since,
      },
      Next: "Fill",
    },
    Fill: call(parts, "fill", "Is it filled?", AGAIN),
    // Nothing was touched before: nothing is to be given up.
    "Is it filled?": choice(
      [
        ["$answer.kind = 'filled'", "Filled"],
        [NOT_NOW, "Wait to fill"],
      ],
      "Refused",
    ),
    "Wait to fill": deferral("Fill"),
    Filled: { Type: "Pass", Assign: { fence: expression("$answer.fence"), ...since }, Next: "Ready" },
    Ready: call(parts, "ready", "Is it ready?", ", 'fence': $fence, 'since': $since"),
    "Is it ready?": choice(
      [
        ["$answer.kind = 'ready'", "Try"],
        ["$answer.kind = 'waiting'", "Wait for the slot"],
      ],
      GIVE_UP,
    ),
    "Wait for the slot": { Type: "Wait", Seconds: POLLS.ready.seconds, Next: "Ready" },
    Try: call(parts, "try", "Is it good?", ", 'fence': $fence"),
    "Is it good?": either("$answer.kind = 'passed'", "Set traffic", GIVE_UP),
  };
}

function staging(parts: RollOutMachineParts): Record<string, AslState> {
  const watch = "($exists($watch.stage) ? {'watch': $watch} : {})";
  return {
    "Set traffic": call(parts, "set-traffic", "Is it set?", `, 'fence': $fence, 'stage': $stage${AGAIN}`),
    "Is it set?": choice(
      [
        ["$answer.kind = 'set'", "Set"],
        // The check waits as well, and looks at what users have meanwhile; it says again that the stage is over.
        ["$answer.kind = 'not-now' and $touched", "Wait for the check"],
        [NOT_NOW, "Wait to begin"],
      ],
      GIVE_UP,
    ),
    "Wait to begin": deferral("Set traffic"),
    Set: { Type: "Pass", Assign: { touched: true, first: expression("$answer.first"), since: NOW }, Next: "In force" },
    "In force": {
      ...call(parts, "in-force", "Is it in force?"),
      Arguments: {
        FunctionName: parts.rollOut,
        Payload: expression(`$merge([{'do': 'in-force', 'order': ${ORDER}, 'fence': $fence, 'stage': $stage, 'since': $since}, ${watch}])`),
      },
    },
    "Is it in force?": choice(
      [
        ["$answer.kind = 'in-force' and $first", "First"],
        ["$answer.kind = 'in-force'", "Watch"],
        ["$answer.kind = 'waiting'", "Wait for the router"],
      ],
      GIVE_UP,
    ),
    "Wait for the router": { Type: "Wait", Seconds: POLLS.inForce.seconds, Next: "In force" },
    First: { Type: "Pass", Assign: { reason: "it is the first release: there is nothing to compare it with" }, Next: "Promote" },
    Watch: {
      Type: "Pass",
      Assign: { watch: expression("$answer.watch"), waitSeconds: CHECK_SECONDS },
      Next: "Wait for the check",
    },
    "Wait for the check": { Type: "Wait", Seconds: expression("$waitSeconds"), Next: "Check" },
    Check: call(parts, "check", "What now?", ", 'fence': $fence, 'watch': $watch", {
      watch: expression(`$exists(${ANSWER}.watch) ? ${ANSWER}.watch : $watch`),
      waitSeconds: expression(`$exists(${ANSWER}.waitSeconds) ? ${ANSWER}.waitSeconds : $waitSeconds`),
    }),
    "Next stage": { Type: "Pass", Assign: { stage: expression("$watch.stage + 1") }, Next: "Set traffic" },
  };
}

function givingUp({ partition, rollBack }: RollOutMachineParts): Record<string, AslState> {
  const failed = "Roll-back failed";
  return {
    [GIVE_UP]: {
      ...{ Type: "Task", Resource: `${partition}:states:::lambda:invoke`, TimeoutSeconds: FUNCTION_SECONDS },
      Arguments: { FunctionName: rollBack, Payload: expression(`{'do': 'give-up', 'order': ${ORDER}, 'reason': $reason}`) },
      Assign: { end: expression(ANSWER), turns: expression("$turns + 1") },
      Retry: BACK_RETRIES,
      Catch: [{ ErrorEquals: ["States.ALL"], Next: failed }],
      Next: "Is everybody back?",
    },
    "Is everybody back?": choice(
      [
        ["$end.kind = 'promoted'", "Promoted"],
        ["$end.kind = 'rolled-back'", "Rolled back"],
        ["$end.kind = 'withheld'", LEFT],
        // Somebody else has taken it back, or is at it: their fence is newer.
        ["$end.kind in ['untouched', 'stale'] and $touched", "Rolled back"],
        ["$end.kind in ['untouched', 'stale']", "Refused"],
        [`$end.kind = 'waiting' and $turns < ${MOST_TURNS}`, "Wait for the way back"],
      ],
      failed,
    ),
    "Wait for the way back": { Type: "Wait", Seconds: POLLS.rollBack.seconds, Next: GIVE_UP },
    [failed]: {
      ...{
        Type: "Fail",
        Error: "RollBackFailed",
        Cause: "The roll-out failed, and users may still be on its release; the history says why.",
      },
    },
  };
}
