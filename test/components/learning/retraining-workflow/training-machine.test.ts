import aslValidator from "asl-validator";
import { BUDGET_MINUTES } from "../../../../components/learning/retraining-workflow/run-expressions";
import type { MachineParts } from "../../../../components/learning/retraining-workflow/run-states";
import { trainingMachine } from "../../../../components/learning/retraining-workflow/training-machine";
import { NAME_LIMITS, trainingJobName } from "../../../../lambdas/domain/names";
import { leaseRequestSchema, runReportSchema } from "../../../../lambdas/domain/run-order";
import {
  approvalRequestSchema,
  closeRequestSchema,
  judgeRequestSchema,
  type Judgement,
  packageRequestSchema,
  prepareRequestSchema,
  registerRequestSchema,
  rollOutOrderSchema,
  type RunPlan,
  validateRequestSchema,
} from "../../../../lambdas/domain/run/steps";
import type { Json } from "../../../../offline/engine";
import type { Machine, State } from "../../../../offline/rehearsal/states/definition";
import { StatesError } from "../../../../offline/rehearsal/states/failures";
import { Execution, type Result, type TaskCall } from "../../../../offline/rehearsal/states/interpreter";
import { VirtualTime } from "../../../../offline/rehearsal/virtual-time";
import { evaluation, modelSpec, order, RUN, runPlan } from "../../../lambdas/domain/run/examples";

const PARTS: MachineParts = {
  place: {
    ...{ partition: "arn:aws", region: "eu-west-1", image: "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.0-5" },
    ...{ roleArn: "arn:aws:iam::1:role/training", programs: "s3://code/sourcedir.tar.gz" },
  },
  ledgerTable: "ledger",
  functions: {
    ...{ lease: "lease", prepareRun: "prepare", validateData: "validate", judgeRun: "judge" },
    ...{ registry: "registry", askApproval: "ask", packageRelease: "package" },
  },
  rollOut: "arn:aws:states:eu-west-1:1:stateMachine:roll-out:live",
};
const serving = { namespace: "serving", server: "trees", router: "split", releases: "s3://models/releases/" };
const SERVED = runPlan({ serving, rollOut: {} });
const JUDGEMENT: Judgement = {
  ...{ kind: "passed", gates: [], needsApproval: [], semanticVersion: "1.5.0", reason: "every gate passes" },
  evaluation: evaluation(),
};
const REGISTERED = { version: "8", semanticVersion: "1.5.0", release: RUN };
const PACKAGED = { kind: "released", release: RUN, manifest: "s3://models/releases/r/manifest.json", models: ["anomaly_xgboost"] };

const SILENCE = Symbol("silence");
type Answer = Json | Error | typeof SILENCE;
/** What each state's task is answered, try by try; the last answer stands for all later tries. */
type Answers = Record<string, Answer | Answer[]>;

function usual(plan: RunPlan): Answers {
  const payload = (value: object) => ({ Payload: value }) as unknown as Json;
  const job = (name: string): Json => ({
    ...{ TrainingJobStatus: "Completed", SecondaryStatus: "Completed" },
    ModelArtifacts: { S3ModelArtifacts: `${plan.artifacts}jobs/${name}/output/model.tar.gz` },
  });
  return {
    ...{ "Renew lease": payload({ kind: "renewed" }), "Keep lease": payload({ kind: "renewed" }) },
    ...{ "Renew lease after the answer": payload({ kind: "renewed" }), "Record start": {}, "Record end": {}, "Record failure": {} },
    Prepare: payload({ kind: "planned", plan }),
    ...{ "Unload training data": {}, "Unload holdout": {} },
    Profile: { QueryExecution: { ResultConfiguration: { OutputLocation: `${plan.dataset.results}q.csv` } } },
    "Validate data": payload({ kind: "sound", rows: 700_000 }),
    ...{ Label: job("labels"), "Train folds": job("folds"), "Train champion": job("champion"), "Train challenger": job("challenger") },
    ...{ Evaluate: job("evaluation"), Judge: payload(JUDGEMENT), Register: payload(REGISTERED), Package: payload(PACKAGED) },
    "Ask people": { kind: "approved", by: ["arn:aws:iam::1:role/ml-lead"], reason: "it is good" },
    "Roll out": { Output: { outcome: "promoted", reason: "every stage was passed" } },
    ...{ Close: payload({ kind: "closed" }), "Close as failed": payload({ kind: "closed" }) },
  };
}

