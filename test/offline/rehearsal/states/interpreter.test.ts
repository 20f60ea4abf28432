/** Each row is one documented behaviour, with the page that documents it. Where we differ from AWS, a rehearsal promises what a deployment does not keep. */
import type { State } from "../../../../offline/rehearsal/states/definition";
import { StatesError } from "../../../../offline/rehearsal/states/failures";
import type { Json } from "../../../../offline/engine/recording";
import { fail, machine, type Mock, pass, run, task } from "../support/run-machine";

describe("data (docs.aws.amazon.com, step-functions/latest/dg/transforming-data.html)", () => {
  it.each<[string, State, Json, Json]>([
    ["Pass hands its input on where it has no Output", pass({}), { a: 1 }, { a: 1 }],
    ["text that is no expression stays as it is", pass({ Output: "{% half" }), {}, "{% half"],
    [
      "expressions are found at any depth",
      pass({ Output: { list: ["{% $states.input.a + 1 %}", { deep: "{% $states.input.a %}" }] } }),
      { a: 1 },
      { list: [2, { deep: 1 }] },
    ],
    ["a sequence of one is no list", pass({ Output: "{% $states.input.f.psi %}" }), { f: [{ psi: 1 }] }, 1],
    ["a list is kept by [ ]", pass({ Output: "{% [$states.input.f.psi] %}" }), { f: [{ psi: 1 }] }, [1]],
    ["$partition cuts into pieces", pass({ Output: "{% $partition([1,2,3,4,5], 2) %}" }), {}, [[1, 2], [3, 4], [5]]],
    ["$range counts, last number included", pass({ Output: "{% $range(1, 10, 3) %}" }), {}, [1, 4, 7, 10]],
    ["$hash is hexadecimal", pass({ Output: "{% $substring($hash('a', 'SHA-256'), 0, 8) %}" }), {}, "ca978112"],
    ["$parse reads JSON", pass({ Output: "{% $parse('{\"a\":[1]}').a[0] %}" }), {}, 1],
    [
      "$states.context names the execution",
      pass({ Output: "{% $states.context.Execution.Name & ' ' & $states.context.State.Name %}" }),
      {},
      "run-1 S",
    ],
  ])("%s", async (_, state, input, output) => {
    expect(await run(machine({ S: state }), { input })).toMatchObject({ status: "SUCCEEDED", output });
  });

  it.each<[string, string, string]>([
    ["nothing found", "{% $states.input.missing %}", "States.QueryEvaluationError"],
    ["the greatest of nothing", "{% $max($states.input.none[x > 1]) %}", "States.QueryEvaluationError"],
    ["broken syntax", "{% 1 + %}", "States.QueryEvaluationError"],
    ["$eval", "{% $eval('1') %}", "States.QueryEvaluationError"],
  ])("fails on %s", async (_, Output, error) => {
    expect(await run(machine({ S: pass({ Output }) }))).toMatchObject({ status: "FAILED", error });
  });

  it("assigns variables for the states that follow, and lets Output see only the old ones", async () => {
    const states = {
      A: pass({ Assign: { n: 1 }, End: undefined, Next: "B" }),
      B: pass({ Assign: { n: "{% $n + 1 %}" }, Output: "{% $n %}", End: undefined, Next: "C" }),
      C: pass({ Output: "{% [$states.input, $n] %}" }),
    };
    expect(await run(machine(states))).toMatchObject({ output: [1, 2] });
  });

  it("ends an execution whose payload passes 256 KiB (service quotas)", async () => {
    const told = await run(machine({ S: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "T" }] }), T: pass({}) }), {
      tasks: { S: () => "x".repeat(262_144) },
    });
    expect(told).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });
});

describe("choices and waits (states-language.net)", () => {
  const choice: State = {
    Type: "Choice",
    Choices: [{ Condition: "{% $states.input.w >= 50 %}", Assign: { which: "rule" }, Next: "End" }],
    Default: "End",
    Assign: { which: "default" },
  };
  it.each([
    [60, "rule"],
    [10, "default"],
  ])("for %p takes the Assign of the %s", async (w, which) => {
    expect(await run(machine({ C: choice, End: pass({ Output: "{% $which %}" }) }), { input: { w } })).toMatchObject({ output: which });
  });

  it("fails without a rule that matches and without a Default", async () => {
    const never: State = { Type: "Choice", Choices: [{ Condition: "{% false %}", Next: "E" }] };
    expect(await run(machine({ C: never, E: pass({}) }))).toMatchObject({ error: "States.NoChoiceMatched" });
  });

  it.each<[string, object, number]>([
    ["Seconds", { Seconds: "{% 60 * 60 %}" }, 3_600],
    ["Timestamp", { Timestamp: "2026-03-02T10:00:00Z" }, 7_200],
    ["a Timestamp that has passed", { Timestamp: "2026-03-01T00:00:00Z" }, 0],
  ])("waits by %s", async (_, more, seconds) => {
    expect(await run(machine({ W: { Type: "Wait", End: true, ...more } }))).toMatchObject({ seconds });
  });
});

