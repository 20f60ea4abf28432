import { answerOperator, type HistoryAnswer, type StatusAnswer } from "../../../lambdas/application/operator";
import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import type { OperatorVerb } from "../../../lambdas/domain/messages/operator-request";
import { hoursAfter } from "../../../lambdas/domain/time";
import type { AuditQuery } from "../../../lambdas/ports/ledger";
import { inHours, NOW, signal } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

const ada = "arn:aws:sts::123456789012:assumed-role/ml-lead/ada";

function ask(world: TestWorld, asked: OperatorVerb, caller = ada) {
  return answerOperator({ caller, at: world.now, asked }, world.loop);
}

const retrain: OperatorVerb = { verb: "retrain", model: "log-anomaly", reason: "new labels", because: "manual" };

describe("R1 retraining by hand", () => {
  it("R1 R4 starts a run in the caller's name", async () => {
    const world = await TestWorld.make();
    const { status, body } = await ask(world, { ...retrain, windowDays: 30 });
    expect([status, body]).toEqual([202, { decision: "start", reason: "new labels", run: world.lastRun() }]);
    expect(world.orders).toMatchObject([{ askedBy: [ada], windowDays: 30 }]);
    expect((await world.trail()).find(({ event }) => event === "retraining.start")).toMatchObject({ user: ada });
  });

  it("R6 waits for a run that is running, and says until when", async () => {
    const world = await TestWorld.make();
    await respondToSignal(signal(), world.loop);
    expect(await ask(world, retrain)).toEqual({
      status: 202,
      body: { decision: "pend", reason: `${world.lastRun()} is running`, at: inHours(6) },
    });
  });

  it("R1 is refused in mode observe, with what to do", async () => {
    const world = await TestWorld.make({ models: [{ ...THE_MODEL, mode: "observe" }] });
    expect(await ask(world, retrain)).toEqual({
      status: 409,
      body: {
        decision: "refuse",
        reason: "log-anomaly is in mode observe, in which the loop touches nothing: set its mode to act, then ask again",
      },
    });
    expect(await world.events()).toContain("retraining.refuse");
  });

  // Taken for one, the second could approve the run that they asked for themselves.
  it("R4 two people who ask in the same millisecond are two", async () => {
    const world = await TestWorld.make();
    await ask(world, retrain);
    expect((await ask(world, retrain, "arn:aws:sts::123456789012:assumed-role/ml-lead/bob")).body).toMatchObject({ decision: "pend" });
  });

  it("C5 of CI is a code push: it counts as automatic, and its caller is known", async () => {
    const world = await TestWorld.make();
    const role = "arn:aws:sts::123456789012:assumed-role/github/run-17";
    await ask(world, { verb: "retrain", model: "log-anomaly", reason: "push to main", because: "code-push", commit: "5d41402" }, role);
    expect(world.orders).toMatchObject([{ askedBy: [role], demand: { reasons: [{ rule: "code-push" }] } }]);
    // It has a place among the automatic ones, so the next is kept waiting.
    await world.ledger.end(THE_MODEL.line, world.lastRun(), "promoted", world.now);
    world.pass(1);
    expect((await ask(world, { ...retrain, because: "code-push" }, role)).body).toMatchObject({ decision: "pend" });
  });

  it("is refused for a model that is not the loop's", async () => {
    const world = await TestWorld.make();
    expect(await ask(world, { ...retrain, model: "web-shop" })).toEqual({
      status: 404,
      body: { faults: ['model is "web-shop"; this loop looks after log-anomaly: name one of them'] },
    });
  });
});

describe("the stop switch", () => {
  // I12: who stopped everything at three in the morning, and why, must be found at nine.
  it("I12 stops all automatic action, with who and why in the trail, and a person still may", async () => {
    const world = await TestWorld.make();
    expect(await ask(world, { verb: "stop", reason: "the labels are wrong" })).toEqual({
      status: 200,
      body: { stopped: true, note: "what comes in is decided, recorded and told, and waits; runs that are under way go on" },
    });
    expect(await world.trail("")).toMatchObject([{ event: "loop.stopped", user: ada, reason: "the labels are wrong" }]);
    await respondToSignal(signal(), world.loop);
    expect(world.orders).toEqual([]);
    expect((await ask(world, retrain)).body).toMatchObject({ decision: "start" });
  });

  it("I12 is taken back in the same way, and thrown twice changes nothing but is told", async () => {
    const world = await TestWorld.make();
    await ask(world, { verb: "stop", reason: "why" });
    expect((await ask(world, { verb: "stop", reason: "why" })).body).toMatchObject({
      note: expect.stringMatching(/^it was so already; /) as string,
    });
    world.pass(1);
    expect((await ask(world, { verb: "resume", reason: "fixed" })).body).toEqual({
      stopped: false,
      note: "what waits is examined within the hour",
    });
    expect(await world.events("")).toEqual(["loop.stopped", "loop.resumed"]);
    expect(world.notices.map(({ title }) => title)).toEqual([
      "All automatic action of the loop is stopped",
      "All automatic action of the loop is stopped",
      "The loop acts by itself again",
    ]);
    expect(await world.ledger.stopped()).toBe(false);
  });
});

