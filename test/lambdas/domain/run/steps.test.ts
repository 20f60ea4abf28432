import { closeRequestSchema, runPlanSchema } from "../../../../lambdas/domain/run/steps";
import { RUN_OUTCOMES } from "../../../../lambdas/domain/pending";
import { runPlan } from "./examples";

// A run that is under way keeps its machine and meets the newest functions: what one wrote, the other must read.
test("R10 a plan that went through the workflow as JSON is read as it was", () => {
  expect(runPlanSchema.parse(JSON.parse(JSON.stringify(runPlan())))).toEqual(runPlan());
});

test("R6 a version is closed with every outcome that answers what a run was started for, and with no other", () => {
  const finished = Object.entries(RUN_OUTCOMES).flatMap(([outcome, { answers }]) => (answers ? [outcome] : []));
  expect([...closeRequestSchema.shape.outcome.options].sort()).toEqual(finished.sort());
});
