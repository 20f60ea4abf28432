import { carryOutRollBack } from "../../../../lambdas/application/roll-out/roll-back";
import type { RollBackOrderMessage } from "../../../../lambdas/domain/roll-out/requests";
import { hoursAfter } from "../../../../lambdas/domain/time";
import { manifestOf, RollOutWorld, splitOf } from "../../support/roll-out-world";

async function after(change: Parameters<typeof splitOf>[0]) {
  const at = await RollOutWorld.make();
  at.split = splitOf(change);
  Object.assign(at.slots.b, { prefix: "releases/r42", asleep: false });
  const { line, model } = at.order;
  const record = { schemaVersion: 1, event: "traffic.roll-back", model, user: "ada", time: at.now, reason: "by hand", values: {} } as const;
  const fence = await at.world.ledger.raiseFence(line, record);
  const order = (more: Partial<RollBackOrderMessage> = {}): RollBackOrderMessage => ({
    ...{ schemaVersion: 1, kind: "roll-back", line, model, from: "r42", to: "r41", fence, reason: "by hand" },
    ...more,
  });
  return { at, order };
}

const PROMOTED = { stable: { release: "r42", slot: "b" as const }, previous: { release: "r41", slot: "a" as const } };

test("O3 A4 a candidate is left at once, its machine is stopped, and the same order again changes nothing", async () => {
  const { at, order } = await after({ candidate: { release: "r42", slot: "b", hundredths: 500 } });
  const answer = { kind: "rolled-back", reason: "everybody has r41 again" };
  expect(await carryOutRollBack(order({ aborts: at.order.run }), at.loop)).toEqual(answer);
  expect(at.stopped).toEqual([at.order.run]);
  expect(at.split).toMatchObject({ generation: 5, stable: { release: "r41" } });
  expect([at.slots.a.asleep, at.slots.b.asleep]).toEqual([false, true]);
  expect(await carryOutRollBack(order({ aborts: at.order.run }), at.loop)).toEqual(answer);
  expect(at.split.generation).toBe(5);
});

/** Of a release that half of the users have, while its own run has the lock: what the first delivery of an order comes to. */
async function firstDelivery(carryOut: typeof carryOutRollBack) {
  const { at, order } = await after({ candidate: { release: "r42", slot: "b", hundredths: 5_000 } });
  const answer = await carryOut(order({ aborts: at.order.run }), at.loop);
  return [answer.kind, at.split.candidate?.release];
}

test("O3 P7 a roll-back waits for nobody: the first delivery of its order takes users back, whoever has the lock", async () => {
  expect(await firstDelivery(carryOutRollBack)).toEqual(["rolled-back", undefined]);
});

// The run that has the lock is the one whose release is to be left, and it holds it for days.
test("O3 mutation: a roll-back behind the lock is found by the same story", async () => {
  const behindTheLock: typeof carryOutRollBack = async (order, loop) => {
    const lock = await loop.ledger.renew(order.line, "a-roll-back", hoursAfter(loop.clock.now(), 1));
    return lock.kind === "lost" ? { kind: "waiting", reason: `the lock is ${lock.by}'s` } : carryOutRollBack(order, loop);
  };
  expect(await firstDelivery(behindTheLock)).toEqual(["waiting", "r42"]);
});

test("O7 a promoted release is left for the one that is kept ready", async () => {
  const { at, order } = await after(PROMOTED);
  expect(await carryOutRollBack(order(), at.loop)).toEqual({ kind: "rolled-back", reason: "everybody has r41 again" });
  expect(at.split).toMatchObject({ stable: { release: "r41", slot: "a" }, previous: { release: "r42", slot: "b" } });
});

// The slot slept since an hour: everybody was sent to no pod at all.
test("O7 nobody is sent to a slot that sleeps: it is woken, and the order comes again", async () => {
  const { at, order } = await after(PROMOTED);
  at.slots.a.asleep = true;
  at.notReady = ["anomaly_xgboost"];
  expect(await carryOutRollBack(order(), at.loop)).toEqual({
    kind: "waiting",
    reason: "anomaly_xgboost is not ready on 10.0.1.0",
  });
  expect([at.split.stable?.release, at.slots.a.asleep]).toEqual(["r42", false]);
  at.notReady = [];
  expect(await carryOutRollBack(order(), at.loop)).toMatchObject({ kind: "rolled-back" });
});

test("O5 by hand to an earlier release that is in neither slot: it is loaded, then everybody is switched", async () => {
  const { at, order } = await after(PROMOTED);
  at.manifests["r30"] = manifestOf("r30");
  expect(await carryOutRollBack(order({ to: "r30" }), at.loop)).toEqual({ kind: "rolled-back", reason: "everybody has r30 again" });
  expect(at.split).toMatchObject({ stable: { release: "r30", slot: "a" }, previous: { release: "r42", slot: "b" } });
  expect(at.slots.a.prefix).toBe("releases/r30");
  expect(at.written.map(({ previous }) => previous?.release)).toEqual([undefined, "r30", "r42"]);
});

test.each<[string, Partial<RollBackOrderMessage>, string]>([
  [
    "whose files are gone",
    { to: "r30" },
    "r30 has no manifest.json at s3://models/releases/r30/, so it is no whole release: package the model anew",
  ],
  ["from what does not serve", { from: "r7" }, "r7 is to be left for r41, but r42 is what serves: look at what serves, and ask again"],
  ["of a line that nobody serves", { line: "other" }, "other is no line that this loop serves: nothing was touched"],
])("O5 a roll-back %s is refused, a person is woken, and traffic stays whole", async (_what, more, reason) => {
  const { at, order } = await after(PROMOTED);
  expect(await carryOutRollBack(order(more), at.loop)).toEqual({ kind: "refused", reason });
  expect(at.world.notices.at(-1)).toMatchObject({ page: true, title: "log-anomaly: the roll-back could not be carried out" });
  expect(at.split.stable?.release).toBe("r42");
  expect(await at.world.events()).toContain("traffic.withhold");
});

test("P3 an order whose fence is stale is not carried out", async () => {
  const { at, order } = await after(PROMOTED);
  const reason = "the fence is 2 by now, and this run's is 1: somebody else decides about traffic";
  expect(await carryOutRollBack(order({ fence: 1 }), at.loop)).toEqual({ kind: "stale", reason });
  expect([at.split.stable?.release, at.world.notices.filter(({ title }) => title.includes("overtaken"))]).toEqual(["r42", []]);
  expect(await carryOutRollBack(order({ fence: 1, user: "ada" }), at.loop)).toEqual({ kind: "stale", reason });
  // Whoever gave it was answered that traffic follows within minutes.
  expect(at.world.notices.at(-1)).toMatchObject({
    ...{ page: false, severity: "warning", title: "log-anomaly: the roll-back was overtaken" },
    lines: ["from r42 to r41", reason, "by hand"],
  });
  expect((await at.world.trail()).filter(({ event }) => event === "traffic.withhold")).toMatchObject([{ version: "r41", reason }]);
});

test("O3 a router that does not follow is asked about again", async () => {
  const { at, order } = await after(PROMOTED);
  at.stubborn = ["10.0.0.1"];
  expect(await carryOutRollBack(order(), at.loop)).toEqual({
    kind: "waiting",
    reason: "10.0.0.1 runs generation 4, and 5 was written",
  });
});
