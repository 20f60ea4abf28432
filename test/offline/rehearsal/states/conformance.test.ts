/**
 * What the interpreter promises of Step Functions, a row for each documented behaviour, with where it is documented. Pages of AWS are those of
 * docs.aws.amazon.com/step-functions/latest/dg, read 2026-11. Where sources disagree the row says so, and follows the documents.
 */
import type { Json } from "../../../../offline/engine/recording";
import type { Machine, State } from "../../../../offline/rehearsal/states/definition";
import { type Mock, machine, fail, pass, run, type RunOptions, task } from "../support/run-machine";

interface Row extends RunOptions {
  says: string;
  source: string;
  machine: Machine;
  is: object;
}

const ERRORS = "concepts-error-handling.html";
const PARALLEL = "state-parallel.html";
const MAP = "state-map-inline.html";
const TOKENS = "connect-to-resource.html#connect-wait-token";
const SYNC = "connect-to-resource.html#connect-sync";
const REDRIVE = "redrive-executions.html";
const CONTEXT = "input-output-contextobject.html";
const SPEC = "states-language.net/spec.html";

const takes =
  (seconds: number, answer: Json = seconds): Mock =>
  async (_, __, time) => {
    await time.sleep(seconds * 1_000);
    return answer;
  };
const wait = (seconds: number, more: object = { End: true }): State => ({ Type: "Wait", Seconds: seconds, ...more });
const bad: State = { Type: "Fail", Error: "Bad", Cause: "on purpose" };
const caught = (names: string[], state: State): Machine =>
  machine({ S: { ...state, Catch: [{ ErrorEquals: names, Next: "C" }] } as State, C: pass({ Output: "{% $states.input.Error %}" }) });