describe("errors (dg/concepts-error-handling.html)", () => {
  it("retries with growing pauses, each retrier counting for itself, and then catches", async () => {
    const Retry = [
      { ErrorEquals: ["Busy"], IntervalSeconds: 10, MaxAttempts: 2, BackoffRate: 3 },
      { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 1 },
    ];
    const Catch = [{ ErrorEquals: ["States.ALL"], Assign: { why: "{% $states.errorOutput.Error %}" }, Next: "After" }];
    const told = await run(
      machine({ T: task({ Retry, Catch, Assign: { why: "never" } }), After: pass({ Output: "{% [$why, $states.input.Cause] %}" }) }),
      {
        tasks: { T: (_, attempt) => fail(attempt === 2 ? "Other" : "Busy")() },
      },
    );
    expect(told).toMatchObject({ output: ["Busy", "because"], seconds: 10 + 1 + 30 });
    expect(told.calls).toHaveLength(4);
  });

  it("caps the pause at MaxDelaySeconds and draws full jitter from the seed", async () => {
    const Retry = [
      { ErrorEquals: ["Busy"], IntervalSeconds: 100, MaxAttempts: 2, BackoffRate: 10, MaxDelaySeconds: 200, JitterStrategy: "FULL" },
    ];
    expect(await run(machine({ T: task({ Retry }) }), { tasks: { T: fail("Busy") }, random: () => 0.25 })).toMatchObject({
      status: "FAILED",
      error: "Busy",
      seconds: 25 + 50,
    });
  });

  it.each([
    ["States.TaskFailed", "Lambda.Unknown", true],
    ["States.TaskFailed", "States.Timeout", false],
    ["States.ALL", "States.Timeout", true],
    ["States.ALL", "States.Runtime", false],
    ["States.ALL", "States.DataLimitExceeded", false],
  ])("%s takes %s: %p", async (name, error, taken) => {
    const told = await run(machine({ T: task({ Catch: [{ ErrorEquals: [name], Next: "E" }] }), E: pass({}) }), {
      tasks: { T: fail(error) },
    });
    expect(told.status).toBe(taken ? "SUCCEEDED" : "FAILED");
  });

  it("counts retries where job names can see them", async () => {
    const told = await run(
      machine({
        T: task({ Arguments: { job: "{% 'a-' & $string($states.context.State.RetryCount) %}" }, Retry: [{ ErrorEquals: ["X"] }] }),
      }),
      {
        tasks: { T: (_, attempt) => (attempt < 3 ? fail("X")() : "done") },
      },
    );
    expect(told.calls.map((call) => call.arguments)).toEqual([{ job: "a-0" }, { job: "a-1" }, { job: "a-2" }]);
  });

  it("fails with the Error and Cause of a Fail state, expressions evaluated", async () => {
    const state: State = { Type: "Fail", Error: "{% 'E' & $states.input.n %}", Cause: "why" };
    expect(await run(machine({ F: state }), { input: { n: "1" } })).toMatchObject({ status: "FAILED", error: "E1", cause: "why" });
  });
});

describe("tasks that wait (dg/connect-to-resource.html)", () => {
  const approve = (more: object) =>
    machine({
      A: task({
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Arguments: { token: "{% $states.context.Task.Token %}" },
        ...more,
      }),
      T: pass({ Output: "too late" }),
    });
  const answerAfter =
    (seconds: number): Mock =>
    (call, _, time) =>
      time
        .waitFor<Json>((end) => time.startAt(time.now() + seconds * 1_000, () => Promise.resolve(end("yes"))), {
          at: call.deadline,
          value: null,
        })
        .then((answer) => {
          if (answer === null) throw new StatesError("States.Timeout", "");
          return answer;
        });

  it("hand out a token, and go on when it is answered", async () => {
    const told = await run(approve({ TimeoutSeconds: 86_400 }), { tasks: { A: answerAfter(600) } });
    expect(told).toMatchObject({ output: "yes", seconds: 600 });
    expect(told.calls[0]?.arguments).toEqual({ token: told.calls[0]?.token });
  });

  it("time out after TimeoutSeconds, which a catcher may take", async () => {
    const told = await run(approve({ TimeoutSeconds: 3_600, Catch: [{ ErrorEquals: ["States.Timeout"], Next: "T" }] }), {
      tasks: { A: answerAfter(7_200) },
    });
    expect(told).toMatchObject({ output: "too late", seconds: 3_600 });
  });

  it("end with the whole execution's TimeoutSeconds, which nothing takes", async () => {
    const told = await run(
      { ...approve({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "T" }] }), TimeoutSeconds: 60 },
      { tasks: { A: answerAfter(7_200) } },
    );
    expect(told).toMatchObject({ status: "TIMED_OUT", error: "States.Timeout", seconds: 60 });
  });
});

