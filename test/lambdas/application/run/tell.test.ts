import { tell } from "../../../../lambdas/application/run/tell";
import { StepWorld } from "./step-world";

const decision = { event: "run.judged" as const, model: "log-anomaly", run: "run-1", reason: "it is good", values: { kind: "passed" } };

// A step whose answer was lost is tried again: a trail with two judgements of one run leaves open which one counted.
test("R6 what a run's step decided stands once in the trail, however often it is tried; another run's stands beside it", async () => {
  const world = await StepWorld.make();
  await tell(decision, world.loop);
  world.pass(30);
  await tell(decision, world.loop);
  await tell({ ...decision, run: "run-2" }, world.loop);
  world.pass(1);
  await tell({ ...decision, reason: "it is bad" }, world.loop);
  expect((await world.told()).map(({ reason, values }) => [reason, values])).toEqual([
    ["it is good", { run: "run-1", kind: "passed" }],
    ["it is good", { run: "run-2", kind: "passed" }],
    ["it is bad", { run: "run-1", kind: "passed" }],
  ]);
});