const parallel = (branches: Machine[], more: object = {}): State => ({ Type: "Parallel", Branches: branches, End: true, ...more });
const TOKEN = { Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken" };

const BRANCHES: Row[] = [
  {
    says: "a branch that fails stops the others: what they had still to do is not done",
    source: `${PARALLEL}: "all its branches are stopped"`,
    machine: caught(
      ["States.ALL"],
      parallel([machine({ W: wait(30, { Next: "T" }), T: task({}) }), machine({ W: wait(10, { Next: "F" }), F: bad })]),
    ),
    tasks: { T: () => "never" },
    is: { output: "Bad", seconds: 10, calls: [] },
  },
  {
    says: "the Parallel fails with the branch's own error name (recorded executions; the specification's list has States.BranchFailed too)",
    source: `${PARALLEL}; ${SPEC}#appendix-a`,
    machine: machine({ S: parallel([machine({ F: bad })]) }),
    is: { status: "FAILED", error: "Bad", cause: "on purpose" },
  },
  {
    says: "a retrier of the Parallel runs all its branches again",
    source: `${PARALLEL}; ${SPEC}#errors`,
    machine: machine({
      S: parallel([machine({ A: task({}) }), machine({ B: task({}) })], { Retry: [{ ErrorEquals: ["Bad"], IntervalSeconds: 5 }] }),
    }),
    tasks: { A: () => "a", B: (_, attempt) => (attempt === 1 ? fail("Bad")() : "b") },
    is: { output: ["a", "b"], seconds: 5, calls: [{ state: "A" }, { state: "B" }, { state: "A" }, { state: "B" }] },
  },
  {
    says: "tasks of two branches pass the same time, and not one after the other",
    source: PARALLEL,
    machine: machine({ S: parallel([machine({ A: task({}) }), machine({ B: task({}) })]) }),
    tasks: { A: takes(3_600), B: takes(3_000) },
    is: { output: [3_600, 3_000], seconds: 3_600 },
  },
  {
    says: "a Map begins its next iteration when one has ended, and not when all have",
    source: `${MAP}: MaxConcurrency`,
    machine: machine({
      M: {
        Type: "Map",
        Items: [10, 40, 10, 10],
        MaxConcurrency: 2,
        ItemProcessor: machine({ W: { Type: "Wait", Seconds: "{% $states.input %}", End: true } }),
        End: true,
      },
    }),
    is: { seconds: 40, output: [10, 40, 10, 10] },
  },
  {
    says: "a Map runs at most 40 iterations at once",
    source: `${MAP}: "supports up to 40 concurrent iterations"`,
    machine: machine({ M: { Type: "Map", Items: "{% [1..41] %}", ItemProcessor: machine({ W: wait(60) }), End: true } }),
    is: { seconds: 120 },
  },
  {
    says: "a Map goes over nothing, and hands on an empty array",
    source: `${SPEC}#map-state`,
    machine: machine({ M: { Type: "Map", Items: [], ItemProcessor: machine({ P: pass({}) }), End: true } }),
    is: { output: [] },
  },
  {
    says: "a Map goes over an object by its keys (inline maps with JSONPath take arrays only)",
    source: `${SPEC}#map-state; ${CONTEXT}`,
    machine: machine({
      M: {
        Type: "Map",
        Items: { a: 1, b: 2 },
        ItemSelector: "{% $states.context.Map.Item.Key & $string($states.context.Map.Item.Value) %}",
        ItemProcessor: machine({ P: pass({}) }),
        End: true,
      },
    }),
    is: { output: ["a1", "b2"] },
  },
  {
    says: "an iteration that fails stops the others, and the Map",
    source: `${MAP}; ${SYNC}: "An iteration of a Map state fails with an uncaught error"`,
    machine: caught(["Bad"], {
      Type: "Map",
      Items: [1, 2],
      ItemProcessor: machine({ T: task({ Next: "W", End: undefined }), W: wait(60) }),
      End: true,
    }),
    tasks: { T: (_, attempt) => (attempt === 2 ? fail("Bad")() : 1) },
    is: { output: "Bad", seconds: 0 },
  },
];

const WAITING: Row[] = [
  {
    says: "a task is over at its TimeoutSeconds, whatever it goes on doing",
    source: `${ERRORS}: States.Timeout`,
    machine: caught(["States.Timeout"], task({ TimeoutSeconds: 60 })),
    tasks: { S: takes(3_600) },
    is: { output: "States.Timeout", seconds: 60 },
  },
  {
    says: "TimeoutSeconds may be an expression",
    source: "transforming-data.html; state-task.html: TimeoutSeconds",
    machine: caught(["States.Timeout"], task({ TimeoutSeconds: "{% $min([$states.input.limit, 90]) %}" })),
    input: { limit: 120 },
    tasks: { S: takes(3_600) },
    is: { seconds: 90 },
  },
  {
    says: "without TimeoutSeconds a task may take 99,999,999 seconds",
    source: `${SPEC}#task-timeouts`,
    machine: machine({ S: task({}) }),
    tasks: { S: takes(300 * 24 * 3_600) },
    is: { status: "SUCCEEDED" },
  },
  {
    says: "silence longer than HeartbeatSeconds fails with States.HeartbeatTimeout (the page names States.Timeout for it too: catch both)",
    source: `${ERRORS}: States.HeartbeatTimeout`,
    machine: caught(["States.HeartbeatTimeout"], task({ ...TOKEN, TimeoutSeconds: 3_600, HeartbeatSeconds: "{% 5 * 60 %}" })),
    tasks: { S: takes(1_200) },
    is: { output: "States.HeartbeatTimeout", seconds: 300 },
  },
  {
    says: "a heartbeat begins HeartbeatSeconds anew, and TimeoutSeconds not",
    source: `${TOKENS}: SendTaskHeartbeat`,
    machine: caught(["States.ALL"], task({ ...TOKEN, TimeoutSeconds: 1_000, HeartbeatSeconds: 300 })),
    tasks: {
      S: async (_, __, time, life) => {
        for (let beat = 0; beat < 20; beat++) {
          await time.sleep(200_000);
          life.beat();
        }
        return "done";
      },
    },
    is: { output: "States.Timeout", seconds: 1_000 },
  },
  {
    says: "each attempt at a task has a token and a time-out of its own",
    source: TOKENS,
    machine: machine({
      S: task({
        ...TOKEN,
        Arguments: "{% $states.context.Task.Token %}",
        TimeoutSeconds: 60,
        Retry: [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 1 }],
      }),
    }),
    tasks: { S: (call, attempt, time, life) => (attempt < 3 ? takes(100)(call, attempt, time, life) : "third") },
    is: {
      output: "third",
      seconds: 60 + 1 + 60 + 2,
      calls: [{ arguments: "arn:e#1" }, { arguments: "arn:e#2" }, { arguments: "arn:e#3" }],
    },
  },
];

