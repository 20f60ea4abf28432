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
import { type AslMachine, type AslState, type AslValue, type Catcher, expression, type Retrier } from "../retraining-workflow/asl";

/** What both functions' roles must be in the cluster, by an EKS access entry of the type STANDARD. The router and the model server bring the Roles. */
export const KUBERNETES_GROUPS = ["ab-weight-writers", "release-writers"];

export interface RollOutMachineParts {
  partition: string;
  rollOut: string;
  rollBack: string;
  /** Asks a person under a task's token; absent: who would be asked is taken for having refused. */
  ask?: string | undefined;
}

/** Of a function of the loop: its 60 seconds and a cold start. */
const FUNCTION_SECONDS = 90;

/** For what nobody thought of; each wait has a limit of its own. A plan of 22,500 events with the rarest checks would take a hundred days. */
const LONGEST_DAYS = 120;

/** An order is tried again every six minutes (the queue's visibility): a slot may have to be loaded first, onto a node that has to be bought. */
export const ORDER_DELIVERIES = 15;

/** The same again would fail the same way. */
const NEVER_AGAIN: Retrier = { ErrorEquals: ["States.QueryEvaluationError"], MaxAttempts: 0 };
const STEP_RETRIES: Retrier[] = [NEVER_AGAIN, { ErrorEquals: ["States.ALL"], MaxAttempts: 4, IntervalSeconds: 10, BackoffRate: 2 }];
/** The way back: an hour and more, whatever is down. */
const BACK_RETRIES: Retrier[] = [NEVER_AGAIN, { ErrorEquals: ["States.ALL"], MaxAttempts: 12, IntervalSeconds: 30, BackoffRate: 1.5 }];

const ORDER = "$states.context.Execution.Input";
const ANSWER = "$states.result.Payload";
const NOW = expression("$states.context.State.EnteredTime");
const GIVE_UP = "Give up";
/** As the question's record has it: an answer that the record takes must find the task waiting. */
const PATIENCE = expression(`$ceil(${ORDER}.governance.timeoutHours * 3600)`);

const LEFT = "Left to a person";

/** All of a roll-out's, as long as a pause may be: after it the machine ends, with nothing begun where nothing was. */
const NOT_NOW = `$answer.kind = 'not-now' and $deferrals * ${POLLS.notNow.seconds} < ${ORDER}.rollOut.pauseHours * 3600`;

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

function filling({ partition, rollOut }: RollOutMachineParts): Record<string, AslState> {
  const step = (name: string, next: string, more = "", assign = {}) => call(partition, rollOut, name, next, more, assign);
  const since: Record<string, AslValue> = { since: NOW };
  return {
    Begin: {
      Type: "Pass",
      Assign: {
        stage: 0,
        waitSeconds: 300,
        touched: false,
        turns: 0,
        deferrals: 0,
        reason: "nothing is known yet",
        watch: {},
        withoutLabels: {},
        ...since,
      },
      Next: "Fill",
    },
    Fill: step("fill", "Is it filled?"),
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
    Ready: step("ready", "Is it ready?", ", 'fence': $fence, 'since': $since"),
    "Is it ready?": choice(
      [
        ["$answer.kind = 'ready'", "Try"],
        ["$answer.kind = 'waiting'", "Wait for the slot"],
      ],
      GIVE_UP,
    ),
    "Wait for the slot": { Type: "Wait", Seconds: POLLS.ready.seconds, Next: "Ready" },
    Try: step("try", "Is it good?", ", 'fence': $fence"),
    "Is it good?": choice([["$answer.kind = 'passed'", "Set traffic"]], GIVE_UP),
  };
}

function staging({ partition, rollOut }: RollOutMachineParts): Record<string, AslState> {
  const step = (name: string, next: string, more = "", assign = {}) => call(partition, rollOut, name, next, more, assign);
  const watch = "($exists($watch.stage) ? {'watch': $watch} : {})";
  return {
    "Set traffic": step("set-traffic", "Is it set?", ", 'fence': $fence, 'stage': $stage"),
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
      ...step("in-force", "Is it in force?"),
      Arguments: {
        FunctionName: rollOut,
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
      Assign: { watch: expression("$answer.watch"), waitSeconds: expression(`${ORDER}.rollOut.checkMinutes * 60`) },
      Next: "Wait for the check",
    },
    "Wait for the check": { Type: "Wait", Seconds: expression("$waitSeconds"), Next: "Check" },
    Check: step("check", "What now?", ", 'fence': $fence, 'watch': $watch", {
      watch: expression(`$exists(${ANSWER}.watch) ? ${ANSWER}.watch : $watch`),
      waitSeconds: expression(`$exists(${ANSWER}.waitSeconds) ? ${ANSWER}.waitSeconds : $waitSeconds`),
    }),
    "Next stage": { Type: "Pass", Assign: { stage: expression("$watch.stage + 1") }, Next: "Set traffic" },
  };
}

function deciding({ partition, rollOut, ask }: RollOutMachineParts): Record<string, AslState> {
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
    Promote: call(partition, rollOut, "promote", "Is it promoted?", ", 'fence': $fence, 'reason': $reason"),
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
    "Is it approved?": choice([["$withoutLabels.kind = 'approved'", "Promote"]], GIVE_UP),
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

/** @param more further fields of the request, each with a comma before it */
function call(
  partition: string,
  functionArn: string,
  step: string,
  next: string,
  more: string,
  assign: Record<string, AslValue> = {},
): AslState {
  return {
    ...{ Type: "Task", Resource: `${partition}:states:::lambda:invoke`, TimeoutSeconds: FUNCTION_SECONDS },
    Arguments: { FunctionName: functionArn, Payload: expression(`{'do': '${step}', 'order': ${ORDER}${more}}`) },
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

function choice(rows: readonly (readonly [condition: string, next: string])[], otherwise: string): AslState {
  return { Type: "Choice", Choices: rows.map(([condition, Next]) => ({ Condition: expression(condition), Next })), Default: otherwise };
}

function deferral(next: string): AslState {
  return { Type: "Wait", Seconds: POLLS.notNow.seconds, Assign: { deferrals: expression("$deferrals + 1") }, Next: next };
}

/** As `rollOutReportSchema` reads it. */
function report(outcome: "promoted" | "rolled-back" | "refused"): AslState {
  const said = "$exists($withoutLabels.kind) ? {'withoutLabels': $withoutLabels} : {}";
  return { Type: "Succeed", Output: expression(`$merge([{'outcome': '${outcome}', 'reason': $reason}, ${said}])`) };
}
