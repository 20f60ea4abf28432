import { reasonsForApproval, type RiskQuestion, versionChange } from "../../../../lambdas/domain/run/risk";
import { champion, evaluation, modelSpec, scores } from "./examples";

const spec = modelSpec();
const LOW: RiskQuestion = { governance: spec.governance, variants: spec.variants, champion: champion(), evaluation: evaluation() };
const reasons = (change: Partial<RiskQuestion>) => reasonsForApproval({ ...LOW, ...change });
const accuracies = (serving: number, candidate: number) =>
  evaluation({
    candidates: { anomaly_xgboost: scores({ accuracy: candidate }), anomaly_catboost: scores() },
    champion: { anomaly_xgboost: scores({ accuracy: serving }), anomaly_catboost: scores() },
  });

test("R4 where nothing speaks against it, nobody is asked", () => {
  expect(reasons({})).toEqual([]);
});

test.each<[string, Partial<RiskQuestion>, string]>([
  [
    "automatic approval is off",
    { governance: { ...spec.governance, automaticApproval: false } },
    "automatic approval is off for this model",
  ],
  [
    "it is the first day",
    { champion: undefined, evaluation: evaluation({ champion: undefined }) },
    "it is the model's first day: nothing has served that it could be compared with",
  ],
  [
    "the accuracy drops by more than five points",
    { evaluation: accuracies(0.97, 0.9199) },
    "the accuracy of anomaly_xgboost drops by 5.01 points, from 0.97 to 0.9199; more than 5 is a person's decision",
  ],
  [
    "a variant is new",
    { champion: champion({ models: { anomaly_xgboost: "s3://a/" } }) },
    "the architecture is new: anomaly_catboost, anomaly_xgboost instead of anomaly_xgboost",
  ],
  [
    "a variant is of another kind",
    { champion: champion({ kinds: { anomaly_xgboost: "catboost", anomaly_catboost: "catboost" } }) },
    "the architecture is new: anomaly_xgboost is xgboost, and was catboost",
  ],
  [
    "there are few verified labels",
    { evaluation: evaluation({ holdout: { rows: 900, verifiedLabels: 900, from: "a", until: "b" } }) },
    "the holdout has 900 verified labels; a decision without a person takes 1000",
  ],
])("R4 a person decides where %s", (_what, change, reason) => {
  expect(reasons(change)).toEqual([reason]);
});

// 0.95 - 0.90 is 0.04999999999999993, and 0.96 - 0.91 is 0.04999999999999999: neither is "more than 5", nor is 5 itself.
test.each([
  [0.95, 0.9],
  [0.96, 0.91],
  [1, 0.95],
])("R4 a drop of exactly five points, from %d to %d, is no reason", (old, now) => {
  expect(reasons({ evaluation: accuracies(old, now) })).toEqual([]);
});

test.each([
  [["data-drift"], champion(), "retraining"],
  [["code-push"], champion(), "fix"],
  [["code-push", "weekly"], champion(), "retraining"],
  [["code-push"], champion({ models: { other: "s3://a/" } }), "architecture"],
  [[], undefined, "retraining"],
] as const)("R5 a run for %j is, after that champion, another version by %#", (rules, serving, change) => {
  expect(versionChange(spec.variants, serving, rules)).toBe(change);
});
