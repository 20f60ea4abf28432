/** A stand-in that behaves better than the service it stands for makes the rehearsal a promise that no deployment keeps. */
import type { Json } from "../../../offline/engine/recording";
import { CALM, storm, type Weather } from "../../../offline/rehearsal/outside/weather";
import { arnOf } from "../../../offline/rehearsal/standins/arns";
import { SLACK_WEBHOOK_URL } from "../../../offline/rehearsal/standins/webhooks";
import type { Machine } from "../../../offline/rehearsal/states/definition";
import { World } from "../../../offline/rehearsal/world";
import { addProbe, bundleProbe, INBOX, INBOX_URL, PROBE } from "./support/probe";

const STARTS = Date.parse("2026-03-02T08:00:00Z");
const DAY = 24 * 3_600_000;
const MACHINE = arnOf("states", "stateMachine:training");
const TOPIC = arnOf("sns", "alerts");
const SECRET = arnOf("secretsmanager", "secret:slack");

let probe: string;
beforeAll(() => (probe = bundleProbe()));

function world(weather: Weather = CALM, seed = 1): World {
  const made = new World({ starts: STARTS, seed, weather });
  addProbe(made, probe);
  made.sns.declare(TOPIC);
  made.secrets.declare(SECRET, SLACK_WEBHOOK_URL);
  return made;
}

/** What the function returned. */
async function asked(made: World, ask: Json, takes = 60_000): Promise<Json> {
  let value: Json = null;
  made.time.start(async () => {
    const outcome = await made.functions.invoke(PROBE, ask);
    value = outcome.kind === "returned" ? outcome.value : `${outcome.error}: ${outcome.message}`;
  });
  await made.runUntil(made.time.now() + takes);
  return value;
}

function at(made: World, milliseconds: number, work: () => void): void {
  made.time.startAt(STARTS + milliseconds, () => Promise.resolve(work()));
}

function bodies(made: World, queue = INBOX): string[] {
  return made.sqs.messages(queue).map(({ body }) => body);
}

const WAITS_AN_HOUR: Machine = {
  StartAt: "Wait",
  States: { Wait: { Type: "Wait", Seconds: 3_600, Next: "Done" }, Done: { Type: "Pass", Output: { outcome: "promoted" }, End: true } },
};

