import { LONGEST_RUN_HOURS, REPORTED_OUTCOMES } from "../../../../components/learning/retraining-workflow/retraining-workflow";
import { runReportSchema } from "../../../../lambdas/domain/run-order";
import { retrainingEnvironmentSchema } from "../../../../lambdas/runtime/loop-environment";

// What the workflow calls an outcome and the loop does not know ends as "failed", and the same data is trained again.
test("R6 every outcome that the workflow lets pass is one that the loop reads, and all that the loop reads pass", () => {
  expect([...REPORTED_OUTCOMES].sort()).toEqual([...runReportSchema.shape.outcome.options].sort());
});

// A run that outlives its lease is taken for dead, and a second one begins beside it.
test("R7 a run ends before its lease does", () => {
  expect(LONGEST_RUN_HOURS).toBeLessThan(retrainingEnvironmentSchema.shape.LEASE_HOURS.parse(undefined));
});
