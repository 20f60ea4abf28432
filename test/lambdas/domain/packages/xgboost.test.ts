import { readXgboost, xgboostAnswer, xgboostFaults, type XgboostModel } from "../../../../lambdas/domain/packages/xgboost";
import { exampleModel } from "../../../support/example-models";

let model: XgboostModel;
let features: readonly string[];
beforeAll(async () => {
  const example = await exampleModel("xgboost");
  model = readXgboost(example.files.get("xgboost-model") ?? new Uint8Array());
  features = example.description.features;
});

it("reads what SageMaker's algorithm 3.0-5 saves", () => {
  expect(model).toMatchObject({ version: [3, 0, 5], booster: "gbtree", objective: "binary:logistic", features: 37, baseScore: 0.19375 });
  expect(model.trees).toHaveLength(60);
  expect(xgboostFaults("xgboost-model", model, features)).toEqual([]);
});

// Each of them fails on the pods only: when FIL loads the file, or worse, when it answers.
it.each<[string, Partial<XgboostModel>, string]>([
  [
    "a file newer than Triton reads",
    { version: [3, 3, 0] },
    "xgboost-model was written by XGBoost 3.3.0; Triton 26.07 is known to read files up to 3.2: train with that, or serve with a newer Triton",
  ],
  ["a linear model", { booster: "gblinear" }, "xgboost-model's booster is gblinear; only trees are served: train with booster=gbtree"],
  [
    "another objective",
    { objective: "reg:squarederror" },
    "xgboost-model's objective is reg:squarederror; the contract's probabilities are of two classes: train with objective=binary:logistic",
  ],
  [
    "many classes",
    { classes: 3 },
    "xgboost-model answers more than one question a row; the contract has one: train one target with two classes",
  ],
  [
    "another number of features",
    { features: 36 },
    "xgboost-model takes 36 features; the description lists 37: list the features that it was trained on, in that order",
  ],
  [
    "another order of features",
    { featureNames: ["lines_max", "lines_mean"] },
    "xgboost-model's feature 1 is lines_max; the description has lines_mean in that place: list them in the order in which it was trained",
  ],
])("refuses %s", (_title, departure, fault) => {
  expect(xgboostFaults("xgboost-model", { ...model, ...departure }, features)).toEqual([fault]);
});

it("refuses splits on categories", () => {
  const trees = model.trees.map((tree) => ({ ...tree, categorical: true }));
  expect(xgboostFaults("xgboost-model", { ...model, trees }, features)).toEqual([
    "xgboost-model splits on categories; the contract's features are numbers: encode them before training",
  ]);
});

it("sends a value below the split left, one on it right, and a missing one where the node says", () => {
  const numbers = (...values: number[]) => Float64Array.from(values);
  const stump = {
    left: numbers(1, -1, -1),
    right: numbers(2, -1, -1),
    feature: numbers(0, 0, 0),
    threshold: numbers(5, -1, 1),
    categorical: false,
    outputs: 1,
  };
  const answer = (value: number, missingGoesLeft: number) =>
    xgboostAnswer(
      { ...model, baseScore: 0.5, trees: [{ ...stump, missingGoesLeft: numbers(missingGoesLeft, 0, 0) }] },
      Float32Array.from([value]),
    ) > 0.5;
  expect([answer(4.9, 0), answer(5, 0), answer(5.1, 0), answer(Number.NaN, 0), answer(Number.NaN, 1)]).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});

it("refuses a file that is UBJSON, and no model", () => {
  expect(() => readXgboost(Uint8Array.from([0x7b, 0x7d]))).toThrow(new TypeError("No XGBoost file"));
});
