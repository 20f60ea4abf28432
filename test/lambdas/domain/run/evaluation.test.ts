import { readEvaluation } from "../../../../lambdas/domain/run/evaluation";
import { evaluation } from "./examples";

const read = (text: string | undefined) => readEvaluation("evaluation.json", text, ["anomaly_xgboost", "anomaly_catboost"]);

test("R3 what the evaluation wrote is read whole", () => {
  expect(read(JSON.stringify(evaluation()))).toEqual({ kind: "read", evaluation: evaluation() });
});

test.each<[string, string | undefined, string[]]>([
  ["is not there", undefined, ["evaluation.json is missing; nothing is known of the models: look at the job that evaluates"]],
  [
    "has no metric of a model",
    JSON.stringify({ ...evaluation(), candidates: { anomaly_xgboost: { f1: 1 } } }),
    ["precision", "recall", "accuracy", "auc", "p95Milliseconds"].map(
      (name) =>
        `evaluation.json: candidates.anomaly_xgboost.${name} cannot be read (Invalid input: expected number, received undefined): look at the job that evaluates`,
    ),
  ],
  [
    "forgets a model",
    JSON.stringify(evaluation({ candidates: { anomaly_xgboost: evaluation().candidates["anomaly_xgboost"] as never } })),
    ["evaluation.json has no candidate anomaly_catboost; every model of a release is judged: look at the job that evaluates"],
  ],
])("R3 one that %s is refused in whole sentences", (_what, text, faults) => {
  expect(read(text)).toEqual({ kind: "unreadable", faults });
});

// JSON has no NaN; Python writes one all the same, and no reader of ours may take it for a number.
test("R3 a metric that is not a number is no metric", () => {
  const outcome = read(JSON.stringify(evaluation()).replace('"f1":0.93', '"f1":NaN'));
  expect(outcome.kind).toBe("unreadable");
});
