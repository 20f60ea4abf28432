import aslValidator from "asl-validator";
import { RELEASE_WRITERS_GROUP } from "../../../../components/serving/triton-server/triton-server";
import { WRITERS_GROUP } from "../../../../components/serving/model-router/model-router";
import { KUBERNETES_GROUPS, rollOutMachine } from "../../../../components/learning/roll-out-workflow/roll-out-workflow";
import { giveUpSchema, promotionRequestSchema, rollOutRequestSchema } from "../../../../lambdas/domain/roll-out/requests";
import { rollOutEvents } from "../../../../lambdas/domain/roll-out/roll-out-plan";
import { firstWatch } from "../../../../lambdas/domain/roll-out/watch";
import { type RollOutOrder, rollOutReportSchema } from "../../../../lambdas/domain/run/steps";
import type { Json } from "../../../../offline/engine";
import type { Machine } from "../../../../offline/rehearsal/states/definition";
import { StatesError } from "../../../../offline/rehearsal/states/failures";
import { Execution, type Result, type TaskCall } from "../../../../offline/rehearsal/states/interpreter";
import { VirtualTime } from "../../../../offline/rehearsal/virtual-time";
import { ORDER } from "../../../lambdas/domain/roll-out/examples";

const [ROLL_OUT, ROLL_BACK, ASK] = ["arn:roll-out", "arn:roll-back", "arn:ask"];

function machineOf(ask?: string): Machine {
  const parts = { partition: "arn:aws", rollOut: ROLL_OUT, rollBack: ROLL_BACK, ask };
  return JSON.parse(JSON.stringify(rollOutMachine(parts))) as Machine;
}

const SILENCE = Symbol("silence");
type Answer = Json | Error | typeof SILENCE;
type Answers = Record<string, Answer[]>;

const NOW = Date.UTC(2026, 2, 2);
const WATCH = firstWatch(0, new Date(NOW).toISOString());
const at = (stage: number) => ({ ...WATCH, stage });

/** Of a roll-out in which all goes well; each list's last answer stands for all that follow. */
const GOOD: Answers = {
  fill: [{ kind: "filled", fence: 3, slot: "b" }],
  ready: [{ kind: "waiting", reason: "no pod yet" }, { kind: "ready" }],
  try: [{ kind: "passed", reason: "all answer" }],
  "set-traffic": [{ kind: "set", first: false, percent: 5, generation: 5 }],
  "in-force": [{ kind: "waiting", reason: "one is behind" }, ...[0, 1, 2, 3].map((stage) => ({ kind: "in-force", watch: at(stage) }))],
  check: [
    { kind: "stay", reason: "r", watch: at(0), waitSeconds: 300 },
    ...[0, 1, 2].map((stage) => ({ kind: "next", reason: "r", watch: at(stage), waitSeconds: 300 })),
    { kind: "promote", reason: "all held", watch: at(3), waitSeconds: 300 },
  ],
  promote: [{ kind: "promoted", reason: "r42 is promoted" }],
  "give-up": [{ kind: "rolled-back", reason: "everybody has r41 again" }],
};

interface Story {
  result: Result;
  steps: string[];
  requests: Json[];
  minutes: number;
}

async function play(change: Answers = {}, machine = machineOf(), order: RollOutOrder = ORDER): Promise<Story> {
  const answers: Answers = Object.fromEntries(Object.entries({ ...GOOD, ...change }).map(([step, list]) => [step, [...list]]));
  const [steps, requests]: [string[], Json[]] = [[], []];
  const time = new VirtualTime(NOW);
  const task = async (call: TaskCall): Promise<Json> => {
    const { Payload } = call.arguments as { Payload: Record<string, Json> };
    const step = typeof Payload["do"] === "string" ? Payload["do"] : "ask";
    steps.push(step);
    requests.push(Payload);
    const list = answers[step] ?? [];
    const answer = list.length > 1 ? list.shift() : list[0];
    if (answer === SILENCE) {
      await time.waitFor<void>(() => undefined, { at: call.deadline, value: undefined });
      throw new StatesError("States.Timeout", "");
    }
    if (answer instanceof Error) throw answer;
    return step === "ask" ? (answer as Json) : { Payload: answer as Json };
  };
  const input = JSON.parse(JSON.stringify(order)) as Json;
  const execution = new Execution(
    machine,
    { id: "arn:execution:run-1", name: "run-1", machineId: "m", input },
    { time, random: () => 0.5, task },
  );
  const ended: Story[] = [];
  time.start(async () => void ended.push({ result: await execution.run(), steps, requests, minutes: (time.now() - NOW) / 60_000 }));
  await time.runUntil(NOW + 130 * 86_400_000);
  const [end] = ended;
  if (end === undefined) throw new Error("the execution did not end");
  return end;
}