interface Story {
  result: Result;
  calls: (TaskCall & { at: number })[];
  minutes: number;
  states: Set<string>;
}

interface Circumstances {
  plan?: RunPlan;
  parts?: MachineParts;
  machine?: Machine;
  /** State in whose first try somebody stops the execution; ten minutes later it is redriven. */
  stoppedIn?: string;
}

const machineOf = (parts: MachineParts): Machine => JSON.parse(JSON.stringify(trainingMachine(parts))) as Machine;

async function play(change: Answers = {}, circumstances: Circumstances = {}): Promise<Story> {
  const { plan = SERVED, parts = PARTS, machine = machineOf(parts), stoppedIn } = circumstances;
  const began = Date.UTC(2026, 2, 2, 14, 15);
  const time = new VirtualTime(began);
  const calls: Story["calls"] = [];
  const states = new Set<string>();
  const answers = { ...usual(plan), ...change };
  const task = async (call: TaskCall): Promise<Json> => {
    const tries = calls.filter(({ state }) => state === call.state).length;
    calls.push({ ...call, at: (time.now() - began) / 60_000 });
    const given = answers[call.state];
    const answer = Array.isArray(given) ? (given[Math.min(tries, given.length - 1)] as Answer) : given;
    if (call.state === stoppedIn && tries === 0) {
      time.startAt(time.now() + 60_000, () => Promise.resolve(execution.stop("Wanted", "by ana")));
      time.startAt(
        time.now() + 600_000,
        async () => void ends.push({ result: await execution.redrive(), minutes: (time.now() - began) / 60_000 }),
      );
    }
    if (answer === SILENCE) {
      await time.waitFor<void>(() => undefined, { at: call.deadline, value: undefined });
      throw new StatesError("States.Timeout", "");
    }
    if (answer === undefined) throw new Error(`no answer for ${call.state}`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const input = JSON.parse(JSON.stringify(order())) as Json;
  const options = { id: `arn:aws:states:eu-west-1:1:execution:retraining:${RUN}`, name: RUN, machineId: "arn:m", input };
  const visited = ({ state }: { state: string }) => void states.add(state);
  const execution = new Execution(machine, options, { time, random: () => 0.5, task, visited });
  const ends: Pick<Story, "result" | "minutes">[] = [];
  time.start(async () => void ends.push({ result: await execution.run(), minutes: (time.now() - began) / 60_000 }));
  await time.runUntil(began + 90 * 86_400_000);
  const end = ends.at(-1);
  if (end === undefined) throw new Error("the execution did not end");
  return { ...end, calls, states };
}

const given = ({ calls }: Story, state: string) =>
  calls.filter((call) => call.state === state).map((call) => call.arguments as Record<string, Json>);
const payloadOf = (story: Story, state: string): unknown => given(story, state)[0]?.["Payload"];
const endOf = (story: Story): unknown => (story.result.status === "SUCCEEDED" ? story.result.output : story.result);
const down = new StatesError("Lambda.Unknown", "down");

test("R2 a run goes from its lease to its end, asks every function what that function reads, and reports what came of it", async () => {
  const story = await play();
  expect(runReportSchema.parse(endOf(story))).toEqual(endOf(story));
  expect(endOf(story)).toEqual({ outcome: "promoted", reason: "every stage was passed" });
  const order = [...story.states].filter((state) => story.calls.some((call) => call.state === state));
  expect(order.filter((state) => !/^(Unload|Profile|Train)/.test(state))).toEqual([
    ...[
      "Renew lease",
      "Record start",
      "Prepare",
      "Validate data",
      "Evaluate",
      "Judge",
      "Register",
      "Package",
      "Roll out",
      "Close",
      "Record end",
    ],
  ]);
  expect(prepareRequestSchema.parse(payloadOf(story, "Prepare"))).toMatchObject({ startedAt: "2026-03-02T14:15:00.000Z", redriveCount: 0 });
  expect(validateRequestSchema.parse(payloadOf(story, "Validate data")).profile).toBe(`${SERVED.dataset.results}q.csv`);
  expect(judgeRequestSchema.parse(payloadOf(story, "Judge")).archive).toBe(`${SERVED.artifacts}jobs/evaluation/output/model.tar.gz`);
  expect(registerRequestSchema.parse(payloadOf(story, "Register")).judgement).toEqual(JUDGEMENT);
  packageRequestSchema.parse(payloadOf(story, "Package"));
  expect(rollOutOrderSchema.parse(given(story, "Roll out")[0]?.["Input"])).toMatchObject({ version: "8", models: ["anomaly_xgboost"] });
  expect(given(story, "Roll out")[0]).toMatchObject({ Name: RUN, StateMachineArn: PARTS.rollOut });
  expect(closeRequestSchema.parse(payloadOf(story, "Close"))).toMatchObject({ outcome: "promoted", reason: "every stage was passed" });
});

// Athena refuses a folder that is not empty, and SageMaker a name that was ever taken: the second try would fail whatever the first one's cause.
test("R2 the second try of a query writes into another folder, and the training reads that one", async () => {
  const story = await play({ "Unload training data": [down, {}] });
  const [first, second] = given(story, "Unload training data").map(({ QueryString: sql }) => / TO '([^']+)'/.exec(sql as string)?.[1]);
  expect([first, second]).toEqual([`${SERVED.dataset.train}0-0/`, `${SERVED.dataset.train}0-1/`]);
  const [channels] = given(story, "Train champion").map(({ InputDataConfig }) => InputDataConfig as Record<string, Json>[]);
  expect(channels?.[0]).toEqual({
    ...{ ChannelName: "train", InputMode: "File", ContentType: "application/x-parquet" },
    DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3DataDistributionType: "FullyReplicated", S3Uri: second as string } },
  });
});

