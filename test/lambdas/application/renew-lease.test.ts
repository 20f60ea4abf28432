import { renewLease } from "../../../lambdas/application/renew-lease";
import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { inHours, signal } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

async function running(): Promise<TestWorld> {
  const world = await TestWorld.make({});
  await respondToSignal(signal(), world.loop);
  return world;
}

describe("R6 a run that asks whether it may go on", () => {
  it("keeps the lock that is its own, for as long as a lease lasts from now", async () => {
    const world = await running();
    world.pass(3);
    const answer = await renewLease({ run: world.lastRun(), model: THE_MODEL.model }, world.loop);
    expect(answer).toEqual({ kind: "renewed", leaseUntil: inHours(3 + world.loop.leaseHours) });
  });

  // An approver has two days; a lease of six hours would hand the model to another run meanwhile.
  it("keeps it for as long as it is about to wait, and a lease more", async () => {
    const world = await running();
    const answer = await renewLease({ run: world.lastRun(), model: THE_MODEL.model, waitHours: 48 }, world.loop);
    expect(answer).toEqual({ kind: "renewed", leaseUntil: inHours(48 + world.loop.leaseHours) });
  });

  // The starter slept; the hourly examination gave the model to another run.
  it("is told that it has lost it, and to whom", async () => {
    const world = await running();
    const run = world.lastRun();
    expect(await renewLease({ run: `${run}-older`, model: THE_MODEL.model }, world.loop)).toEqual({ kind: "lost", by: run });
    expect(world.decisions.at(-1)).toMatchObject({
      event: "retraining.overtaken",
      reason: `${run}-older has lost its lock to ${run}; it ends without having touched anything`,
    });
  });

  it("has lost it where its model is none of the loop's any more", async () => {
    const world = await running();
    expect(await renewLease({ run: world.lastRun(), model: THE_MODEL.model }, { ...world.loop, models: [] })).toEqual({ kind: "lost" });
  });

  it("is refused where it does not say who it is", async () => {
    const world = await running();
    await expect(renewLease({ model: THE_MODEL.model }, world.loop)).rejects.toThrow("run");
  });
});
