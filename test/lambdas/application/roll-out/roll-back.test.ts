import fc from "fast-check";
import { carryOutRollBack, giveUp } from "../../../../lambdas/application/roll-out/roll-back";
import { setTraffic } from "../../../../lambdas/application/roll-out/set-traffic";
import { THE_LOOP } from "../../../../lambdas/domain/ledger-audit";
import type { RollBackOrderMessage } from "../../../../lambdas/domain/roll-out/requests";
import { hoursAfter } from "../../../../lambdas/domain/time";
import { Interleaving, randomFrom } from "../../support/interleaving";
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

// Whoever throws the switch means it, and looks for themselves.
test("O3 while the loop is stopped a roll-out that fails leaves users where they are, and says so", async () => {
  const { at } = await after({ candidate: { release: "r42", slot: "b", hundredths: 5_000 } });
  await at.world.ledger.setStopped(true, { user: "ada", reason: "an incident", now: at.now });
  expect(await giveUp({ do: "give-up", order: at.order, reason: "a step failed" }, at.loop)).toEqual({
    kind: "withheld",
    reason: "the stop switch is on: users of r42 stay where they are; a step failed",
  });
  expect(at.split.candidate).toMatchObject({ release: "r42", hundredths: 5_000 });
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
  expect(await carryOutRollBack(order({ fence: 1 }), at.loop)).toMatchObject({ kind: "stale" });
  expect(at.split.stable?.release).toBe("r42");
});

test("O3 a router that does not follow is asked about again", async () => {
  const { at, order } = await after(PROMOTED);
  at.stubborn = ["10.0.0.1"];
  expect(await carryOutRollBack(order(), at.loop)).toEqual({
    kind: "waiting",
    reason: "10.0.0.1 runs generation 4, and 5 was written",
  });
});

test("O3 a roll-out that never touched traffic leaves it untouched when it gives up", async () => {
  const at = await RollOutWorld.make();
  expect(await giveUp({ do: "give-up", order: at.order, reason: "the slot did not get ready" }, at.loop)).toEqual({
    kind: "untouched",
    reason: "r41 serves, and r42 has no users: the slot did not get ready",
  });
  // Written all the same: a step of this run that was taken for dead is refused by the version alone.
  expect(at.split).toEqual(splitOf({ generation: 5, fence: 2 }));
});

// Another run has the lock: raising the fence would stop that one.
test("P3 a run that has lost its lock, and has no users on its release, shuts nobody out", async () => {
  const at = await RollOutWorld.make();
  const order = { ...at.order, run: "an-older-run" };
  expect(await giveUp({ do: "give-up", order, reason: "overtaken" }, at.loop)).toMatchObject({ kind: "untouched" });
  expect([at.written.length, (await at.world.ledger.trafficView(at.order)).fence]).toEqual([1, 1]);
});

// Between the split and the ledger somebody died: rolled back, a checked and approved release would be thrown away.
test("P4 a roll-out that died after its promotion was written is brought to its end", async () => {
  const at = await RollOutWorld.make();
  const taken = await at.world.ledger.takeFence(at.order.line, at.order.run);
  if (taken.kind === "lost") throw new Error("no lock");
  const change = { kind: "begun", fence: taken.fence, run: at.order.run, candidate: "r42", champion: "r41" } as const;
  await at.world.ledger.recordTraffic(at.order, change, THE_LOOP, at.now);
  at.split = splitOf(PROMOTED);
  expect(await giveUp({ do: "give-up", order: at.order, reason: "promote failed" }, at.loop)).toEqual({
    kind: "promoted",
    reason: "r42 had everybody before its run could say so",
  });
  expect((await at.world.ledger.trafficView(at.order)).promotion?.version).toBe("r42");
});

/** Half of the users have the release, and its run knows it. */
async function climbing() {
  const at = await RollOutWorld.make();
  const { order } = at;
  const taken = await at.world.ledger.takeFence(order.line, order.run);
  if (taken.kind === "lost") throw new Error("no lock");
  const { fence } = taken;
  Object.assign(at.slots.b, { prefix: "releases/r42", asleep: false });
  at.split = splitOf({ candidate: { release: "r42", slot: "b", hundredths: 5_000 }, fence });
  at.written.splice(0, 1, at.split);
  await at.world.ledger.recordTraffic(order, { kind: "begun", fence, run: order.run, candidate: "r42", champion: "r41" }, THE_LOOP, at.now);
  const turn = () => giveUp({ do: "give-up", order, reason: "errors" }, at.loop);
  return { at, order, fence, turn };
}