describe("branches (states-language.net)", () => {
  const slow = (seconds: number) => machine({ W: { Type: "Wait", Seconds: seconds, Next: "P" }, P: pass({ Output: seconds }) });

  it("run side by side and answer in the order in which they are written", async () => {
    expect(await run(machine({ P: { Type: "Parallel", Branches: [slow(30), slow(10)], End: true } }))).toMatchObject({
      output: [30, 10],
      seconds: 30,
    });
  });

  it("fail together when one fails, and the others stop counting", async () => {
    const bad = machine({ F: { Type: "Fail", Error: "Bad" } });
    const told = await run(
      machine({
        P: { Type: "Parallel", Branches: [slow(30), bad], Catch: [{ ErrorEquals: ["Bad"], Next: "E" }], End: true },
        E: pass({ Output: "caught" }),
      }),
    );
    expect(told).toMatchObject({ output: "caught", seconds: 0 });
  });

  it("read the variables of the outside, and keep their own inside", async () => {
    const inner = machine({ S: pass({ Assign: { m: 9 }, Next: "R", End: undefined }), R: pass({ Output: "{% $n + $m %}" }) });
    const states: Record<string, State> = {
      A: pass({ Assign: { n: 1 }, End: undefined, Next: "P" }),
      P: { Type: "Parallel", Branches: [inner], Next: "E" },
      E: pass({ Output: { inside: "{% $states.input %}", outside: "{% $exists($m) %}" } }),
    };
    expect(await run(machine(states))).toMatchObject({ output: { inside: [10], outside: false } });
  });

  it("of a Map go over the items, as many at a time as MaxConcurrency says", async () => {
    const inner = machine({
      W: { Type: "Wait", Seconds: "{% $states.input.w %}", Next: "P" },
      P: pass({ Output: "{% $states.context.Map.Item.Index %}" }),
    });
    const map = (MaxConcurrency: number): State => ({
      Type: "Map",
      Items: "{% $states.input %}",
      ItemSelector: { w: "{% $states.context.Map.Item.Value %}" },
      ItemProcessor: inner,
      MaxConcurrency,
      End: true,
    });
    expect(await run(machine({ M: map(1) }), { input: [5, 10, 20] })).toMatchObject({ output: [0, 1, 2], seconds: 35 });
    expect(await run(machine({ M: map(0) }), { input: [5, 10, 20] })).toMatchObject({ output: [0, 1, 2], seconds: 20 });
  });
});

describe("history (service quotas)", () => {
  const loop = machine({
    Look: task({ End: undefined, Assign: { n: "{% $exists($n) ? $n + 1 : 1 %}" }, Next: "More" }),
    More: { Type: "Choice", Choices: [{ Condition: "{% $n < 3000 %}", Next: "Pause" }], Default: "Done" },
    Pause: { Type: "Wait", Seconds: 300, Next: "Look" },
    Done: { Type: "Succeed" },
  });

  // A roll-out polled each minute passes the limit in its fourth stage and dies with the traffic where it stands.
  it("ends an execution past 25,000 events: 9 a round make 2,778 rounds too many", async () => {
    const told = await run(loop, { tasks: { Look: () => null } });
    expect(told).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect(told.calls.length).toBe(2_778);
  });
});

it("gives the same story twice", async () => {
  const Retry = [{ ErrorEquals: ["X"], JitterStrategy: "FULL", MaxAttempts: 5 }];
  const tell = () => {
    let seed = 1;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const branch = machine({ T: task({ Retry }) });
    return run(machine({ P: { Type: "Parallel", Branches: [branch, branch], End: true } }), {
      random,
      tasks: { T: (_, attempt) => (attempt < 6 ? fail("X")() : attempt) },
    });
  };
  expect(await tell()).toEqual(await tell());
});

// Another interpreter can be asked the same only where nothing is left out of the question.
it("tells of each attempt all that it depended on and all that it came to", async () => {
  const Retry = [{ ErrorEquals: ["X"], MaxAttempts: 1 }];
  const Catch = [{ ErrorEquals: ["X"], Next: "Seen", Output: "{% $states.errorOutput.Error %}" }];
  const states: Record<string, State> = {
    T: task({ Arguments: { of: "{% $states.input.n %}" }, Retry, Catch, End: undefined, Next: "Seen" }),
    Seen: pass({ Assign: { what: "{% $states.input %}" } }),
  };
  const { attempts } = await run(machine(states), { input: { n: 1 }, tasks: { T: fail("X") } });
  const asked = { state: "T", type: "Task", input: { n: 1 }, variables: {}, given: { of: 1 }, isTaskFailure: true };
  expect(attempts.map(({ context: _, ...rest }) => rest)).toEqual([
    { ...asked, retries: 0, end: { kind: "retried", error: "X", cause: "because" } },
    { ...asked, retries: 1, end: { kind: "caught", error: "X", cause: "because", output: "X", assigned: {}, next: "Seen" } },
    {
      ...{ state: "Seen", type: "Pass", input: "X", variables: {}, retries: 0, isTaskFailure: false },
      end: { kind: "left", output: "X", assigned: { what: "X" } },
    },
  ]);
  expect(attempts[1]?.context).toMatchObject({ Execution: { Input: { n: 1 } }, State: { Name: "T", RetryCount: 1 } });
});