const outcomeOf = ({ result }: Story) => (result.status === "SUCCEEDED" ? rollOutReportSchema.parse(result.output).outcome : result.status);

test("O1 a good release climbs all stages, each set once, read back and checked; then it is promoted", async () => {
  const story = await play();
  expect(outcomeOf(story)).toBe("promoted");
  const stage = ["set-traffic", "in-force", "check"];
  expect(story.steps).toEqual([
    ...["fill", "ready", "ready", "try", "set-traffic", "in-force", "in-force", "check", "check"],
    ...[...stage, ...stage, ...stage, "promote"],
  ]);
  // One for the slot, half a one for the router, five checks.
  expect(story.minutes).toBe(26.5);
  const sets = story.requests.filter((request) => (request as { do?: string }).do === "set-traffic");
  expect(sets).toMatchObject([0, 1, 2, 3].map((number) => ({ stage: number, fence: 3 })));
});

// A request that the function does not read is a roll-out that fails at its first step, on the first day.
test("what the machine asks is what its functions read", async () => {
  const { requests } = await play({ check: [{ kind: "roll-back", reason: "errors", watch: at(0), waitSeconds: 300 }] });
  const schemas = requests.map((request) =>
    (request as { do: string }).do === "give-up" ? giveUpSchema.safeParse(request) : rollOutRequestSchema.safeParse(request),
  );
  expect(schemas.map(({ error }) => error?.issues)).toEqual(requests.map(() => undefined));
  expect(requests.at(-1)).toMatchObject({ do: "give-up", reason: "errors" });
});

test("O1 the first release goes to everybody, and is watched against nothing", async () => {
  const story = await play({ "set-traffic": [{ kind: "set", first: true, percent: 100, generation: 1 }] });
  expect([outcomeOf(story), story.steps.includes("check")]).toEqual(["promoted", false]);
});

const DOWN = new StatesError("Lambda.Unknown", "down");

// Every way to fail, from every step: traffic is brought back, and what is reported is what happened.
test.each<[string, Answers, string, boolean]>([
  ["a release that is refused", { fill: [{ kind: "refused", reason: "no manifest" }] }, "refused", false],
  [
    "a slot that does not get ready",
    { ready: [{ kind: "late", reason: "45 min" }], "give-up": [{ kind: "untouched", reason: "r41" }] },
    "refused",
    true,
  ],
  [
    "a model that answers wrongly",
    { try: [{ kind: "failed", reason: "label 2" }], "give-up": [{ kind: "untouched", reason: "r41" }] },
    "refused",
    true,
  ],
  ["a stale fence", { "set-traffic": [{ kind: "stale", reason: "fence" }], "give-up": [{ kind: "stale", reason: "r" }] }, "refused", true],
  ["a router half replaced", { "in-force": [{ kind: "late", reason: "30 min" }] }, "rolled-back", true],
  [
    "a stage that breaks a limit",
    { check: [{ kind: "roll-back", reason: "errors", watch: at(0), waitSeconds: 300 }] },
    "rolled-back",
    true,
  ],
  [
    "a roll-back by somebody else",
    { check: [{ kind: "stale", reason: "r" }], "give-up": [{ kind: "untouched", reason: "r41" }] },
    "rolled-back",
    true,
  ],
  [
    "labels that did not come, and nobody to ask",
    { check: [{ kind: "ask", reason: "r", watch: at(3), waitSeconds: 300 }] },
    "rolled-back",
    true,
  ],
  ["a promotion that is refused", { promote: [{ kind: "refused", reason: "r" }] }, "rolled-back", true],
  ["a promotion that was written and not told", { promote: [DOWN], "give-up": [{ kind: "promoted", reason: "r" }] }, "promoted", true],
  ...["fill", "ready", "try", "set-traffic", "in-force", "check", "promote"].map((step): [string, Answers, string, boolean] => [
    `a function that is down at ${step}`,
    {
      [step]: [DOWN],
      "give-up": [{ kind: ["fill", "ready", "try", "set-traffic"].includes(step) ? "untouched" : "rolled-back", reason: "r" }],
    },
    ["fill", "ready", "try", "set-traffic"].includes(step) ? "refused" : "rolled-back",
    true,
  ]),
])("O3 after %s the roll-out ends in a declared state", async (_what, change, outcome, givesUp) => {
  const story = await play(change);
  expect([outcomeOf(story), story.steps.includes("give-up")]).toEqual([outcome, givesUp]);
});

