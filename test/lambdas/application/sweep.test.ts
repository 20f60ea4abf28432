import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { settleRetraining } from "../../../lambdas/application/settle-retraining";
import { sweep } from "../../../lambdas/application/sweep";
import { hoursAfter, instant, minutesAfter } from "../../../lambdas/domain/time";
import { inHours, NOW, signal } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

const drift = { name: "dev-log-anomaly-data-drift-above-0.3-critical", reason: "psi is 0.34" };

async function swept(change: Parameters<typeof TestWorld.make>[0] = {}): Promise<TestWorld> {
  const world = await TestWorld.make(change);
  await sweep(world.loop);
  return world;
}

describe("the hourly sweep", () => {
  it("finds nothing to do in a loop that is well, and says nothing", async () => {
    const world = await swept();
    await sweep(world.loop);
    expect([world.orders, world.notices, world.wakeUps, world.counted]).toEqual([[], [], [], []]);
    expect(await world.events()).toEqual(["loop.mode"]);
  });

  it("R6 starts what is due, though nobody woke it", async () => {
    const world = await TestWorld.make();
    await respondToSignal(signal({ severity: "warning" }), world.loop);
    world.now = hoursAfter(NOW, 48);
    await sweep(world.loop);
    expect(world.orders).toHaveLength(1);
  });

  it("R6 takes over a run whose lease has ended without a word", async () => {
    const world = await TestWorld.make();
    await respondToSignal(signal(), world.loop);
    world.pass(7);
    await sweep(world.loop);
    expect(world.orders.map(({ fence }) => fence)).toEqual([1, 2]);
    expect(world.orders[1]?.demand.reasons).toMatchObject([{ rule: "data-drift" }]);
  });

  it("D4 tells of a full thousand that nobody told of", async () => {
    const world = await TestWorld.make();
    await world.ledger.addFeedback(THE_MODEL, { batch: "one", corrections: 1_000 }, NOW);
    await sweep(world.loop);
    expect(world.orders).toHaveLength(1);
  });
});

describe("an alarm whose message was lost", () => {
  // It goes off once, and stays in ALARM: without somebody who looks, nothing would ever happen.
  it("R6 is found by its state, answered and counted", async () => {
    const world = await TestWorld.make();
    world.firing = [{ ...drift, since: inHours(-2), reasonData: '{"recentDatapoints":[0.31,0.34]}' }];
    await sweep(world.loop);
    expect(world.orders).toHaveLength(1);
    expect((await world.trail()).find(({ event }) => event === "traffic.record")?.values).toMatchObject({ value: 0.34 });
    expect(world.counted).toMatchObject([{ metric: "SignalsRecovered", what: { alarm: drift.name, model: "log-anomaly" } }]);
    await sweep(world.loop);
    expect(world.counted).toHaveLength(1);
  });

  // The event and DescribeAlarms need not agree about the second: the same edge must not be answered as two.
  it.each([0, 900, 5_000, -5_000])("R6 is not taken for lost when it was delivered, %i ms apart", async (apart) => {
    const world = await TestWorld.make();
    await respondToSignal(signal({ firedAt: NOW }), world.loop);
    world.pass(2);
    world.firing = [{ ...drift, since: instant(Date.parse(NOW) + apart) }];
    await sweep(world.loop);
    expect(world.counted).toEqual([]);
    expect(world.orders).toHaveLength(1);
  });

  // The warning was delivered, the critical one five minutes behind it was lost: nobody was paged, and nothing was rolled back.
  it("R6 is found behind the warning of the same rule, which was delivered", async () => {
    const world = await TestWorld.make();
    await respondToSignal(signal({ severity: "warning", firedAt: NOW }), world.loop);
    world.pass(2);
    world.firing = [{ ...drift, since: minutesAfter(NOW, 5) }];
    for (const _ of [1, 2]) await sweep(world.loop);
    expect(world.counted).toHaveLength(1);
    expect(world.orders).toHaveLength(1);
  });

  // It is answered by its own mark from then on; by the trail of its first six hours alone it would be found again every hour.
  it("is found once, however long it has been firing", async () => {
    const world = await TestWorld.make();
    world.firing = [{ ...drift, since: inHours(-48) }];
    for (const _ of [1, 2, 3]) await sweep(world.loop);
    expect(world.counted).toHaveLength(1);
  });

  it("is left to its message while that may still come", async () => {
    const world = await TestWorld.make();
    world.firing = [{ ...drift, since: minutesAfter(NOW, -14) }];
    await sweep(world.loop);
    expect(world.orders).toEqual([]);
  });

  it("is not ours when its name says so", async () => {
    const world = await TestWorld.make();
    world.firing = ["dev-dead-letters", "dev-web-shop-data-drift-above-0.3-critical"].map((name) => ({
      ...drift,
      name,
      since: inHours(-2),
    }));
    await sweep(world.loop);
    expect([world.orders, world.counted, world.kept]).toEqual([[], [], []]);
  });

  it("that was acted on and has gone off again since is lost again", async () => {
    const world = await TestWorld.make({ limits: { coolDownHours: 0, automaticStartsPerWeek: 9 } });
    await respondToSignal(signal({ firedAt: NOW }), world.loop);
    await world.ledger.end(THE_MODEL.line, world.lastRun(), "promoted", world.now);
    world.pass(30);
    world.firing = [{ ...drift, since: hoursAfter(NOW, 29) }];
    await sweep(world.loop);
    expect(world.orders).toHaveLength(2);
  });
});

