import { promote } from "../../../../lambdas/application/roll-out/promote";
import { THE_LOOP } from "../../../../lambdas/domain/ledger-audit";
import { hoursAfter } from "../../../../lambdas/domain/time";
import { RollOutWorld, splitOf } from "../../support/roll-out-world";

async function climbed(hundredths = 10_000) {
  const at = await RollOutWorld.make();
  const taken = await at.world.ledger.takeFence(at.order.line, at.order.run);
  if (taken.kind === "lost") throw new Error("no lock");
  const { fence } = taken;
  at.split = splitOf({ candidate: { release: "r42", slot: "b", hundredths }, fence });
  const change = { kind: "begun", fence, run: at.order.run, candidate: "r42", champion: "r41" } as const;
  await at.world.ledger.recordTraffic(at.order, change, THE_LOOP, at.now);
  return { at, ask: (again = false) => promote({ do: "promote", order: at.order, fence, reason: "all held", again }, at.loop) };
}

test("O7 a promoted release serves, and the old one is kept ready for as long as declared", async () => {
  const { at, ask } = await climbed();
  const kept = hoursAfter(at.now, 24);
  expect(await ask()).toEqual({ kind: "promoted", reason: `r42 is promoted: all held; r41 is kept ready until ${kept}` });
  expect(await ask()).toMatchObject({ kind: "promoted" });
  expect(at.split).toMatchObject({ stable: { release: "r42" }, previous: { release: "r41" } });
  expect((await at.world.ledger.trafficView(at.order)).promotion?.oldSlotKeptUntil).toBe(kept);
});

test("P5 nothing is promoted before the last stage", async () => {
  const { at, ask } = await climbed(5_000);
  expect(await ask()).toEqual({
    kind: "refused",
    reason: "stable is r42, which has 50 percent of users; a release is promoted from the last stage: let it climb to 100 first",
  });
  expect(at.split.stable?.release).toBe("r41");
});

test("O3 what was rolled back meanwhile is not promoted", async () => {
  const { at, ask } = await climbed();
  at.split = splitOf({ generation: 6 });
  expect(await ask()).toEqual({ kind: "refused", reason: "r42 is in the split no longer: somebody has taken it out" });
});

// Everything was stopped during the last stage, and the release was promoted all the same.
test.each([
  ["the stop switch is on", "stop"],
  ["the loop is in mode observe", "observe"],
] as const)("I12 while %s nothing is promoted, people are told once, and it goes on afterwards", async (why, how) => {
  const { at, ask } = await climbed();
  await at.withhold(how);
  const before = at.world.notices.length;
  const waits = { kind: "not-now", reason: `${why}: the promotion of r42 waits` };
  expect([await ask(), await ask(true)]).toEqual([waits, waits]);
  expect(at.world.notices.slice(before).map(({ lines }) => lines)).toEqual([[waits.reason]]);
  expect(at.split.stable?.release).toBe("r41");
  await at.withhold("nothing");
  expect(await ask()).toMatchObject({ kind: "promoted" });
});