test("O3 a way back that takes its time is asked about again; one that is not found is a failure that wakes somebody", async () => {
  const back = { check: [{ kind: "roll-back", reason: "errors", watch: at(0), waitSeconds: 300 }] };
  const slow = await play({
    ...back,
    "give-up": [{ kind: "waiting", reason: "behind" }, { kind: "waiting", reason: "behind" }, GOOD["give-up"]?.[0] ?? {}],
  });
  expect([outcomeOf(slow), slow.steps.filter((step) => step === "give-up").length]).toEqual(["rolled-back", 3]);
  const lost = await play({ ...back, "give-up": [{ kind: "waiting", reason: "behind" }] });
  expect([lost.result, lost.steps.filter((step) => step === "give-up").length]).toMatchObject([
    { status: "FAILED", error: "RollBackFailed" },
    120,
  ]);
  expect((await play({ ...back, "give-up": [DOWN] })).result).toMatchObject({ status: "FAILED", error: "RollBackFailed" });
});

const NO_LABELS = [{ kind: "ask", reason: "no labels", watch: at(3), waitSeconds: 300 }];
const NOT_NOW = { kind: "not-now", reason: "the stop switch is on" };
const times = (count: number, answer: Answer): Answer[] => Array.from({ length: count }, () => answer);

test("I12 what is told not now is asked for again, and goes on as if nothing had been", async () => {
  const story = await play({
    ...{ fill: [NOT_NOW, NOT_NOW, { kind: "filled", fence: 3, slot: "b" }] },
    ...{ "set-traffic": [NOT_NOW, { kind: "set", first: false, percent: 5, generation: 5 }] },
  });
  expect([outcomeOf(story), story.minutes]).toEqual(["promoted", 26.5 + 60]);
  // A stop of three days was told of two hundred times.
  const asked = story.requests.flatMap((request) => {
    const { do: step, again } = request as { do?: string; again?: boolean };
    return step === "fill" || step === "set-traffic" ? [`${step} ${again === true ? "again" : "anew"}`] : [];
  });
  const stages = Array.from({ length: 3 }, () => "set-traffic anew");
  expect(asked).toEqual(["fill anew", "fill again", "fill again", "set-traffic anew", "set-traffic again", ...stages]);
});