describe("functions", () => {
  // A handler that sees the laptop's clock judges a simulated alarm of March by today's lease.
  it("see the world's time, their own environment, and nobody else's", async () => {
    const made = world();
    expect(await asked(made, { do: "read-clock" })).toEqual(["2026-03-02T08:00:00.000Z", STARTS, "hello"]);
    expect(made.journal.of("function.said")[0]?.about["line"]).toMatchObject({ message: "looked at the clock", service: "probe" });
    expect(process.env["GREETING"]).toBeUndefined();
  });

  // With a minute left for ever, a function that must stop in time never has to, and its last message is cut off on AWS alone.
  it("see their time run out while they wait", async () => {
    expect(await asked(world(), { do: "time-left", url: INBOX_URL })).toEqual([60_000, 59_995]);
  });

  it("speak with SQS, SNS, Secrets Manager and webhooks through the SDK's own clients", async () => {
    const made = world();
    made.sns.subscribe(TOPIC, { protocol: "sqs", endpoint: INBOX });
    expect(await asked(made, { do: "send", url: INBOX_URL, body: "Grüße" })).toBe("message-1");
    expect(await asked(made, { do: "publish", topic: TOPIC, message: "a & b" })).toBe("notification-1");
    expect(await asked(made, { do: "post", secret: SECRET })).toBe(200);
    const [first, second = "{}"] = bodies(made);
    expect([first, (JSON.parse(second) as { Message: string }).Message]).toEqual(["Grüße", "a & b"]);
    expect(made.journal.of("people.told").map(({ who, about }) => [who, about["text"]])).toEqual([["slack", "drift"]]);
  });

  it("may have several calls on their way at once", async () => {
    const made = world();
    expect(await asked(made, { do: "send-together", url: INBOX_URL, bodies: ["a", "b", "c"] })).toBe(3);
    expect(bodies(made).sort()).toEqual(["a", "b", "c"]);
  });

  it("fail with the name of what they throw, and a service with its own exception", async () => {
    const made = world();
    expect(await asked(made, { do: "throw" })).toBe("RangeError: asked to");
    expect(await asked(made, { do: "post", secret: "arn:aws:secretsmanager:us-east-1:123456789012:secret:none" })).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    );
  });

  // A rehearsal that shrugs at what it does not know has rehearsed less than it says.
  it("are not rehearsed where they ask for a service without a stand-in", async () => {
    const made = world();
    made.secrets.declare(SECRET, "https://example.com/hook");
    await expect(asked(made, { do: "post", secret: SECRET })).rejects.toThrow(
      new Error("The rehearsal has no stand-in for POST https://example.com/hook: add it to offline/rehearsal/standins."),
    );
  });

  // A training of three hours in one function succeeds on the laptop and dies after a quarter of an hour on AWS.
  it("end at their time-out, and what they were about to do next is not done", async () => {
    const made = world({ ...CALM, latency: () => 4_000 });
    addProbe(made, probe, { timeoutSeconds: 5 });
    const two = { Records: [1, 2].map((n) => ({ messageId: `${n}`, body: JSON.stringify({ do: "send", url: INBOX_URL, body: `${n}` }) })) };
    expect(await asked(made, two)).toBe("Sandbox.Timedout: Error: Task timed out after 5.00 seconds");
    await made.runUntil(STARTS + DAY);
    expect(bodies(made)).toEqual(["1"]);
    expect(await asked(made, { do: "send", url: INBOX_URL, body: "3" })).toBe("message-2");
  });

  it("that others own end after a quarter of an hour, as Lambda's longest", async () => {
    const made = world();
    made.functions.declareStandIn(MACHINE, async () => {
      await made.time.sleep(3_600_000);
      return "trained";
    });
    const outcomes: unknown[] = [];
    made.time.start(async () => outcomes.push(await made.functions.invoke(MACHINE, {})));
    await made.runUntil(STARTS + DAY);
    expect(outcomes).toEqual([{ kind: "failed", error: "Sandbox.Timedout", message: "Error: Task timed out after 900.00 seconds" }]);
  });

  it("are refused beyond their reserved concurrency", async () => {
    const made = world();
    addProbe(made, probe, { reservedConcurrency: 1 });
    const send = (body: string) => made.functions.invoke(PROBE, { do: "send", url: INBOX_URL, body });
    const outcomes: unknown[] = [];
    for (const body of ["a", "b"]) made.time.start(async () => outcomes.push(await send(body)));
    await made.runUntil(STARTS + DAY);
    expect(outcomes).toContainEqual({
      kind: "failed",
      error: "Lambda.TooManyRequestsException",
      message: "probe runs 1 times already: Rate Exceeded.",
    });
    expect(bodies(made)).toEqual(["a"]);
  });

  it("are tried again twice where nobody waits for them", async () => {
    const made = world();
    made.functions.invokeLater(PROBE, { do: "throw" });
    await made.runUntil(STARTS + DAY);
    expect(made.journal.of("function.failed").map(({ at }) => at.slice(11, 19))).toEqual(["08:00:00", "08:01:00", "08:03:00"]);
  });
});

