/** Whether Step Functions does with a state what our interpreter did: same input, variables, context and answer of the task. */
import { isDeepStrictEqual } from "node:util";
import type { Json } from "../engine";
import type { AttemptEnd } from "../rehearsal/states/attempt";
import type { StateMock, StateTest, TestedState } from "./aws";
import { type Check, type Question, type Reply, replied, shortly, type Asking } from "./finding";
import { type MachineAttempt, stateNamed, statesOf } from "./subject";

/** What decides and hands on. Waits wait, and what ends has nothing to compare but its name. */
const CHOSEN = new Set(["Choice", "Pass", "Task"]);

/** Another second, another number. */
const BY_CHANCE = /\$(now|millis|random|uuid)\(/;

export const STATES_CHECK: Check = {
  id: "states",
  title: "States, one by one",
  asks: ["states:TestState"],
  questions: ({ machines, attempts }) => {
    const entered = new Set(attempts.map(({ machine, attempt }) => `${machine.arn} ${attempt.state}`));
    const unseen = machines.flatMap(({ name, arn, definition }) =>
      statesOf(definition)
        .filter(([state, { Type }]) => typeof Type === "string" && CHOSEN.has(Type) && !entered.has(`${arn} ${state}`))
        .map(([state]) => ({
          subject: `${name}, ${state}`,
          here: "no rehearsal came to it",
          unaskable: "there is nothing to compare with",
        })),
    );
    return [...attempts.filter(({ attempt }) => CHOSEN.has(attempt.type)).map(questionOf), ...unseen];
  },
};

function questionOf(seen: MachineAttempt): Question {
  const { machine, attempt } = seen;
  const question = { subject: `${machine.name}, ${attempt.state}`, here: endText(attempt.end) };
  const text = JSON.stringify(stateNamed(machine.definition, attempt.state));
  if (attempt.type !== "Task" && text.includes("$states.context"))
    return { ...question, unaskable: "it reads the context object, which TestState takes for tasks only" };
  return { ...question, ask: (asking) => asked(asking, seen, BY_CHANCE.test(text)) };
}

/**
 * First with the answer held to the service's own API, which says whether our stand-in answers as the service does; and where AWS refuses that,
 * once more without.
 */
async function asked({ aws }: Asking, seen: MachineAttempt, isByChance: boolean): Promise<Reply> {
  const test = testOf(seen);
  const answer = await aws.testState(test);
  if (answer.kind === "known" && answer.value.kind === "refused" && test.mock?.result !== undefined) {
    const { reason } = answer.value;
    const loose = await aws.testState({ ...test, mock: { ...test.mock, isHeldToApi: false } });
    return replied(loose, (value) => {
      if (value.kind === "refused") return { verdict: "differs", says: `would not test it: ${value.reason}` };
      const { verdict, says } = compared(seen.attempt.end, value.tested, isByChance);
      return {
        verdict: "differs",
        says: `our stand-in does not answer as the service (${reason}); apart from that it ${verdict}: ${says}`,
      };
    });
  }
  return replied(answer, (value) =>
    value.kind === "refused"
      ? { verdict: "differs", says: `would not test it: ${value.reason}` }
      : compared(seen.attempt.end, value.tested, isByChance),
  );
}

export function testOf({ machine, attempt }: MachineAttempt): StateTest {
  const { state, type, input, variables, context, retries } = attempt;
  const test = { definition: machine.definition, state, input, variables };
  if (type !== "Task") return test;
  const mock = mockOf(attempt);
  return { ...test, mock, context, ...(mock.error !== undefined && { retries }) };
}

function mockOf({ result, isTaskFailure, end }: MachineAttempt["attempt"]): StateMock {
  if (result !== undefined) return { result, isHeldToApi: true };
  // An expression failed before anybody was asked: whatever would have been answered is not looked at.
  if (!isTaskFailure) return { result: {}, isHeldToApi: false };
  return { error: end.error ?? "", cause: end.cause ?? "", isHeldToApi: false };
}

const STATUSES: Readonly<Record<AttemptEnd["kind"], TestedState["status"]>> = {
  left: "SUCCEEDED",
  retried: "RETRIABLE",
  caught: "CAUGHT_ERROR",
  failed: "FAILED",
};

export function compared(end: AttemptEnd, tested: TestedState, isByChance: boolean): Reply {
  const isOver = end.kind === "left" || end.kind === "caught";
  const { variables = {} } = tested;
  const assigned = tested.variables === undefined ? {} : (end.assigned ?? {});
  const differences = [
    ...differing("status", STATUSES[end.kind], tested.status),
    ...(isOver ? differing("next state", end.next, tested.next) : []),
    ...(end.kind === "left" ? [] : differing("error", end.error, tested.error)),
    ...(isOver && !isByChance
      ? [
          ...differing("output", end.output, tested.output),
          ...Object.entries(assigned).flatMap(([name, value]) => differing(`$${name}`, value, variables[name])),
        ]
      : []),
  ];
  const unlike = isByChance ? " (values that it draws or times are not compared)" : "";
  if (differences.length > 0) return { verdict: "differs", says: differences.join("; ") };
  return { verdict: "agrees", says: `${endText(endOf(tested))}${unlike}` };
}

function differing(what: string, here: Json | undefined, aws: Json | undefined): string[] {
  return isDeepStrictEqual(here, aws) ? [] : [`${what}: here ${shortly(here)}, AWS ${shortly(aws)}`];
}

function endOf({ status, next, error }: TestedState): AttemptEnd {
  const kinds = Object.entries(STATUSES) as [AttemptEnd["kind"], TestedState["status"]][];
  const kind = kinds.find(([, each]) => each === status)?.[0] ?? "failed";
  return { kind, ...(next !== undefined && { next }), ...(error !== undefined && { error }) };
}

function endText({ kind, next, error }: AttemptEnd): string {
  const on = next === undefined ? "ends there" : `goes on to ${next}`;
  if (kind === "left") return on;
  if (kind === "retried") return `tries again after ${error}`;
  return kind === "caught" ? `catches ${error} and ${on}` : `fails with ${error}`;
}