// Nobody looks at what users have while a step waits by itself; and what was good before the stop may be bad after it.
test("I12 with users on the release it is the check that waits, and the stage that was to follow still follows", async () => {
  const set = { kind: "set", first: false, percent: 5, generation: 5 };
  const next = (stage: number) => ({ kind: "next", reason: "r", watch: at(stage), waitSeconds: 300 });
  const promoted = { kind: "promote", reason: "all held", watch: at(3), waitSeconds: 300 };
  const story = await play({
    ...{ "set-traffic": [set, NOT_NOW, set], check: [next(0), next(0), next(1), next(2), promoted, promoted] },
    ...{
      "in-force": [0, 1, 2, 3].map((stage) => ({ kind: "in-force", watch: at(stage) })),
      promote: [NOT_NOW, GOOD["promote"]?.[0] ?? {}],
    },
  });
  const asked = story.requests.filter((request) => (request as { do?: string }).do === "set-traffic");
  expect(asked.map((request) => (request as { stage: number }).stage)).toEqual([0, 1, 1, 2, 3]);
  expect([outcomeOf(story), story.steps.slice(-4)]).toEqual(["promoted", ["check", "promote", "check", "promote"]]);
});

test.each<[string, Answers, string, boolean]>([
  ["a place that never gets free", { fill: [NOT_NOW] }, "refused", false],
  ["a stop before any user", { "set-traffic": [NOT_NOW], "give-up": [{ kind: "untouched", reason: "r41" }] }, "refused", true],
  ["a stop with users between", { check: [{ kind: "left", reason: "r", watch: at(0), waitSeconds: 900 }] }, "FAILED", false],
  [
    "a stop before the first release is promoted",
    { "set-traffic": [{ kind: "set", first: true, percent: 100, generation: 1 }], promote: [NOT_NOW] },
    "FAILED",
    false,
  ],
])("I12 after %s that lasts for as long as a pause may, nobody is moved", async (_what, change, outcome, givesUp) => {
  const story = await play(change);
  expect([outcomeOf(story), story.steps.includes("give-up")]).toEqual([outcome, givesUp]);
  if (outcome === "FAILED") expect(story.result).toMatchObject({ error: "TrafficWithheld" });
});

test("I12 all that is told not now together is waited for as long as a pause may be", async () => {
  const most = (ORDER.rollOut.pauseHours * 60) / 20;
  const story = await play({ fill: [...times(most - 1, NOT_NOW), { kind: "filled", fence: 3, slot: "b" }], "set-traffic": [NOT_NOW] });
  expect([outcomeOf(story), story.steps.filter((step) => step === "set-traffic").length]).toEqual(["rolled-back", 2]);
});

test("I12 a release that a person has approved without labels waits for its promotion, and nobody is asked again", async () => {
  const approved = { kind: "approved", by: ["ada"], reason: "looks right" };
  const story = await play({ check: NO_LABELS, ask: [approved], promote: [NOT_NOW, GOOD["promote"]?.[0] ?? {}] }, machineOf(ASK));
  expect([outcomeOf(story), story.steps.slice(-3)]).toEqual(["promoted", ["ask", "promote", "promote"]]);
  // The trail said that it was promoted because the stop switch was on.
  expect(story.requests.slice(-2)).toMatchObject([false, true].map((again) => ({ reason: "looks right; no labels", again })));
});

/** Promoted, although the last word of the checks was another. */
function unchecked({ steps }: Story, said: readonly string[]): boolean {
  const checks = steps.slice(0, steps.indexOf("promote")).filter((step) => step === "check").length;
  return steps.includes("promote") && said[checks - 1] !== "promote";
}

const BREACH: Answers = { check: [{ kind: "roll-back", reason: "errors", watch: at(0), waitSeconds: 300 }] };
const MUTANTS: Record<string, (states: Machine["States"]) => void> = {
  "promotes as soon as traffic is set": (states) => Object.assign(states["Watch"] as object, { Next: "Promote" }),
  "asks the check, and does not listen": (states) => {
    const choice = states["What now?"] as unknown as { Choices: { Next: string }[]; Default: string };
    choice.Choices = [];
    choice.Default = "Promote";
  },
};

test("O2 nothing is promoted before a check has said so", async () => {
  expect(unchecked(await play(), ["stay", "next", "next", "next", "promote"])).toBe(false);
  expect(unchecked(await play(BREACH), ["roll-back"])).toBe(false);
});

test.each(Object.keys(MUTANTS))("O2 mutation: a machine that %s is found by the same property", async (mutation) => {
  const mutant = machineOf();
  MUTANTS[mutation]?.(mutant.States);
  expect(unchecked(await play(BREACH, mutant), ["roll-back"])).toBe(true);
});