test("R2 a job is tried on spot, again on spot, and once on demand, five minutes apart and each under a name of its own", async () => {
  const story = await play({ "Train champion": [down, down, usual(SERVED)["Train champion"] as Json] });
  const tries = story.calls.filter(({ state }) => state === "Train champion");
  expect(tries.map(({ at }) => at)).toEqual([0, 5, 10]);
  const jobs = given(story, "Train champion");
  expect(jobs.map(({ EnableManagedSpotTraining, StoppingCondition }) => [EnableManagedSpotTraining, StoppingCondition])).toEqual([
    [true, { MaxRuntimeInSeconds: 3_600, MaxWaitTimeInSeconds: 5_400 }],
    [true, { MaxRuntimeInSeconds: 3_600, MaxWaitTimeInSeconds: 5_400 }],
    [false, { MaxRuntimeInSeconds: 3_600 }],
  ]);
  expect(jobs.map(({ TrainingJobName }) => TrainingJobName)).toEqual(
    [0, 1, 2].map((retryCount) => trainingJobName({ run: RUN, part: "champion", redriveCount: 0, retryCount })),
  );
  expect(endOf(story)).toMatchObject({ outcome: "promoted" });
});

test.each(["champion", "challenger", "folds", "evaluation"])(
  "R2 the job %s is called as the loop calls it, whatever the run's name",
  async (part) => {
    const state = { champion: "Train champion", challenger: "Train challenger", folds: "Train folds", evaluation: "Evaluate" }[
      part
    ] as string;
    for (const run of [RUN, "a", `${"m".repeat(40)}-accuracy-collapse-2026030214-5be1c0de`, "fraud--trees__x-weekly-1"]) {
      const story = await play({}, { plan: { ...SERVED, run } });
      const [name] = given(story, state).map(({ TrainingJobName }) => TrainingJobName as string);
      expect(name).toBe(trainingJobName({ run, part, redriveCount: 0, retryCount: 0 }));
      expect(name).toMatch(NAME_LIMITS.trainingJob.allowed);
    }
  },
);

