import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { sweep } from "../../../lambdas/application/sweep";
import { inHours, signal } from "../domain/examples";
import { TestWorld } from "../support/test-loop";

// EventBridge delivers a run's end at best effort. A promoted run held its lock for six hours, and then the very same was trained again.
it("R6 ends a run whose workflow has written down its end and whose event was lost, by that end", async () => {
  const world = await TestWorld.make();
  await respondToSignal(signal(), world.loop);
  const run = world.lastRun();
  world.pass(1);
  await world.workflowWrites("promoted");
  await sweep(world.loop);
  expect(world.notices.map(({ key }) => key)).not.toContain(`${run}/ended`);
  world.pass(1);
  await sweep(world.loop);
  expect(world.notices.find(({ key }) => key === `${run}/ended`)).toMatchObject({
    title: `log-anomaly: run ${run} ended: promoted`,
    lines: [`its workflow wrote down promoted at ${inHours(1)}, and no event told of it`],
  });
  expect((await world.trail()).find(({ event }) => event === "retraining.ended")).toMatchObject({ time: inHours(1), values: { run } });
  world.pass(7);
  await sweep(world.loop);
  expect(world.orders).toHaveLength(1);
  await respondToSignal(signal({ firedAt: world.now }), world.loop);
  expect((await world.trail()).findLast(({ event }) => event === "retraining.pend")).toMatchObject({ values: { lastEndedAt: inHours(1) } });
});

// An aborted run is killed before it could write anything: only its lease tells that it is gone.
it("R6 leaves a run without a written end its lock until its lease ends", async () => {
  const world = await TestWorld.make();
  await respondToSignal(signal(), world.loop);
  for (let hour = 0; hour < 6; hour++) {
    world.pass(1);
    await sweep(world.loop);
  }
  expect(world.orders).toHaveLength(1);
  world.pass(1);
  await sweep(world.loop);
  expect(world.orders).toHaveLength(2);
});