const RETRYING: Row[] = [
  {
    says: "retries three times after 1, 2 and 4 seconds where the retrier says nothing",
    source: `${ERRORS}: IntervalSeconds 1, MaxAttempts 3, BackoffRate 2.0`,
    machine: machine({ S: task({ Retry: [{ ErrorEquals: ["X"] }] }) }),
    tasks: { S: fail("X") },
    is: { status: "FAILED", error: "X", seconds: 7 },
  },
  {
    says: "MaxAttempts 0 never retries, and hides what a later retrier would do",
    source: `${ERRORS}: MaxAttempts; ${SPEC}#retrying-after-error`,
    machine: machine({ S: task({ Retry: [{ ErrorEquals: ["X"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }] }) }),
    tasks: { S: fail("X") },
    is: { seconds: 0, error: "X" },
  },
  {
    says: "MaxDelaySeconds bounds each pause",
    source: `${ERRORS}: MaxDelaySeconds`,
    machine: machine({
      S: task({ Retry: [{ ErrorEquals: ["X"], IntervalSeconds: 10, MaxAttempts: 4, BackoffRate: 10, MaxDelaySeconds: 60 }] }),
    }),
    tasks: { S: fail("X") },
    is: { seconds: 10 + 60 + 60 + 60 },
  },
  {
    says: "full jitter draws each pause between 0 and what it would have been",
    source: `${ERRORS}: JitterStrategy`,
    machine: machine({
      S: task({ Retry: [{ ErrorEquals: ["X"], IntervalSeconds: 100, MaxAttempts: 2, BackoffRate: 1, JitterStrategy: "FULL" }] }),
    }),
    tasks: { S: fail("X") },
    random: () => 0.1,
    is: { seconds: 20 },
  },
  {
    says: "a catcher sees what the state was given, and Error and Cause",
    source: `${ERRORS}: "errorOutput"`,
    machine: machine({
      S: task({ Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% [$states.input.a, $states.errorOutput.Error] %}", Next: "C" }] }),
      C: pass({}),
    }),
    input: { a: 1 },
    tasks: { S: fail("X") },
    is: { output: [1, "X"] },
  },
  {
    says: "what a state's own Output cannot be made of is caught like any failure",
    source: `${ERRORS}: States.QueryEvaluationError`,
    machine: caught(["States.QueryEvaluationError"], task({ Output: "{% $states.result.missing %}" })),
    tasks: { S: () => ({}) },
    is: { output: "States.QueryEvaluationError" },
  },
  ...["States.Runtime", "States.DataLimitExceeded"].map((error): Row => ({
    says: `nothing catches ${error}, not even by its name (recorded executions have caught States.DataLimitExceeded)`,
    source: `${ERRORS}: "terminal error"`,
    machine: caught([error, "States.ALL"], task({})),
    tasks: { S: fail(error) },
    is: { status: "FAILED", error },
  })),
  {
    says: "States.TaskFailed takes everything but States.Timeout, a silent heart too",
    source: `${ERRORS}: "any known error name except for States.Timeout"`,
    machine: caught(["States.TaskFailed"], task({})),
    tasks: { S: fail("States.HeartbeatTimeout") },
    is: { output: "States.HeartbeatTimeout" },
  },
];

const ENDINGS: Row[] = [
  {
    says: "a stopped execution does nothing more, and no catcher hears of it",
    source: "API reference, StopExecution",
    machine: caught(["States.ALL"], task({ Retry: [{ ErrorEquals: ["States.ALL"] }] })),
    tasks: { S: takes(3_600) },
    meanwhile: { 60: (execution) => execution.stop("Wanted", "by ana") },
    is: { status: "ABORTED", error: "Wanted", cause: "by ana", seconds: 60, calls: [{ state: "S" }] },
  },
  {
    says: "a stopped execution ends its branches, and the pause before a retry",
    source: "API reference, StopExecution",
    machine: machine({
      P: parallel([machine({ W: wait(600) }), machine({ S: task({ Retry: [{ ErrorEquals: ["X"], IntervalSeconds: 600 }] }) })]),
    }),
    tasks: { S: fail("X") },
    meanwhile: { 60: (execution) => execution.stop() },
    is: { status: "ABORTED", seconds: 60, calls: [{ state: "S" }] },
  },
  {
    says: "the machine's own TimeoutSeconds ends tasks that have none, and is no States.ALL",
    source: `${SPEC}#toplevelfields; ${ERRORS}`,
    machine: { ...caught(["States.ALL"], task({})), TimeoutSeconds: 100 },
    tasks: { S: takes(3_600) },
    is: { status: "TIMED_OUT", error: "States.Timeout", seconds: 100 },
  },
  {
    says: "a redrive goes on with the state that failed, with its input and the variables, and says so in the context",
    source: REDRIVE,
    machine: machine({
      A: task({ Assign: { n: 7 }, Next: "B", End: undefined }),
      B: task({
        Arguments: "{% [$n, $states.input, $states.context.Execution.RedriveCount, $states.context.State.RetryCount] %}",
        Output: "{% $states.context.Execution.RedriveTime %}",
        Retry: [{ ErrorEquals: ["X"], MaxAttempts: 1 }],
      }),
    }),
    tasks: { A: () => "in", B: (_, attempt) => (attempt < 3 ? fail("X")() : "out") },
    redriven: [600],
    is: {
      ...{ status: "SUCCEEDED", output: "2026-03-02T08:10:00.000Z" },
      calls: [{ state: "A" }, { arguments: [7, "in", 0, 0] }, { arguments: [7, "in", 0, 1] }, { arguments: [7, "in", 1, 0] }],
    },
  },
  {
    says: "a redrive runs only those branches again that had not succeeded",
    source: `${REDRIVE}: Parallel, inline Map`,
    machine: machine({ P: parallel([machine({ A: task({}) }), machine({ B: task({ Next: "C", End: undefined }), C: task({}) })]) }),
    tasks: { A: () => "a", B: () => "b", C: (_, attempt) => (attempt === 1 ? fail("X")() : "c") },
    redriven: [60],
    is: { output: ["a", "c"], calls: [{ state: "A" }, { state: "B" }, { state: "C" }, { state: "C" }] },
  },
  {
    says: "a redrive of a Fail state fails again",
    source: `${REDRIVE}: Fail`,
    machine: machine({ F: bad }),
    redriven: [60],
    is: { status: "FAILED", error: "Bad", seconds: 60 },
  },
  {
    says: "a redrive begins the machine's own TimeoutSeconds anew",
    source: `${REDRIVE}: "timeouts"`,
    machine: machine({ A: task({ Next: "B", End: undefined }), B: task({}) }, { TimeoutSeconds: 100 }),
    tasks: { A: takes(80), B: takes(80, "done") },
    redriven: [600],
    is: { status: "SUCCEEDED", output: "done", seconds: 680 },
  },
];

const DATA: Row[] = [
  {
    says: "$states.context has the execution, its input, the machine and the state",
    source: CONTEXT,
    machine: machine({
      S: pass({
        Output:
          "{% [$keys($states.context.Execution), $states.context.Execution.Input.a, $states.context.StateMachine.Name, $states.context.State.EnteredTime] %}",
      }),
    }),
    input: { a: 1 },
    is: { output: ["Id", "Name", "Input", "RoleArn", "StartTime", "RedriveCount", 1, "loop", "2026-03-02T08:00:00.000Z"] },
  },
  {
    says: "what a branch assigns is unknown outside",
    source: "workflow-variables.html: scope",
    machine: machine({
      P: parallel([machine({ S: pass({ Assign: { inside: 1 } }) })], { Next: "E", End: undefined }),
      E: pass({ Output: "{% $inside %}" }),
    }),
    is: { status: "FAILED", error: "States.QueryEvaluationError" },
  },
  {
    says: "a variable that Assign makes too large ends the execution",
    source: "workflow-variables.html: 256 KiB",
    machine: machine({ S: pass({ Assign: { big: "{% $states.input & $states.input %}" } }) }),
    input: "x".repeat(200_000),
    is: { status: "FAILED", error: "States.DataLimitExceeded" },
  },
  {
    says: "arguments of more than 256 KiB end the execution before the task is asked",
    source: `${ERRORS}: States.DataLimitExceeded`,
    machine: machine({ S: task({ Arguments: { big: "{% $states.input & $states.input %}" } }) }),
    input: "x".repeat(200_000),
    tasks: { S: () => 1 },
    is: { error: "States.DataLimitExceeded", calls: [] },
  },
  {
    says: "a Lambda task takes 5 events, a .sync task 6, a Choice, Wait or Pass 2, a Map of two 2 more each way and 2 an iteration",
    source: "API reference, HistoryEvent; bp-history-limit",
    machine: machine({
      A: task({ Next: "B", End: undefined }),
      B: task({ Resource: "arn:aws:states:::athena:startQueryExecution.sync", Next: "M", End: undefined }),
      M: { Type: "Map", Items: [1, 2], ItemProcessor: machine({ P: pass({}) }), End: true },
    }),
    tasks: { A: () => 1, B: () => 1 },
    is: { events: 1 + 5 + 6 + (4 + 2 * (2 + 2)) + 1 },
  },
];

describe.each([
  ["branches and iterations", BRANCHES],
  ["tasks that take their time", WAITING],
  ["retriers and catchers", RETRYING],
  ["stopped, timed out, redriven", ENDINGS],
  ["data and history", DATA],
])("%s", (_, rows) => {
  it.each(rows.map((row) => [row.says, row.source, row] as const))(
    "%s [%s]",
    async (_says, _source, { machine: definition, is, ...options }) => {
      expect(await run(definition, options)).toMatchObject(is);
    },
  );
});

describe("what nobody knows for certain is refused, and not guessed", () => {
  it.each(["ItemReader", "ToleratedFailureCount"])("%s of a Map", async (field) => {
    const map = { Type: "Map", Items: [], ItemProcessor: machine({ P: pass({}) }), End: true, [field]: 1 } as State;
    await expect(run(machine({ M: map }))).rejects.toThrow(
      `The rehearsal has no stand-in for ${field} of the Map M: add it to offline/rehearsal/standins.`,
    );
  });
});