test("R2 the champion is the container's algorithm, the challenger a program, the folds five, and what serves is scored beside both", async () => {
  const story = await play();
  const parameters = (state: string) => given(story, state)[0]?.["HyperParameters"];
  const defaults = { objective: "binary:logistic", max_depth: "6", num_round: "100", eval_metric: "logloss" };
  const script = { sagemaker_submit_directory: "s3://code/sourcedir.tar.gz", sagemaker_region: "eu-west-1" };
  expect(parameters("Train champion")).toEqual(defaults);
  expect(parameters("Train folds")).toEqual({ ...defaults, _kfold: "5" });
  expect(parameters("Train challenger")).toEqual({ ...script, sagemaker_program: "train_catboost.py", variant: "anomaly_catboost" });
  expect(parameters("Evaluate")).toEqual({ ...script, sagemaker_program: "evaluate.py" });
  const channels = given(story, "Evaluate")[0]?.["InputDataConfig"] as {
    ChannelName: string;
    DataSource: { S3DataSource: { S3Uri: string } };
  }[];
  const { artifacts, dataset, champion } = SERVED;
  expect(channels.map(({ ChannelName: name, DataSource: { S3DataSource: source } }) => [name, source.S3Uri])).toEqual([
    ["plan", `${artifacts}plan.json`],
    ["train", `${dataset.train}0-0/`],
    ["holdout", `${dataset.holdout}0-0/`],
    ["champion", `${artifacts}jobs/champion/output/model.tar.gz`],
    ["challenger", `${artifacts}jobs/challenger/output/model.tar.gz`],
    ["folds", `${artifacts}jobs/folds/output/output.tar.gz`],
    ["serving", champion?.models["anomaly_xgboost"]],
  ]);
});

test("R2 a model of one CatBoost variant trains one job, and on its first day nothing is scored beside it", async () => {
  const plan = runPlan({ variants: [{ model: "only", role: "champion", kind: "catboost" }] });
  delete plan.champion;
  const story = await play({}, { plan });
  const jobs = story.calls.filter(({ resource }) => resource.includes("sagemaker")).map(({ state }) => state);
  expect(jobs).toEqual(["Train champion", "Evaluate"]);
  const channels = given(story, "Evaluate")[0]?.["InputDataConfig"] as { ChannelName: string }[];
  expect(channels.map(({ ChannelName: name }) => name)).toEqual(["plan", "train", "holdout", "champion"]);
});

// SageMaker's own algorithm fails a job that has a channel it does not know; that was every champion.
test("R2 the algorithm is given its training data alone, a program its plan as well", async () => {
  const channels = (story: Story, state: string) =>
    (given(story, state)[0]?.["InputDataConfig"] as { ChannelName: string }[]).map(({ ChannelName: name }) => name);
  const story = await play();
  expect(["Train folds", "Train champion"].map((state) => channels(story, state))).toEqual([["train"], ["train"]]);
  expect(channels(story, "Train challenger")).toEqual(["train", "plan"]);
});

// From another shuffle's checkpoint a fold's model has seen the rows that it is asked about, and its figures are too good.
test("R2 the folds start from nothing at every try", async () => {
  const story = await play({ "Train folds": [down, usual(SERVED)["Train folds"] as Json] });
  const tries = given(story, "Train folds");
  expect(
    tries.map(({ CheckpointConfig, EnableManagedSpotTraining: spot, StoppingCondition }) => [CheckpointConfig, spot, StoppingCondition]),
  ).toEqual([1, 2].map(() => [undefined, false, { MaxRuntimeInSeconds: 3_600 }]));
  expect(given(story, "Train champion")[0]).toHaveProperty("CheckpointConfig");
});

