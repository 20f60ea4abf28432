import { MODEL_METRICS, RULE_METRICS } from "../../../lambdas/domain/model-metrics";
import { MEASURED_RULE_NAMES } from "../../../lambdas/domain/rules";

// Requirements, section 8: the documents use several names for one thing; an alarm on one and a function that emits another never meet.
it("each metric about a model has one name, that CloudWatch and Prometheus take", () => {
  const names = Object.values(MODEL_METRICS);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^model_[a-z0-9_]{1,200}$/);
});

it("A1 A2 A4 A5 A6 A7 A10 every measured rule but feedback knows where its measure is found, and no metric is there for nothing", () => {
  expect(Object.keys(RULE_METRICS).sort()).toEqual(MEASURED_RULE_NAMES.filter((rule) => rule !== "feedback").sort());
  const used = Object.values(RULE_METRICS).flatMap(({ metric, evidence }) => [metric, evidence]);
  expect([...new Set([...used, MODEL_METRICS.dataFaults])].sort()).toEqual(Object.values(MODEL_METRICS).sort());
});
