import { promote } from "../../../../lambdas/application/roll-out/promote";
import { sleepOld } from "../../../../lambdas/application/roll-out/sleep-old";
import { THE_LOOP } from "../../../../lambdas/domain/ledger-audit";
import { RollOutWorld, splitOf } from "../../support/roll-out-world";

async function promoted() {
  const at = await RollOutWorld.make();
  const taken = await at.world.ledger.takeFence(at.order.line, at.order.run);
  if (taken.kind === "lost") throw new Error("no lock");
  const { fence } = taken;
  at.split = splitOf({ candidate: { release: "r42", slot: "b", hundredths: 10_000 }, fence });
  Object.assign(at.slots.b, { prefix: "releases/r42", asleep: false });
  const change = { kind: "begun", fence, run: at.order.run, candidate: "r42", champion: "r41" } as const;
  await at.world.ledger.recordTraffic(at.order, change, THE_LOOP, at.now);
  await promote({ do: "promote", order: at.order, fence, reason: "all held" }, at.loop);
  return at;
}

test("O7 the old slot sleeps once its time is over, and keeps what it holds", async () => {
  const at = await promoted();
  at.pass(24 * 60 - 1);
  expect(await sleepOld(at.loop)).toEqual({ kind: "swept", lines: [] });
  at.pass(1);
  expect(await sleepOld(at.loop)).toEqual({ kind: "swept", lines: ["log-anomaly"] });
  expect([at.slots.a, at.slots.b]).toMatchObject([{ asleep: true, prefix: "releases/r41" }, { asleep: false }]);
  expect(await sleepOld(at.loop)).toEqual({ kind: "swept", lines: [] });
});

test.each(["stop", "observe"] as const)("I12 while the loop may not act (%s) no slot is put to sleep", async (how) => {
  const at = await promoted();
  at.pass(25 * 60);
  await at.withhold(how);
  expect(await sleepOld(at.loop)).toEqual({ kind: "swept", lines: [] });
  await at.withhold("nothing");
  expect(await sleepOld(at.loop)).toEqual({ kind: "swept", lines: ["log-anomaly"] });
});

// A slot that was filled for the next run, put to sleep by the clock of the last one.
test("O7 a slot that holds something else by now is left alone", async () => {
  const at = await promoted();
  at.pass(25 * 60);
  at.slots.a.prefix = "releases/r43";
  expect(await sleepOld(at.loop)).toEqual({ kind: "swept", lines: [] });
});

test("O7 a line that cannot be looked at is told of", async () => {
  const at = await promoted();
  at.pass(25 * 60);
  const { loop } = at;
  const cluster = { ...loop.cluster, split: () => Promise.resolve({ kind: "refused" as const, reason: "may not" }) };
  await expect(sleepOld({ ...loop, cluster })).rejects.toThrow("1 lines could not be looked at");
});