// A job that SageMaker stops at a limit is no failed one by its status: half a model would have been scored, and perhaps released.
test.each(["Label", "Train champion", "Train folds", "Evaluate"])(
  "R2 a job of %s that SageMaker has stopped is a try that failed, and the third one is on demand",
  async (state) => {
    const plan = runPlan({ serving, rollOut: {}, data: { ...modelSpec().data, pseudoLabels: {} } });
    const whole = usual(plan)[state] as Record<string, Json>;
    const stopped = { TrainingJobStatus: "Stopped", SecondaryStatus: "MaxRuntimeExceeded" };
    const story = await play({ [state]: [{ ...whole, ...stopped }, stopped, whole] }, { plan });
    expect([endOf(story), story.minutes]).toMatchObject([{ outcome: "promoted" }, 10]);
    expect(given(story, state).map(({ EnableManagedSpotTraining: spot }) => spot)[2]).toBe(false);
    const never = await play({ [state]: stopped }, { plan });
    expect(never.result).toMatchObject({
      error: "RetrainingFailed",
      cause: expect.stringMatching(/the training job ended Stopped: MaxRuntimeExceeded/) as string,
    });
  },
);

test("R2 Athena is told the model's database", async () => {
  const story = await play();
  for (const state of ["Unload training data", "Unload holdout", "Profile"]) {
    expect(given(story, state)[0]).toMatchObject({ QueryExecutionContext: { Database: SERVED.spec.data.database } });
  }
});

test("R2 where a forest labels the rest, the trainers read what it has labelled", async () => {
  const plan = runPlan({ data: { ...modelSpec().data, pseudoLabels: {} } });
  const story = await play({}, { plan });
  const folder = `${plan.artifacts}labelled/0-0/`;
  expect(given(story, "Label")[0]).toMatchObject({
    CheckpointConfig: { S3Uri: folder },
    HyperParameters: { sagemaker_program: "pseudo_labels.py" },
  });
  const [channels] = given(story, "Train champion").map(({ InputDataConfig }) => InputDataConfig as { DataSource: unknown }[]);
  expect(channels?.[0]?.DataSource).toMatchObject({ S3DataSource: { S3Uri: `${folder}train/` } });
});

const asked = { Judge: { Payload: { ...JUDGEMENT, needsApproval: ["automatic approval is off for this model"] } } as unknown as Json };

test("R4 where a person decides, the lease is kept over the wait, and approval goes on with who gave it", async () => {
  const story = await play(asked);
  approvalRequestSchema.parse(payloadOf(story, "Ask people"));
  expect(leaseRequestSchema.parse(payloadOf(story, "Keep lease"))).toEqual({ run: RUN, model: "log-anomaly", waitHours: 48 });
  expect(payloadOf(story, "Close")).toMatchObject({
    outcome: "promoted",
    approval: { kind: "approved", by: ["arn:aws:iam::1:role/ml-lead"] },
  });
});

// Whoever is asked in the roll-out must be whom the model names, and never who wanted the run; and the registry must know who it was.
test("R4, R9 the roll-out is told who may decide, and what they decided reaches the registry", async () => {
  const said = { kind: "approved", by: ["arn:aws:iam::1:role/ml-lead"], reason: "it looks right" };
  const report = { outcome: "promoted", reason: "everybody has it", withoutLabels: said };
  for (const askedBy of [[], ["arn:a"], ["arn:a", "arn:b"]]) {
    const story = await play({ "Roll out": { Output: report } }, { plan: { ...SERVED, askedBy } });
    const order = rollOutOrderSchema.parse(given(story, "Roll out")[0]?.["Input"]);
    expect(order).toMatchObject({ askedBy, semanticVersion: "1.5.0", governance: SERVED.spec.governance });
    const close = closeRequestSchema.parse(payloadOf(story, "Close"));
    expect([close.approval, close.withoutLabels]).toEqual([undefined, said]);
  }
  expect(closeRequestSchema.parse(payloadOf(await play(), "Close")).withoutLabels).toBeUndefined();
});