describe("an alarm that was answered in mode observe and is still firing", () => {
  const observing = { models: [{ ...THE_MODEL, mode: "observe" as const }] };

  // It goes off once: a model would act from today on, and never on the one thing that is wrong with it.
  it("is answered afresh once the model acts, and only once", async () => {
    const world = await TestWorld.make(observing);
    await sweep(world.loop);
    await respondToSignal(signal(), world.loop);
    world.firing = [{ ...drift, since: NOW }];
    world.pass(30);
    await sweep(world.loop);
    expect(world.orders).toEqual([]);
    const acting = { ...world.loop, models: [THE_MODEL] };
    for (const _ of [1, 2, 3]) {
      await sweep(acting);
      world.pass(1);
    }
    expect(world.orders).toHaveLength(1);
    expect(world.orders[0]?.demand.reasons).toMatchObject([{ rule: "data-drift", firstAt: inHours(30) }]);
    expect(world.counted).toEqual([]);
  });
});

// Its end was told to nobody: between two releases, with nothing that watches it, is no place to leave users for a night.
it("O3 traffic that its run has left between two versions is found within the hour", async () => {
  const world = await TestWorld.make();
  await sweep(world.loop);
  await settleRetraining(THE_MODEL, signal(), world.loop);
  const run = world.lastRun();
  const begun = { kind: "begun", fence: 1, run, candidate: "3.2.0", champion: "3.1.0" } as const;
  await world.ledger.recordTraffic(THE_MODEL, begun, "modelloop", NOW);
  world.pass(1);
  await sweep(world.loop);
  expect(world.rollBacks).toEqual([]);
  await world.ledger.end(THE_MODEL.line, run, "aborted", world.now);
  await sweep(world.loop);
  expect(world.rollBacks).toMatchObject([{ subject: THE_MODEL, from: "3.2.0", to: "3.1.0", fence: 2, aborts: run }]);
});

// One model whose record cannot be read must not keep 199 others from being looked at.
it("goes on after a part that fails, and fails at the end", async () => {
  const world = await TestWorld.make();
  await world.ledger.addFeedback(THE_MODEL, { batch: "one", corrections: 1_000 }, NOW);
  const failing = { ...world.loop, alarms: { firing: () => Promise.reject(new Error("throttled")) } };
  await expect(sweep(failing)).rejects.toMatchObject({ message: "1 of 6 parts of the sweep failed", errors: [new Error("throttled")] });
  expect(world.orders).toHaveLength(1);
});