// Each turn raised the fence anew, wrote a split for it, and had every pod replaced: an hour later the run had failed, with everybody back long since.
test("O3 a roll-out gives up with one fence and one split, however often it asks whether the pods follow", async () => {
  const { at, turn } = await climbing();
  at.stubborn = ["10.0.0.1"];
  for (let turns = 0; turns < 5; turns++)
    expect(await turn()).toEqual({ kind: "waiting", reason: "10.0.0.1 runs generation 4, and 5 was written" });
  expect(at.written.map(({ generation, fence }) => [generation, fence])).toEqual([
    [4, 2],
    [5, 3],
  ]);
  at.stubborn = [];
  expect(await turn()).toEqual({ kind: "rolled-back", reason: "everybody has r41 again" });
  expect([at.written.length, (await at.world.events()).filter((event) => event === "traffic.roll-back")]).toEqual([
    2,
    ["traffic.roll-back"],
  ]);
  expect(at.world.notices.at(-1)).toMatchObject({ title: "log-anomaly: everybody is back" });
});

// The hourly look has raised the fence, or a person who wants an earlier release: theirs is the newer order, and ours would have thrown it away.
test("O5 a roll-back that is ordered between two turns is not overtaken by the next one", async () => {
  const { at, order, turn } = await climbing();
  at.stubborn = ["10.0.0.1"];
  await turn();
  at.manifests["r30"] = manifestOf("r30");
  const record = {
    schemaVersion: 1,
    event: "traffic.roll-back",
    model: order.model,
    user: "ada",
    time: at.now,
    reason: "x",
    values: {},
  } as const;
  const fence = await at.world.ledger.raiseFence(order.line, record);
  at.stubborn = [];
  expect(await turn()).toMatchObject({ kind: "stale" });
  const { line, model } = order;
  const byHand = { schemaVersion: 1, kind: "roll-back", line, model, from: "r41", to: "r30", fence, reason: "by hand" } as const;
  expect(await carryOutRollBack(byHand, at.loop)).toMatchObject({ kind: "rolled-back" });
  expect(at.split.stable?.release).toBe("r30");
});

// Step Functions calls a function again that it takes for dead.
test("O3 P3 wherever a turn dies, the turns after it settle with the fence of the first, and nobody is left on the release", async () => {
  for (let call = 1; ; call++) {
    const { at, order, fence, turn } = await climbing();
    at.stubborn = ["10.0.0.1"];
    const died = await at.world.dying({ call, when: "after" }, turn);
    expect(await turn()).toMatchObject({ kind: "waiting" });
    at.stubborn = [];
    expect([call, await turn()]).toEqual([call, { kind: "rolled-back", reason: "everybody has r41 again" }]);
    expect(at.written.map((split) => split.fence)).toEqual([fence, fence + 1]);
    expect((await at.world.ledger.trafficView(order)).fence).toBe(fence + 1);
    expect([at.isDeclared(), at.world.notices.some(({ title }) => title === "log-anomaly: everybody is back")]).toEqual([true, true]);
    if (!died) break;
  }
}, 60_000);

// The stage was taken for dead, and asked for its fence just before the first turn raised it.
test("P3 P7 however a stage and turns of giving up interleave, nothing is written over the way back", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.boolean(), async (seed, twice) => {
      const { at, order, fence, turn } = await climbing();
      const turns = new Interleaving(randomFrom(seed));
      const outside = at.world.outside.bind(at.world);
      at.world.outside = async (effect) => {
        await turns.turn();
        return outside(effect);
      };
      turns.start(() => setTraffic({ do: "set-traffic", order, fence, stage: 3 }, at.loop));
      turns.start(turn);
      if (twice) turns.start(turn);
      await turns.untilDone();
      at.world.outside = outside;
      expect(await turn()).toEqual({ kind: "rolled-back", reason: "everybody has r41 again" });
      expect([at.split.candidate, at.split.stable?.release, at.split.fence]).toEqual([undefined, "r41", fence + 1]);
      const back = at.written.findIndex(({ candidate }) => candidate === undefined);
      expect(at.written.slice(back).every(({ candidate }) => candidate === undefined)).toBe(true);
      expect(at.written.filter((split) => split.fence > fence)).toHaveLength(1);
    }),
    { numRuns: 25 },
  );
}, 60_000);