// Two days of waiting for a person left no second of four hours: the packaging that followed timed out at once.
test("R4, R7 nobody's answer is a refusal; an answer after two days leaves the rest of the budget whole", async () => {
  const refused = await play({ ...asked, "Ask people": SILENCE });
  expect(refused.minutes).toBe(48 * 60);
  expect(endOf(refused)).toEqual({ outcome: "rejected", reason: "nobody answered within 48 hours, which is a refusal" });
  expect(closeRequestSchema.parse(payloadOf(refused, "Close"))).toMatchObject({
    outcome: "rejected",
    approval: { kind: "refused", by: [] },
  });
  expect(refused.calls.map(({ state }) => state)).not.toContain("Package");
});

const payload = (value: object) => ({ Payload: value }) as unknown as Json;

// Each is an answer, not a failure: the same data would be answered the same, and a failure would be tried again by the loop.
test.each<[string, Answers, string, string[]]>([
  ["a plan", { Prepare: payload({ kind: "refused", reason: "no spec" }) }, "no spec", ["Collect", "Close"]],
  [
    "broken data",
    { "Validate data": payload({ kind: "broken", faults: ["rows is 9", "k is null"] }) },
    "the data are broken: rows is 9; k is null",
    ["Train champion", "Close"],
  ],
  ["a gate", { Judge: payload({ ...JUDGEMENT, kind: "failed", reason: "f1 is 0.1" }) }, "f1 is 0.1", ["Register", "Close"]],
  ["people", { ...asked, "Ask people": { kind: "refused", by: ["arn:x"], reason: "not now" } }, "not now", ["Package"]],
  ["packaging", { Package: payload({ kind: "refused", faults: ["no parity"] }) }, "it cannot be packaged: no parity", ["Roll out"]],
  ["the roll-out", { "Roll out": { Output: { outcome: "refused", reason: "the slot is taken" } } }, "the slot is taken", []],
])(
  "R3, R4 a refusal by %s ends the run as rejected, with its reason, and nothing after it is asked",
  async (_by, answers, reason, never) => {
    const story = await play(answers);
    expect(endOf(story)).toEqual({ outcome: "rejected", reason });
    expect(story.calls.map(({ state }) => state).filter((state) => never.includes(state))).toEqual([]);
  },
);

test("O3 a roll-out that came back is told as what it is", async () => {
  const story = await play({ "Roll out": { Output: { outcome: "rolled-back", reason: "errors at 50 %" } } });
  expect(endOf(story)).toEqual({ outcome: "rolled-back", reason: "errors at 50 %" });
  expect(payloadOf(story, "Close")).toMatchObject({ outcome: "rolled-back" });
});

/** As a state that waits for an execution is told that somebody has stopped it: what `DescribeExecution` says, as text. */
const stoppedRollOut = (more: object) =>
  new StatesError("States.TaskFailed", JSON.stringify({ Name: RUN, Status: "ABORTED", Input: { run: RUN }, ...more }));

// The run ended as failed, its version stayed the candidate, and the loop trained the same again that people had just taken away from users.
test.each([
  ["with its reason", { Error: "RolledBack", Cause: "ana: it calls everything anomalous" }, "ana: it calls everything anomalous"],
  ["without a reason", { Error: "RolledBack" }, "its roll-out was given up while it was under way"],
])("O3 a run whose roll-out was given up from outside is told as rolled back, %s, and closed", async (_what, told, reason) => {
  const story = await play({ "Roll out": stoppedRollOut(told) });
  expect(endOf(story)).toEqual({ outcome: "rolled-back", reason });
  expect(closeRequestSchema.parse(payloadOf(story, "Close"))).toMatchObject({ outcome: "rolled-back", reason });
  expect(story.calls.filter(({ state }) => /^Roll out|as failed$/.test(state)).map(({ state }) => state)).toEqual(["Roll out"]);
});

test("O3 a roll-out that somebody stopped without giving it up, or that failed, is a failure", async () => {
  for (const told of [{}, { Error: "Wanted", Cause: "RolledBack" }, { Status: "FAILED", Error: "RollOutFailed", Cause: "no cluster" }]) {
    const story = await play({ "Roll out": stoppedRollOut(told) });
    expect(story.result).toMatchObject({ status: "FAILED", error: "RetrainingFailed" });
    expect([given(story, "Close").length, given(story, "Close as failed").length]).toEqual([0, 1]);
  }
});