describe("looking", () => {
  it("status says what runs, what waits and where traffic is, of one model or all", async () => {
    const neighbour = { model: "trace-anomaly", line: "trace-anomaly", mode: "observe" as const };
    const world = await TestWorld.make({ models: [THE_MODEL, neighbour] });
    await respondToSignal(signal(), world.loop);
    await respondToSignal(signal({ rule: "accuracy-drop", firedAt: inHours(-1), reason: "accuracy fell by 12 %" }), world.loop);
    const { body } = await ask(world, { verb: "status" });
    expect(body).toEqual({
      stopped: false,
      models: [
        {
          model: "log-anomaly",
          line: "log-anomaly",
          mode: "act",
          declaredMode: "act",
          fence: 1,
          run: { run: world.lastRun(), startedAt: NOW },
          waiting: `accuracy-drop critical, due ${inHours(-1)}: accuracy fell by 12 %`,
        },
        { model: "trace-anomaly", line: "trace-anomaly", mode: "observe", declaredMode: "observe", fence: 0 },
      ],
    });
    expect(((await ask(world, { verb: "status", model: "trace-anomaly" })).body as StatusAnswer).models).toHaveLength(1);
    expect((await ask(world, { verb: "status", model: "web-shop" })).status).toBe(404);
  });

  it("I12 history tells the newest first, as far back as it is asked", async () => {
    const world = await TestWorld.make();
    await respondToSignal(signal({ rule: "latency", severity: "warning" }), world.loop);
    world.now = hoursAfter(NOW, 30);
    await respondToSignal(signal({ rule: "error-rate", firedAt: world.now }), world.loop);
    const history = async (days: number) => (await ask(world, { verb: "history", model: "log-anomaly", days })).body as HistoryAnswer;
    expect((await history(1)).records.map(({ event }) => event)).toEqual(["traffic.withhold", "traffic.page"]);
    expect((await history(7)).records.map(({ event }) => event)).toEqual([
      "traffic.withhold",
      "traffic.page",
      "traffic.record-scaling",
      "loop.mode",
    ]);
    expect((await history(7)).leftOut).toBe(false);
    expect((await ask(world, { verb: "history", model: "web-shop", days: 7 })).status).toBe(404);
  });

  // Ninety days after a storm are tens of megabytes, read whole at each look at the history, to show the newest 500.
  it("I12 history and status read no more than they show, and say that there is more", async () => {
    const queries: number[] = [];
    const world = await TestWorld.make();
    for (let count = 0; count < 510; count++) {
      const line = {
        schemaVersion: 1,
        event: "traffic.record",
        model: "log-anomaly",
        user: "modelloop",
        time: inHours(-count / 60),
      } as const;
      await world.ledger.audit({ ...line, reason: `number ${count}`, values: {} });
    }
    const counting = async (query: AuditQuery) => {
      const records = await world.ledger.auditRecords(query);
      queries.push(records.length);
      return records;
    };
    const loop = { ...world.loop, ledger: { ...world.ledger, auditRecords: counting } };
    const request = { caller: "ada", at: NOW };
    const { body } = await answerOperator({ ...request, asked: { verb: "history", model: "log-anomaly", days: 7 } }, loop);
    expect(body).toMatchObject({ leftOut: true });
    expect((body as HistoryAnswer).records.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 500 }, (_, count) => `number ${count}`),
    );
    await answerOperator({ ...request, asked: { verb: "status" } }, loop);
    expect(queries).toEqual([501, 500]);
  });

  it("writes nothing", async () => {
    const world = await TestWorld.make();
    await ask(world, { verb: "status" });
    await ask(world, { verb: "history", model: "log-anomaly", days: 7 });
    expect([await world.trail(), await world.trail(""), world.notices]).toEqual([[], [], []]);
  });
});
