import { catBoostFaults, servedCatBoost } from "../../../../lambdas/domain/packages/catboost";
import { numbersOf, type OnnxModel, type OnnxNode, readOnnx } from "../../../../lambdas/domain/packages/onnx";
import { floatsAttribute, integersAttribute } from "../../../../lambdas/domain/packages/onnx";
import { bytesField, joined, textField } from "../../../../lambdas/domain/packages/wire";
import { exampleModel } from "../../../support/example-models";

let exported: OnnxModel;
beforeAll(async () => {
  exported = readOnnx((await exampleModel("catboost-biased")).files.get("model.onnx") ?? new Uint8Array());
});

/** The export with some of its trees' attributes replaced. */
function departing(...attributes: [string, Uint8Array][]): OnnxModel {
  const [ensemble, ...others] = exported.nodes as [OnnxNode, ...OnnxNode[]];
  return { ...exported, nodes: [{ ...ensemble, attributes: new Map([...ensemble.attributes, ...attributes]) }, ...others] };
}

it("finds no fault with an export of CatBoost", () => {
  expect(catBoostFaults("model.onnx", exported, 37)).toEqual([]);
});

it("refuses other graphs, other counts of features, other classes and other losses, in sentences", () => {
  const text = joined([textField(1, "post_transform"), bytesField(4, new TextEncoder().encode("SOFTMAX"))]);
  expect(catBoostFaults("model.onnx", { ...exported, nodes: [] }, 37)).toEqual([
    'model.onnx holds nothing; a CatBoost export holds TreeEnsembleClassifier and ZipMap: export it with save_model(format="onnx"), or declare its kind as onnx',
  ]);
  expect(catBoostFaults("model.onnx", exported, 36)).toEqual([
    "model.onnx takes 37 features; the description lists 36: list the features that it was trained on, in that order",
  ]);
  expect(
    catBoostFaults(
      "model.onnx",
      departing(["classlabels_int64s", integersAttribute("classlabels_int64s", [0, 1, 2])], ["post_transform", text]),
      37,
    ),
  ).toEqual([
    "model.onnx's classes are 0, 1, 2; the contract has the classes 0 and 1: train on labels 0 and 1",
    "model.onnx ends in SOFTMAX; the contract's probabilities are LOGISTIC: train with the loss Logloss",
  ]);
  expect(catBoostFaults("model.onnx", departing(["class_weights", floatsAttribute("class_weights", [1, 1])]), 37)).toEqual([
    "model.onnx's leaves have no pair of opposite weights; CatBoost 1.2 writes one for the classes 0 and 1 of each: export it with CatBoost 1.2",
  ]);
});

// The bias that ONNX Runtime applied to the wrong class is the reason why the trees become a regressor.
it("adds the bias once, to the positive class, and keeps the trees byte by byte", () => {
  const served = readOnnx(servedCatBoost(exported, 37, 0.5));
  const [trees] = served.nodes as [OnnxNode];
  const [ensemble] = exported.nodes as [OnnxNode];
  expect(served.nodes.map(({ operator }) => operator)).toEqual(["TreeEnsembleRegressor", "Sigmoid", "Sub", "Concat", "Greater", "Cast"]);
  expect(numbersOf(trees, "base_values")).toEqual([Math.fround(-1.425825238033038)]);
  for (const name of ["nodes_values", "nodes_modes", "nodes_truenodeids"])
    expect(trees.attributes.get(name)).toEqual(ensemble.attributes.get(name));
  expect(numbersOf(trees, "target_weights")).toEqual(numbersOf(ensemble, "class_weights").filter((_, index) => index % 2 === 1));
});
