import { keepLease, prefixOf, slotOf, stale } from "../../../../lambdas/application/roll-out/roll-out-loop";
import { hoursAfter } from "../../../../lambdas/domain/time";
import { ORDER } from "../../domain/roll-out/examples";
import { RollOutWorld } from "../../support/roll-out-world";

test("a step that may be followed by a wait renews the lease, and ends where the lock is another's", async () => {
  const at = await RollOutWorld.make();
  expect(await keepLease(at.order, at.loop)).toBeUndefined();
  at.world.now = hoursAfter(at.now, 5);
  expect(await keepLease(at.order, at.loop)).toBeUndefined();
  expect(await keepLease({ ...at.order, run: "another" }, at.loop)).toEqual({
    kind: "overtaken",
    reason: `another has lost its lock to ${at.order.run}`,
  });
});

test("places are named as the order names them", () => {
  expect(slotOf(ORDER, "b")).toEqual({ namespace: "serving", server: "anomalies", slot: "b" });
  expect(prefixOf(ORDER.serving, "r42")).toBe("releases/r42");
  expect(stale(3, 4).reason).toBe("the fence is 4 by now, and this run's is 3: somebody else decides about traffic");
});