// One start that Step Functions had no room for threw a run away that was trained, approved and packaged.
test("O1 a roll-out that could not be started is started again, and one that failed is not", async () => {
  const names = ["ThrottlingException", "SdkClientException", "ExecutionLimitExceededException", "AWSStepFunctionsException"];
  const away = names.map((name) => new StatesError(`StepFunctions.${name}`, "Rate exceeded"));
  const story = await play({ "Roll out": [...away, usual(SERVED)["Roll out"] as Json] });
  expect(endOf(story)).toMatchObject({ outcome: "promoted" });
  expect(new Set(given(story, "Roll out").map(({ Name }) => Name))).toEqual(new Set([RUN]));
  for (const error of ["States.TaskFailed", "States.Timeout"]) {
    const failed = await play({ "Roll out": new StatesError(error, "it failed") });
    expect(failed.result).toMatchObject({ status: "FAILED", cause: `${error}: it failed` });
    expect([given(failed, "Roll out").length, given(failed, "Close as failed").length]).toEqual([1, 1]);
  }
});

test.each<[string, { plan?: RunPlan; parts?: MachineParts }]>([
  ["loop", { parts: { ...PARTS, rollOut: undefined as never } }],
  ["model", { plan: runPlan() }],
])("R9 in a %s without a roll-out the run ends packaged, and does not call itself promoted", async (_what, options) => {
  const parts = { ...PARTS, ...options.parts };
  if (options.parts !== undefined) delete (parts as { rollOut?: string }).rollOut;
  const story = await play({}, { ...options, parts });
  expect(endOf(story)).toEqual({ outcome: "packaged", reason: `${RUN} lies ready; this loop rolls nothing out` });
  expect(payloadOf(story, "Close")).toMatchObject({ outcome: "packaged" });
});

const STEPS = [
  "Prepare",
  "Unload holdout",
  "Validate data",
  "Train challenger",
  "Evaluate",
  "Judge",
  "Register",
  "Ask people",
  "Package",
  "Roll out",
  "Close",
];

// A run that ends without a record looks for ever as if it were still going on.
test.each(STEPS)("R2 a run whose step %s fails for good writes that down, and fails with the step's own words", async (state) => {
  const story = await play({ ...asked, [state]: down });
  expect(story.result).toMatchObject({ status: "FAILED", error: "RetrainingFailed", cause: "Lambda.Unknown: down" });
  expect(story.calls.at(-1)?.state).toBe("Record failure");
  const tries = story.calls.filter((call) => call.state === state).length;
  expect(tries).toBe(state === "Roll out" ? 1 : 3);
});

// A candidate that nobody goes on with stood in the registry as the newest that may be released.
test.each(STEPS)("R9 a run whose step %s fails for good leaves no candidate open, whether or not the registry takes it", async (state) => {
  const [taken, away] = [await play({ ...asked, [state]: down }), await play({ ...asked, [state]: down, "Close as failed": down })];
  const isOpen = ["Ask people", "Package", "Roll out"].includes(state);
  expect(given(taken, "Close as failed").map(({ Payload }) => closeRequestSchema.parse(Payload))).toMatchObject(
    isOpen ? [{ outcome: "rejected", registered: REGISTERED, reason: "its run failed: Lambda.Unknown: down" }] : [],
  );
  expect(away.result).toEqual({ ...taken.result, events: away.result.events });
  expect(away.calls.at(-1)?.state).toBe("Record failure");
});

test("R5 a registry that is away for an hour costs an hour, and not the training", async () => {
  const away = new StatesError("RegistryAwayError", "down");
  const story = await play({ Register: [...Array.from({ length: 12 }, () => away), payload(REGISTERED)] });
  expect([endOf(story), story.minutes]).toEqual([{ outcome: "promoted", reason: "every stage was passed" }, 60]);
});

