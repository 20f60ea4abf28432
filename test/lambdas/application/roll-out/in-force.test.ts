import { inForce } from "../../../../lambdas/application/roll-out/in-force";
import { setTraffic } from "../../../../lambdas/application/roll-out/set-traffic";
import { firstWatch } from "../../../../lambdas/domain/roll-out/watch";
import { RollOutWorld, splitOf } from "../../support/roll-out-world";

async function set() {
  const at = await RollOutWorld.make();
  const taken = await at.world.ledger.takeFence(at.order.line, at.order.run);
  if (taken.kind === "lost") throw new Error("no lock");
  const { fence } = taken;
  at.stubborn = ["10.0.0.2"];
  await setTraffic({ do: "set-traffic", order: at.order, fence, stage: 0 }, at.loop);
  const since = at.now;
  return { at, ask: () => inForce({ do: "in-force", order: at.order, fence, stage: 0, since }, at.loop) };
}

// Half of the pods on the old split, and the stage's hours run: it would be judged by half of its users.
test("O1 a split is in force when every pod of the router runs it, and the stage begins then", async () => {
  const { at, ask } = await set();
  expect(await ask()).toEqual({ kind: "waiting", reason: "10.0.0.2 runs generation 4, and 5 was written" });
  at.stubborn = [];
  at.pass(3);
  expect(await ask()).toEqual({ kind: "in-force", watch: firstWatch(0, at.now) });
});

test("O3 a router that stays half replaced is waited for no longer than half an hour", async () => {
  const { at, ask } = await set();
  at.pass(30);
  expect(await ask()).toEqual({
    kind: "late",
    reason: "10.0.0.2 runs generation 4, and 5 was written, after 30 minutes: the router is half replaced",
  });
});

test("O3 a split that somebody has taken back is not waited for", async () => {
  const { at, ask } = await set();
  at.split = splitOf({ generation: 6 });
  expect(await ask()).toEqual({ kind: "stale", reason: "r42 is in the split no longer: somebody has taken it out" });
});

test("O1 a router without pods runs nothing", async () => {
  const { at, ask } = await set();
  at.routers = {};
  expect(await ask()).toEqual({ kind: "waiting", reason: "ab-router has no pod" });
});
