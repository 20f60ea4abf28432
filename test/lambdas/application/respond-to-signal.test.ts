import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { inHours, NOW, signal } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

const failing = signal({ rule: "accuracy-floor", reason: "accuracy 0.81 is below 0.85 for 30 min: critical" });

async function withPromotion(): Promise<TestWorld> {
  const world = await TestWorld.make();
  const begun = { kind: "begun", fence: 0, run: "log-anomaly-x", candidate: "3.2.0", champion: "3.1.0" } as const;
  await world.ledger.recordTraffic(THE_MODEL, begun, "modelloop", inHours(-2));
  await world.ledger.recordTraffic(
    THE_MODEL,
    { kind: "promoted", fence: 0, version: "3.2.0", oldSlotKeptHours: 48 },
    "modelloop",
    inHours(-1),
  );
  return world;
}

describe("responding to a signal", () => {
  it("A4 saves traffic before it wakes people, and wakes people before it retrains", async () => {
    const world = await withPromotion();
    const order: string[] = [];
    const { traffic, notifier, runs } = world.loop;
    await respondToSignal(failing, {
      ...world.loop,
      traffic: { rollBack: (given) => (order.push("roll back"), traffic?.rollBack(given) ?? Promise.resolve()) },
      notifier: { tell: (notice) => (order.push(notice.page ? "page" : "tell"), notifier.tell(notice)) },
      runs: { start: (given) => (order.push("start"), runs.start(given)) },
    });
    expect(order).toEqual(["roll back", "page", "start", "tell"]);
  });

  // Alertmanager says the same every few hours, SQS now and then: nobody is paged twice, and nothing is rolled back twice.
  it("A4 does it once, however often it is told", async () => {
    const world = await withPromotion();
    for (let times = 0; times < 3; times++) await respondToSignal(failing, world.loop);
    expect([world.rollBacks.length, world.notices.map(({ page }) => page), world.orders.length]).toEqual([1, [true, false], 1]);
    expect(world.decisions.map(({ event }) => event)).toContain("traffic.record");
  });

  // The traffic was given back, and the function died before it could say so: people read "not rolled back" of a model that was.
  it("A4 tells of the roll-back that it has made, though it died over it and traffic was written meanwhile", async () => {
    const world = await withPromotion();
    const dying = { ...world.loop, notifier: { tell: () => Promise.reject(new Error("died")) } };
    await expect(respondToSignal(failing, dying)).rejects.toThrow("died");
    const { fence, from, to } = world.rollBacks[0] ?? { fence: 0, from: "", to: "" };
    await world.ledger.recordTraffic(THE_MODEL, { kind: "rolled-back", fence, from, to }, "modelloop", NOW);
    await respondToSignal(failing, world.loop);
    expect(new Set(world.rollBacks.map((order) => order.fence))).toEqual(new Set([fence]));
    expect(world.notices[0]).toMatchObject({
      page: true,
      lines: [`rolling back: ${failing.reason}`, `a person is needed: ${failing.reason}`],
    });
    expect(await world.events()).not.toContain("traffic.withhold");
  });

  // A failing model must not serve for hours because another run holds the lock.
  it("A4 rolls back while a run is running", async () => {
    const world = await withPromotion();
    await respondToSignal(signal(), world.loop);
    await respondToSignal(failing, world.loop);
    expect(world.orders).toHaveLength(1);
    expect(world.rollBacks).toHaveLength(1);
  });

  it("asks for no retraining where the rule asks for none", async () => {
    const world = await TestWorld.make();
    await respondToSignal(signal({ rule: "latency", severity: "warning" }), world.loop);
    expect(world.decisions.filter(({ event }) => event.startsWith("retraining."))).toEqual([]);
  });

  it("I12 has one line in the log and one in the trail for each decision, with its figures", async () => {
    const world = await withPromotion();
    await respondToSignal(failing, world.loop);
    const logged = world.decisions.map(({ event }) => event);
    expect(logged).toEqual(["traffic.roll-back", "traffic.page", "retraining.start"]);
    const told = (await world.trail()).filter(({ time }) => time === NOW && logged.length > 0);
    for (const event of logged) {
      expect(told.filter((record) => record.event === event)).toMatchObject([
        { user: "modelloop", values: { rule: "accuracy-floor", severity: "critical" } },
      ]);
    }
  });

  it("fails for a model that is not the loop's", async () => {
    const world = await TestWorld.make();
    await expect(respondToSignal(signal({ model: "web-shop" }), world.loop)).rejects.toThrow(
      new Error("signal for web-shop, which this loop does not look after"),
    );
  });
});