describe("the weather", () => {
  const always = (fate: ReturnType<Weather["fate"]>): Weather => ({ ...CALM, fate: () => fate });

  // The SDK tries again by itself; what it wraps is what the ledger has to survive.
  it("loses requests, and the client tries again until it gives up", async () => {
    const made = world(always("request lost"));
    expect(await asked(made, { do: "send", url: INBOX_URL, body: "a" })).toBe("TimeoutError: socket hang up");
    expect([made.journal.of("call.troubled").length, bodies(made)]).toEqual([3, []]);
  });

  it("loses answers, and what was asked has happened", async () => {
    const made = world(always("answer lost"));
    await asked(made, { do: "send", url: INBOX_URL, body: "a" });
    expect(bodies(made)).toEqual(["a", "a", "a"]);
  });

  it.each([
    ["dies before", []],
    ["dies after", ["a"]],
  ] as const)("lets a function die: it %s its call", async (fate, left) => {
    const made = world(always(fate));
    expect(await asked(made, { do: "send", url: INBOX_URL, body: "a" })).toBe("Runtime.ExitError: the function died");
    expect(bodies(made)).toEqual(left);
  });

  it("ends the other calls of a function that dies, and the world goes on", async () => {
    const made = world({ ...CALM, fate: ({ body }) => (body.includes('"b"') ? "dies before" : "arrives") });
    expect(await asked(made, { do: "send-together", url: INBOX_URL, bodies: ["a", "b"] })).toBe("Runtime.ExitError: the function died");
    expect(await asked(made, { do: "read-clock" })).toHaveLength(3);
  });

  // A failing seed that cannot be run again is a rumour.
  it("is the same for the same seed, to the last line of the log", async () => {
    const lived = async (seed: number) => {
      const made = world(storm(seed), seed);
      made.sqs.consume(INBOX, 10, (batch) => Promise.resolve(batch.map(({ id }) => id)));
      for (let count = 0; count < 20; count++)
        made.time.start(() => made.functions.invoke(PROBE, { do: "send", url: INBOX_URL, body: String(count) }));
      await made.runUntil(STARTS + 600_000);
      return made.journal.happenings;
    };
    const first = await lived(7);
    expect(await lived(7)).toEqual(first);
    expect(await lived(8)).not.toEqual(first);
    expect(first.some(({ what }) => what === "call.troubled")).toBe(true);
  });
});

describe("queues", () => {
  const DEAD = arnOf("sqs", "dead");

  it("give a failed message again after its visibility time, and give it up after so many", async () => {
    const made = world();
    made.sqs.declare({ arn: DEAD });
    made.sqs.declare({ arn: INBOX, visibilitySeconds: 360, redrive: { deadLetterArn: DEAD, maxReceives: 3 } });
    const seen: string[] = [];
    made.sqs.consume(INBOX, 10, (batch) => {
      seen.push(...batch.map(({ body }) => `${new Date(made.time.now()).toISOString().slice(11, 16)} ${body}`));
      return Promise.resolve(batch.filter(({ body }) => body === "bad").map(({ id }) => id));
    });
    made.sqs.send(INBOX, "good");
    made.sqs.send(INBOX, "bad");
    await made.runUntil(STARTS + DAY);
    expect(seen).toEqual(["08:00 good", "08:00 bad", "08:06 bad", "08:12 bad"]);
    expect([bodies(made), bodies(made, DEAD)]).toEqual([[], ["bad"]]);
  });
});

describe("rules", () => {
  const alarm = (alarmName: string) => ({
    source: "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    detail: { alarmName, state: { value: "ALARM" } },
  });

  it("hand on the whole event, a part of it or a constant", async () => {
    const made = world();
    const pattern = { source: ["aws.cloudwatch"], detail: { alarmName: [{ wildcard: "dev-*-critical" }], state: { value: ["ALARM"] } } };
    const targets = [{ arn: INBOX, inputPath: "$.detail.alarmName" }, { arn: INBOX, input: '{"kind":"constant"}' }, { arn: INBOX }];
    made.bus.declare({ name: "alarms", pattern, targets });
    made.bus.put(alarm("dev-a-critical"));
    made.bus.put(alarm("prod-a-critical"));
    await made.runUntil(STARTS + 1);
    const [part, constant, whole = "{}"] = bodies(made);
    expect([part, constant]).toEqual(["dev-a-critical", '{"kind":"constant"}']);
    expect(JSON.parse(whole)).toMatchObject({ ...alarm("dev-a-critical"), time: "2026-03-02T08:00:00Z", account: "123456789012" });
  });
});

