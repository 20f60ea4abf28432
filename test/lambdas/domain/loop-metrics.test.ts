import { LOOP_METRICS, LOOP_METRICS_NAMESPACE } from "../../../lambdas/domain/loop-metrics";

// An alarm on a metric that nobody emits stays silent for ever, so the names are one table for both sides.
it("the loop's metrics have names of their own that CloudWatch takes", () => {
  const names = Object.values(LOOP_METRICS);
  expect(new Set(names).size).toBe(names.length);
  for (const name of [...names, LOOP_METRICS_NAMESPACE]) expect(name).toMatch(/^[A-Za-z]{1,255}$/);
});