const governed = (change: object): RollOutOrder => ({ ...ORDER, governance: { ...ORDER.governance, ...change } });
const silent = { kind: "refused", by: [], reason: "nobody answered within 30 hours, which is a refusal" };

test.each<[string, Answer, string, object | undefined]>([
  ["approves", { kind: "approved", by: ["ada"], reason: "looks right" }, "promoted", undefined],
  ["refuses", { kind: "refused", by: ["ada"], reason: "wait for labels" }, "rolled-back", undefined],
  ["does not answer", SILENCE, "rolled-back", silent],
])("O2 where labels did not come a person is asked: who %s decides so, and is reported", async (_what, answer, outcome, reported) => {
  const story = await play({ check: NO_LABELS, ask: [answer] }, machineOf(ASK), governed({ timeoutHours: 30 }));
  expect(outcomeOf(story)).toBe(outcome);
  const asked = story.requests[story.steps.indexOf("ask")];
  expect(promotionRequestSchema.parse(asked)).toMatchObject({ reason: "no labels", watch: { stage: 3 }, order: { askedBy: [] } });
  const report = story.result.status === "SUCCEEDED" ? rollOutReportSchema.parse(story.result.output) : undefined;
  expect(report?.withoutLabels).toEqual(reported ?? answer);
});

// The record of the question ends after the governance's hours: a machine that waited longer would wait for an answer that is refused.
test("R4 the machine waits for people for as long as their model's governance says", async () => {
  const minutesOf = async (timeoutHours: number) =>
    (await play({ check: NO_LABELS, ask: [SILENCE] }, machineOf(ASK), governed({ timeoutHours }))).minutes;
  const [one, three] = [await minutesOf(1), await minutesOf(3)];
  expect(three - one).toBe(120);
});

test.each<[string, Answers, RollOutOrder, boolean, string]>([
  ["nobody is declared", {}, governed({ approvers: [] }), false, "nobody can be asked in this loop whether it is promoted without labels"],
  ["nobody can be told", { ask: [new StatesError("Lambda.Unknown", "down")] }, ORDER, true, "nobody could be asked: Lambda.Unknown"],
])("O2 where %s, it is rolled back at once, and nobody is said to have refused", async (_what, change, order, asks, reason) => {
  const story = await play({ check: NO_LABELS, ...change }, machineOf(ASK), order);
  expect([outcomeOf(story), story.steps.includes("ask")]).toEqual(["rolled-back", asks]);
  expect(story.requests.at(-1)).toMatchObject({ do: "give-up", reason: expect.stringContaining(reason) as string });
  expect(story.result).not.toHaveProperty("output.withoutLabels");
});

test.each([undefined, ASK])("the machine is in the language of Step Functions, and no task waits for ever", (ask) => {
  const machine = machineOf(ask);
  expect(aslValidator(machine)).toMatchObject({ isValid: true });
  for (const state of Object.values(machine.States)) {
    if (state.Type !== "Task") continue;
    expect(state.TimeoutSeconds).toBeDefined();
    expect(state.Catch?.at(-1)).toMatchObject({ ErrorEquals: ["States.ALL"] });
  }
});

// The bound that refuses a plan counts what this machine does: three states a check, nine events.
test("O1 a check is a wait, a task and a choice, as the count of a plan's events has it", () => {
  const { States } = machineOf();
  expect([States["Wait for the check"]?.Next, States["Check"]?.Next]).toEqual(["Check", "What now?"]);
  const { rollOut } = ORDER;
  const longer = { ...rollOut, waitForLabelsHours: rollOut.waitForLabelsHours + 1 };
  expect(rollOutEvents(longer) - rollOutEvents(rollOut)).toBe(12 * 9);
});

test("the groups are those that the router and the model server bring Roles for", () => {
  expect(KUBERNETES_GROUPS).toEqual([WRITERS_GROUP, RELEASE_WRITERS_GROUP]);
});