describe("executions", () => {
  // The name is what makes a second start harmless; a stand-in that allowed it would hide a second training.
  it("are one for one name: the same start is the same one while it runs, and refused ever after", async () => {
    const made = world();
    made.stepFunctions.declare({ arn: MACHINE, definition: WAITS_AN_HOUR });
    made.stepFunctions.declareAlias(`${MACHINE}:live`, MACHINE);
    const start = { do: "start", machine: `${MACHINE}:live`, name: "run-1", input: '{"run":1}' };
    const answers = [await asked(made, start), await asked(made, start), await asked(made, { ...start, input: "{}" })];
    const arn = `${MACHINE.replace("stateMachine", "execution")}:run-1`;
    expect(answers).toEqual([arn, arn, "ExecutionAlreadyExists"]);
    await made.runUntil(STARTS + DAY);
    expect(await asked(made, start)).toBe("ExecutionAlreadyExists");
  });

  it("tell the bus when they begin and how they end, also when they are stopped", async () => {
    const made = world();
    made.stepFunctions.declare({ arn: MACHINE, definition: WAITS_AN_HOUR });
    made.bus.declare({ name: "ends", pattern: { source: ["aws.states"] }, targets: [{ arn: INBOX, inputPath: "$.detail" }] });
    made.stepFunctions.start(MACHINE, {}, "finishes");
    made.stepFunctions.start(MACHINE, {}, "stopped");
    at(made, 60_000, () => made.stepFunctions.stop(`${MACHINE.replace("stateMachine", "execution")}:stopped`));
    await made.runUntil(STARTS + DAY);
    const told = bodies(made).map((body) => JSON.parse(body) as { name: string; status: string; output: string | null });
    expect(told.map(({ name, status, output }) => `${name} ${status} ${output}`)).toEqual([
      "finishes RUNNING null",
      "stopped RUNNING null",
      "stopped ABORTED null",
      'finishes SUCCEEDED {"outcome":"promoted"}',
    ]);
  });

  // The function that takes users back stops the machine of their roll-out first: one that went on would set the next stage.
  it("are listed, newest first and page by page, to whoever stops those of a run", async () => {
    const made = world();
    made.stepFunctions.declare({ arn: MACHINE, definition: WAITS_AN_HOUR });
    made.stepFunctions.declareAlias(`${MACHINE}:live`, MACHINE);
    for (const name of ["run-1", "run-12", "run-1-r1"]) made.stepFunctions.start(MACHINE, {}, name);
    expect(await asked(made, { do: "list", machine: MACHINE, most: 2 }, 10)).toEqual(["run-1-r1", "run-12", "page-2"]);
    expect(await asked(made, { do: "list", machine: MACHINE, most: 2, after: "page-2" }, 10)).toEqual(["run-1", "none"]);
    expect(await asked(made, { do: "list", machine: MACHINE, most: 2, after: "mine" }, 10)).toBe("InvalidToken");
    expect(await asked(made, { do: "list", machine: `${MACHINE}-2`, most: 2 }, 10)).toBe("StateMachineDoesNotExist");
    expect(await asked(made, { do: "stop-roll-outs", machine: `${MACHINE}:live`, run: "run-1" }, 1_000)).toBe("stopped");
    expect(made.stepFunctions.all().map(({ name, status }) => `${name} ${status}`)).toEqual([
      "run-1 ABORTED",
      "run-12 RUNNING",
      "run-1-r1 ABORTED",
    ]);
  });

  it("are redriven once they have failed, and not while they run or after 14 days", async () => {
    const made = world();
    const fails: Machine = { StartAt: "F", States: { F: { Type: "Fail", Error: "Bad" } } };
    made.stepFunctions.declare({ arn: MACHINE, definition: fails });
    const { arn } = made.stepFunctions.start(MACHINE, {}, "again");
    expect(() => made.stepFunctions.redrive(arn)).toThrow(`Execution is not redrivable: '${arn}' RUNNING`);
    at(made, 60_000, () => made.stepFunctions.redrive(arn));
    await made.runUntil(STARTS + 15 * DAY);
    expect(made.journal.of("execution.changed").map(({ about }) => about["status"])).toEqual(["RUNNING", "FAILED", "RUNNING", "FAILED"]);
    expect(() => made.stepFunctions.redrive(arn)).toThrow(`Execution is not redrivable: '${arn}' FAILED`);
  });

  it("wait for whoever holds their token", async () => {
    const made = world();
    const token = (run: string) => `${MACHINE.replace("stateMachine", "execution")}:${run}#1`;
    const resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
    const ask = {
      Type: "Task" as const,
      Resource: resource,
      Arguments: { QueueUrl: INBOX_URL, MessageBody: "{% $states.context.Task.Token %}" },
    };
    made.stepFunctions.declare({
      arn: MACHINE,
      definition: { StartAt: "Ask", States: { Ask: { ...ask, TimeoutSeconds: 3_600, End: true } } },
    });
    made.stepFunctions.start(MACHINE, {}, "answered");
    made.stepFunctions.start(MACHINE, {}, "silent");
    at(made, 60_000, () => made.stepFunctions.endToken(token("answered"), { kind: "success", output: "yes" }));
    await made.runUntil(STARTS + DAY);
    expect(
      made.stepFunctions
        .all()
        .map(({ name, status, result }) => [name, status, result?.status === "SUCCEEDED" ? result.output : result?.error]),
    ).toEqual([
      ["answered", "SUCCEEDED", "yes"],
      ["silent", "FAILED", "States.Timeout"],
    ]);
    expect(() => made.stepFunctions.endToken(token("silent"), { kind: "success", output: 1 })).toThrow(
      "Task Timed Out: the token is not, or no longer, waited for",
    );
  });

  // What fails on purpose must fail as AWS fails it: before anything is done, retried as the state says, and late where the error is lateness.
  it("fail in the step that is to fail, so often, and then go on as if nothing had been", async () => {
    const made = world();
    const send = (more: object) => ({
      ...{ Type: "Task" as const, Resource: "arn:aws:states:::sqs:sendMessage", TimeoutSeconds: 600, ...more },
      Arguments: { QueueUrl: INBOX_URL, MessageBody: "{% $states.context.Execution.Name %}" },
    });
    const retry = [{ ErrorEquals: ["States.ALL"], MaxAttempts: 2, IntervalSeconds: 300, BackoffRate: 1 }];
    const inBranch: Machine = { StartAt: "Second", States: { Second: send({ End: true }) } };
    const definition: Machine = {
      StartAt: "First",
      States: {
        First: send({ Retry: retry, Catch: [{ ErrorEquals: ["Sqs.SqsException"], Next: "Given up" }], Next: "Both" }),
        Both: { Type: "Parallel", Branches: [inBranch], End: true },
        "Given up": { Type: "Pass", Output: "given up", End: true },
      },
    };
    made.stepFunctions.declare({ arn: MACHINE, definition });
    const { failures } = made.stepFunctions;
    failures.declare(MACHINE, { step: "First", times: 3, error: "Sqs.SqsException", cause: "down" });
    failures.declare(MACHINE, { step: "Second", times: 1, error: "States.Timeout", cause: "never read" });
    const ends: string[] = [];
    for (const [index, name] of ["caught", "late", "well"].entries()) {
      at(made, index * 3_600_000, () => {
        const { arn } = made.stepFunctions.start(MACHINE, {}, name);
        made.stepFunctions.whenEnded(arn, () => ends.push(`${name} after ${(made.time.now() - STARTS) / 60_000 - index * 60} min`));
      });
    }
    await made.runUntil(STARTS + DAY);
    expect(ends).toEqual(["caught after 10 min", "late after 10 min", "well after 0 min"]);
    const results = made.stepFunctions.all().map(({ result }) => result);
    expect(results).toMatchObject([{ output: "given up" }, { error: "States.Timeout" }, { status: "SUCCEEDED" }]);
    expect(bodies(made)).toEqual(["late", "well", "well"]);
  });
});