test("R6 a run that has lost its lock ends without touching anything; one that loses it while people think is a failure", async () => {
  const lost = payload({ kind: "lost" });
  const [first, later] = [await play({ "Renew lease": lost }), await play({ ...asked, "Renew lease after the answer": lost })];
  expect([first.result, first.calls.length]).toMatchObject([{ status: "FAILED", error: "LeaseLost" }, 1]);
  expect(later.result).toMatchObject({ status: "FAILED", cause: "LeaseLost: the lock is another run's by now; traffic was not touched" });
});

test("R7 whatever hangs, a run is over within four hours before its roll-out", async () => {
  for (const state of ["Prepare", "Unload training data", "Validate data", "Train champion", "Evaluate", "Judge", "Package"]) {
    const { minutes, result } = await play({ [state]: SILENCE });
    expect(result.status).toBe("FAILED");
    expect(minutes).toBeLessThanOrEqual(240);
  }
  const slow = runPlan({ compute: { instanceType: "ml.m5.4xlarge", minutes: 240 } });
  const { minutes } = await play({ "Train champion": SILENCE }, { plan: slow });
  expect([BUDGET_MINUTES, minutes]).toEqual([230, expect.closeTo(240, 0)]);
});

/** What was made of a release for which no judgement had said yes. */
const ungated = ({ calls }: Story, judgement: Judgement["kind"]): string[] =>
  judgement === "passed"
    ? []
    : calls.map(({ state }) => state).filter((state) => ["Register", "Ask people", "Package", "Roll out"].includes(state));

// Stopped while its gates were looked at, and gone on with: what they say then counts as it would have counted at once.
test("R3 a run that is redriven is judged, and one that its gates refuse is not registered", async () => {
  const refusal = payload({ ...JUDGEMENT, kind: "failed", reason: "f1 is 0.81, and at least 0.85 is asked for" });
  const redriven: Circumstances = { stoppedIn: "Judge" };
  const story = await play({ Judge: [SILENCE, refusal] }, redriven);
  expect(endOf(story)).toEqual({ outcome: "rejected", reason: "f1 is 0.81, and at least 0.85 is asked for" });
  expect([given(story, "Judge").length, ungated(story, "failed")]).toEqual([2, []]);
  expect(endOf(await play({ Judge: [SILENCE, payload(JUDGEMENT)] }, redriven))).toMatchObject({ outcome: "promoted" });
});

test("R3 mutation: a machine that leaves its gates out once it is redriven is found by the same story", async () => {
  const mutant = machineOf(PARTS);
  const gate = mutant.States["Did it pass?"] as unknown as { Choices: { Condition: string; Next: string }[] };
  gate.Choices.push({ Condition: "{% $states.context.Execution.RedriveCount > 0 %}", Next: "Register" });
  const refusal = payload({ ...JUDGEMENT, kind: "failed", reason: "f1 is 0.81" });
  const story = await play({ Judge: [SILENCE, refusal] }, { stoppedIn: "Judge", machine: mutant });
  expect(ungated(story, "failed")).toEqual(["Register", "Package", "Roll out"]);
  // At the first go it behaves: nothing but a redrive shows it.
  expect(ungated(await play({ Judge: refusal }, { machine: mutant }), "failed")).toEqual([]);
});

test("R2 the definition is one that Step Functions takes: every task has a time limit, and the catch of all stands last", () => {
  const machine = machineOf(PARTS);
  expect(aslValidator(machine)).toMatchObject({ isValid: true });
  const all = (each: Machine): State[] =>
    Object.values(each.States).flatMap((state) => [state, ...(state.Type === "Parallel" ? state.Branches.flatMap(all) : [])]);
  for (const state of all(machine)) {
    if (state.Type === "Task") expect(state.TimeoutSeconds).toBeDefined();
    if (state.Type !== "Task" && state.Type !== "Parallel") continue;
    for (const handlers of [state.Retry ?? [], state.Catch ?? []]) {
      const index = handlers.findIndex(({ ErrorEquals }) => ErrorEquals.includes("States.ALL"));
      expect([-1, handlers.length - 1]).toContain(index);
    }
  }
});
