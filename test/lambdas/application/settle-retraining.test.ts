import { examineLine, settleRetraining } from "../../../lambdas/application/settle-retraining";
import { hoursAfter } from "../../../lambdas/domain/time";
import { inHours, manualSignal, NOW, signal } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

async function acting(...others: { model: string; line: string; mode: "act" }[]): Promise<TestWorld> {
  const world = await TestWorld.make({ models: [THE_MODEL, ...others] });
  for (const model of world.loop.models) await world.ledger.setMode(model, "act", { user: "modelloop", reason: "declared", now: NOW });
  return world;
}

describe("R6 settling a retraining", () => {
  it("R6 starts a run under a name and with an input that follow from what asks for it", async () => {
    const world = await acting();
    const decision = await settleRetraining(THE_MODEL, signal(), world.loop);
    expect(decision.kind).toBe("start");
    expect(world.orders).toMatchObject([
      { run: world.lastRun(), fence: 1, model: "log-anomaly", severity: "critical", windowDays: 14, askedBy: [] },
    ]);
    expect(world.decisions).toMatchObject([{ event: "retraining.start", model: "log-anomaly" }]);
  });

  // The starter died between taking the lock and starting the workflow: without a second start the model would be locked for hours for nothing.
  it("R6 starts the same run again where nobody knows whether it began", async () => {
    const world = await acting();
    const died = await world.dying({ call: 3, when: "before" }, (loop) => settleRetraining(THE_MODEL, signal(), loop));
    expect([died, world.orders.length]).toEqual([true, 0]);
    world.pass(0.1);
    await examineLine(THE_MODEL.line, world.loop);
    expect(world.orders).toHaveLength(1);
    await examineLine(THE_MODEL.line, world.loop);
    expect(world.startAttempts).toHaveLength(1);
  });

  it("R6 takes a run that has started already for started", async () => {
    const world = await acting();
    await world.dying({ call: 3, when: "after" }, (loop) => settleRetraining(THE_MODEL, signal(), loop));
    await settleRetraining(THE_MODEL, signal(), world.loop);
    expect(world.startAttempts).toHaveLength(2);
    expect(world.orders).toHaveLength(1);
    expect(await world.ledger.waiting(THE_MODEL.line, NOW)).toEqual([]);
  });

  it("R6 keeps what comes while a run is running, and wakes up when its lease would end", async () => {
    const world = await acting();
    await settleRetraining(THE_MODEL, signal(), world.loop);
    await settleRetraining(THE_MODEL, signal({ firedAt: inHours(-1) }), world.loop);
    expect(world.wakeUps).toEqual([{ model: "log-anomaly", at: inHours(6) }]);
    expect(world.notices.at(-1)).toMatchObject({ title: "log-anomaly: retraining waits (running)" });
  });

  // Two models of one server have one lock; what the one waits for must be looked at when the other's run ends.
  it("R6 lets one model of a line go on when the other's run has ended", async () => {
    const neighbour = { model: "trace-anomaly", line: "log-anomaly", mode: "act" as const };
    const world = await acting(neighbour);
    await settleRetraining(THE_MODEL, signal(), world.loop);
    const first = world.lastRun();
    await settleRetraining(neighbour, signal({ model: "trace-anomaly" }), world.loop);
    expect(world.orders).toHaveLength(1);
    world.pass(2);
    await world.ledger.end(THE_MODEL.line, first, "promoted", world.now);
    await examineLine(THE_MODEL.line, world.loop);
    expect(world.orders.map(({ model }) => model)).toEqual(["log-anomaly", "trace-anomaly"]);
  });

  // A scheduler that is down failed the message five times over, and all else that the batch brought with it.
  it("R6 keeps what is due later though no wake-up can be ordered, tells of it, and starts it when it is due", async () => {
    const world = await acting();
    const loop = { ...world.loop, wakeUps: { order: () => Promise.reject(new Error("throttled")) } };
    expect(await settleRetraining(THE_MODEL, signal({ severity: "warning" }), loop)).toMatchObject({ kind: "schedule" });
    expect(world.notices).toHaveLength(1);
    expect(world.decisions.at(-1)).toEqual({
      event: "wake-up.failed",
      model: "log-anomaly",
      reason: `no wake-up at ${inHours(48)}, the sweep does without: throttled`,
      values: { at: inHours(48) },
    });
    world.now = inHours(48);
    await examineLine(THE_MODEL.line, loop);
    expect(world.orders).toHaveLength(1);
  });

  it("R6 does not examine what is due later", async () => {
    const world = await acting();
    await settleRetraining(THE_MODEL, signal({ severity: "warning" }), world.loop);
    const decided = world.decisions.length;
    await examineLine(THE_MODEL.line, world.loop);
    expect(world.decisions).toHaveLength(decided);
    world.now = hoursAfter(NOW, 48);
    await examineLine(THE_MODEL.line, world.loop);
    expect(world.orders).toHaveLength(1);
  });

  // The third automatic run of a week did not help; a fourth will not. The pager is told at each examination, the chat once.
  it("R6 pages when the weekly limit is reached, and again only for the pager", async () => {
    const world = await acting();
    for (let count = 0; count < 3; count++) {
      await settleRetraining(THE_MODEL, signal({ firedAt: world.now }), world.loop);
      world.pass(1);
      await world.ledger.end(THE_MODEL.line, world.lastRun(), "promoted", world.now);
      world.pass(25);
    }
    await settleRetraining(THE_MODEL, signal({ firedAt: world.now }), world.loop);
    expect(world.orders).toHaveLength(3);
    expect(world.notices.at(-1)).toMatchObject({ page: true, repeated: false, group: "log-anomaly/weekly-limit" });
    world.pass(1);
    await examineLine(THE_MODEL.line, world.loop);
    expect(world.notices.at(-1)).toMatchObject({ page: true, repeated: true, group: "log-anomaly/weekly-limit" });
  });

  it("R1 a person is bound by no limit, and is named in the order", async () => {
    const world = await acting();
    await settleRetraining(THE_MODEL, signal(), world.loop);
    await world.ledger.end(THE_MODEL.line, world.lastRun(), "promoted", NOW);
    world.pass(1);
    await settleRetraining(THE_MODEL, manualSignal({ firedAt: world.now }), world.loop);
    expect(world.orders.at(-1)).toMatchObject({ askedBy: ["arn:aws:sts::1:assumed-role/ml-lead/ada"] });
    expect((await world.trail()).findLast(({ event }) => event === "retraining.start")?.user).toBe(
      "arn:aws:sts::1:assumed-role/ml-lead/ada",
    );
  });
});