describe("children of an execution (dg/connect-stepfunctions.html)", () => {
  const CHILD = arnOf("states", "stateMachine:child");
  const parent = (resource: string) => ({
    StartAt: "Start",
    States: {
      Start: {
        ...{ Type: "Task" as const, Resource: `arn:aws:states:::states:${resource}`, End: true },
        Arguments: { StateMachineArn: CHILD, Name: "child", Input: { a: 1 } },
      },
    },
  });
  const both = (resource: string, child: Machine) => {
    const made = world();
    made.stepFunctions.declare({ arn: MACHINE, definition: parent(resource) });
    made.stepFunctions.declare({ arn: CHILD, definition: child });
    made.stepFunctions.start(MACHINE, {}, "parent");
    return made;
  };
  const resultOf = (made: World) => made.stepFunctions.all()[0]?.result;
  const fails: Machine = { StartAt: "F", States: { F: { Type: "Fail", Error: "Bad", Cause: "on purpose" } } };

  it("are waited for, and .sync:2 hands on their output as JSON, .sync as text", async () => {
    const json = both("startExecution.sync:2", WAITS_AN_HOUR);
    await json.runUntil(STARTS + DAY);
    expect(resultOf(json)).toMatchObject({
      output: { Status: "SUCCEEDED", Name: "child", Input: { a: 1 }, Output: { outcome: "promoted" } },
    });
    const text = both("startExecution.sync", WAITS_AN_HOUR);
    await text.runUntil(STARTS + DAY);
    expect(resultOf(text)).toMatchObject({ output: { Input: '{"a":1}', Output: '{"outcome":"promoted"}' } });
  });

  it("fail their parent with States.TaskFailed, and say why in its cause", async () => {
    const made = both("startExecution.sync:2", fails);
    await made.runUntil(STARTS + DAY);
    expect(resultOf(made)).toMatchObject({ error: "States.TaskFailed", cause: expect.stringContaining('"Error":"Bad"') as string });
  });

  // By this error a retraining knows that its roll-out was given up, and did not break.
  it("that somebody stops fail their parent with what he said", async () => {
    const made = both("startExecution.sync:2", WAITS_AN_HOUR);
    at(made, 60_000, () => made.stepFunctions.stop(made.stepFunctions.all()[1]?.arn ?? "", "RolledBack", "by ana"));
    await made.runUntil(STARTS + DAY);
    expect(resultOf(made)).toMatchObject({ error: "States.TaskFailed" });
    const { cause = "{}" } = resultOf(made) as { cause?: string };
    expect(JSON.parse(cause)).toMatchObject({ Status: "ABORTED", Error: "RolledBack", Cause: "by ana" });
  });

  it("are stopped with their parent", async () => {
    const made = both("startExecution.sync:2", WAITS_AN_HOUR);
    at(made, 60_000, () => made.stepFunctions.stop(made.stepFunctions.all()[0]?.arn ?? ""));
    await made.runUntil(STARTS + DAY);
    expect(made.stepFunctions.all().map(({ name, status }) => `${name} ${status}`)).toEqual(["parent ABORTED", "child ABORTED"]);
  });
});

describe("schedules", () => {
  it("fire at their times, with the planned time in their input", async () => {
    const made = world();
    const input = '{"at":"<aws.scheduler.scheduled-time>"}';
    made.scheduler.declare({ group: "default", name: "weekly", expression: "cron(0 2 ? * SUN *)", targetArn: INBOX, input });
    await made.runUntil(STARTS + 14 * DAY);
    expect(bodies(made)).toEqual(['{"at":"2026-03-08T02:00:00Z"}', '{"at":"2026-03-15T02:00:00Z"}']);
  });

  it("made by a function fire once", async () => {
    const made = world();
    const ask = { do: "schedule", name: "wake-up", at: "2026-03-03T09:30:00", target: INBOX, input: '"wake"' };
    expect(await asked(made, ask)).toBe("arn:aws:scheduler:us-east-1:123456789012:schedule/default/wake-up");
    expect(bodies(made)).toEqual([]);
    await made.runUntil(STARTS + 3 * DAY);
    expect([bodies(made), made.journal.of("schedule.fired")[0]?.at]).toEqual([["wake"], "2026-03-03T09:30:00.000Z"]);
    expect(await asked(made, ask)).toBe("ConflictException: Schedule wake-up already exists.");
  });
});
