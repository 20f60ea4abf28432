import fc from "fast-check";
import { giveUp } from "../../../../lambdas/application/roll-out/give-up";
import { carryOutRollBack } from "../../../../lambdas/application/roll-out/roll-back";
import { setTraffic } from "../../../../lambdas/application/roll-out/set-traffic";
import { decideAtOnce } from "../../../../lambdas/domain/decide-at-once";
import { THE_LOOP } from "../../../../lambdas/domain/ledger-audit";
import { signal } from "../../domain/examples";
import { Interleaving, randomFrom } from "../../support/interleaving";
import { manifestOf, RollOutWorld, splitOf } from "../../support/roll-out-world";

const PROMOTED = { stable: { release: "r42", slot: "b" as const }, previous: { release: "r41", slot: "a" as const } };

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

// Whoever throws the switch means it, and looks for themselves.
test("O3 while the loop is stopped a roll-out that fails leaves users where they are, and says so", async () => {
  const { at } = await climbing();
  await at.world.ledger.setStopped(true, { user: "ada", reason: "an incident", now: at.now });
  expect(await giveUp({ do: "give-up", order: at.order, reason: "a step failed" }, at.loop)).toEqual({
    kind: "withheld",
    reason: "the stop switch is on: users of r42 stay where they are; a step failed",
  });
  expect(at.split.candidate).toMatchObject({ release: "r42", hundredths: 5_000 });
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

/** As the operator does it: from the fence on, nobody may write traffic but by this order. */
async function orderedByHand(at: RollOutWorld, [from, to]: [string, string]) {
  const { line, model } = at.order;
  at.manifests[to] ??= manifestOf(to);
  const record = { schemaVersion: 1, event: "traffic.roll-back", model, user: "ada", time: at.now, reason: "calls", values: {} } as const;
  const fence = await at.world.ledger.raiseFence(line, record, { from, to });
  return { schemaVersion: 1, kind: "roll-back", line, model, from, to, fence, reason: "calls", aborts: at.order.run } as const;
}

const roundOf = async (at: RollOutWorld) =>
  (await at.world.trail()).filter(({ event }) => event === "traffic.roll-back").map(({ user, values }) => [user, values["fence"]]);

// The first turn raised the fence over the order of a person who had been answered that traffic follows: it was dropped, and nobody told them.
test("O5 a roll-back that a person has ordered just before is the one that is carried out", async () => {
  const { at, order, fence, turn } = await climbing();
  const byHand = await orderedByHand(at, ["r41", "r30"]);
  expect(await turn()).toEqual({ kind: "rolled-back", reason: "everybody has r30 again" });
  expect(at.split).toMatchObject({ stable: { release: "r30" }, fence: fence + 1 });
  expect([at.split.candidate, at.isDeclared(), await roundOf(at)]).toEqual([undefined, true, [["ada", fence + 1]]]);
  expect(await carryOutRollBack(byHand, at.loop)).toMatchObject({ kind: "rolled-back" });
  expect((await at.world.ledger.trafficView(order)).ordered).toBeUndefined();
  expect(at.world.notices.at(-1)).toMatchObject({
    title: "log-anomaly: everybody is back",
    lines: ["from r41 to r30", "everybody has r30 again", "calls"],
  });
});

// A slot has to be loaded, and pods to be replaced: what the first turn gave way to, the second one overwrote.
test("O5 a turn that gives way is followed by turns that do, with no fence of their own", async () => {
  const { at, fence, turn } = await climbing();
  await orderedByHand(at, ["r41", "r30"]);
  at.notReady = ["anomaly_xgboost"];
  expect(await turn()).toMatchObject({ kind: "waiting" });
  expect(at.split).toMatchObject({ stable: { release: "r41" } });
  at.notReady = [];
  at.stubborn = ["10.0.0.1"];
  expect(await turn()).toMatchObject({ kind: "waiting", reason: "10.0.0.1 runs generation 5, and 7 was written" });
  at.stubborn = [];
  expect(await turn()).toEqual({ kind: "rolled-back", reason: "everybody has r30 again" });
  expect([at.split.fence, await roundOf(at)]).toEqual([fence + 1, [["ada", fence + 1]]]);
});

// It had just been promoted, and the ledger did not know it: the person meant to leave what they took for the serving release.
test("O5 gives way also where the release had everybody by then", async () => {
  const { at, fence, turn } = await climbing();
  await orderedByHand(at, ["r41", "r30"]);
  at.split = splitOf({ ...PROMOTED, fence });
  expect(await turn()).toEqual({ kind: "rolled-back", reason: "everybody has r30 again" });
  expect(at.split.stable?.release).toBe("r30");
});

// The operator died between the two, and the person was told that nothing is known of their request.
test("O5 it is carried out also where it never came to its queue, and while the loop is stopped", async () => {
  const { at, turn } = await climbing();
  await at.world.ledger.setStopped(true, { user: "ada", reason: "an incident", now: at.now });
  await orderedByHand(at, ["r41", "r30"]);
  expect(await turn()).toMatchObject({ kind: "rolled-back" });
  expect(at.split.stable?.release).toBe("r30");
});

test("O5 where it cannot be carried out, users are home, and a person is woken", async () => {
  const { at, turn } = await climbing();
  await orderedByHand(at, ["r41", "r30"]);
  delete at.manifests["r30"];
  expect(await turn()).toMatchObject({ kind: "refused" });
  expect(at.world.notices.at(-1)).toMatchObject({ page: true, title: "log-anomaly: the roll-back could not be carried out" });
  expect([at.split.stable?.release, at.isDeclared()]).toEqual(["r41", true]);
});

test("O5 a run that nobody has its release of raises no fence over it", async () => {
  const at = await RollOutWorld.make();
  const byHand = await orderedByHand(at, ["r41", "r30"]);
  expect(await giveUp({ do: "give-up", order: at.order, reason: "overtaken" }, at.loop)).toEqual({
    kind: "untouched",
    reason: "r41 serves, and r42 has no users: ada has ordered traffic back just before; overtaken",
  });
  expect(await carryOutRollBack(byHand, at.loop)).toMatchObject({ kind: "rolled-back", reason: "everybody has r30 again" });
});

// The person had looked at what the alarm only counts. It raised the fence over their order, and everybody got the release that they did not want.
test("A4 O5 an alarm that fires behind an order goes the order's way, and so does the run that gives up behind both", async () => {
  const { at, order, fence, turn } = await climbing();
  const byHand = await orderedByHand(at, ["r41", "r30"]);
  const bad = signal({ rule: "accuracy-floor", subject: undefined, reason: "accuracy 0.81" });
  const question = { subject: order, signal: bad, now: at.now };
  const decisions = await at.world.ledger.beginAtOnce(question, (view) => decideAtOnce(bad, view, at.now));
  expect(decisions[0]).toMatchObject({ kind: "roll-back", from: "r41", to: "r30", aborts: order.run, fence: fence + 2 });
  expect(await turn()).toEqual({ kind: "rolled-back", reason: "everybody has r30 again" });
  expect(at.split).toMatchObject({ stable: { release: "r30" }, fence: fence + 2 });
  expect(await carryOutRollBack({ ...byHand, fence: fence + 2 }, at.loop)).toMatchObject({ kind: "rolled-back" });
  expect((await at.world.ledger.trafficView(order)).ordered).toBeUndefined();
});

// In the ledger it was done as soon as the split was written: the run raised the fence while pods still followed, and the person who had everybody
// where they wanted them was told that another order had overtaken theirs.
test("O5 a run that gives up while the pods still follow an order raises no fence over it", async () => {
  const { at, fence, turn } = await climbing();
  const byHand = { ...(await orderedByHand(at, ["r41", "r30"])), user: "ada" };
  at.stubborn = ["10.0.0.1"];
  expect(await carryOutRollBack(byHand, at.loop)).toMatchObject({ kind: "waiting" });
  expect(await turn()).toEqual({ kind: "untouched", reason: "r30 serves, and r42 has no users: errors" });
  at.stubborn = [];
  expect(await carryOutRollBack(byHand, at.loop)).toEqual({ kind: "rolled-back", reason: "everybody has r30 again" });
  expect([at.split.fence, at.world.notices.at(-1)?.title]).toEqual([fence + 1, "log-anomaly: everybody is back"]);
});

// Whoever died over an order, and one among the dead letters, must not keep the loop from bringing users home.
test("O3 an order that nobody has carried out for hours is waited for no more", async () => {
  const { at, fence, turn } = await climbing();
  await orderedByHand(at, ["r41", "r30"]);
  at.pass(121);
  expect(await turn()).toEqual({ kind: "rolled-back", reason: "everybody has r41 again" });
  expect(await roundOf(at)).toEqual([
    ["ada", fence + 1],
    [THE_LOOP, fence + 2],
  ]);
});

test("O5 P7 however an order, its first delivery and turns of giving up interleave, users end where the person wants them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const { at, turn } = await climbing();
      const turns = new Interleaving(randomFrom(seed));
      const outside = at.world.outside.bind(at.world);
      at.world.outside = async (effect) => {
        await turns.turn();
        return outside(effect);
      };
      let byHand: Awaited<ReturnType<typeof orderedByHand>> | undefined;
      turns.start(async () => {
        byHand = await orderedByHand(at, ["r41", "r30"]);
        return carryOutRollBack(byHand, at.loop).catch(() => undefined);
      });
      turns.start(() => turn().catch(() => undefined));
      await turns.untilDone();
      at.world.outside = outside;
      if (byHand === undefined) throw new Error("nothing was ordered");
      // Delivered again until it is done, unless its fence was raised over: which the turn may only have done before it.
      const answer = await carryOutRollBack(byHand, at.loop);
      expect([answer.kind, at.split.stable?.release, at.split.candidate]).toEqual(["rolled-back", "r30", undefined]);
    }),
    { numRuns: 25 },
  );
}, 60_000);
