import { labelModel } from "../../../../lambdas/domain/packages/label-model";
import { readOnnx } from "../../../../lambdas/domain/packages/onnx";
import { outerOnnxRunner } from "../../../support/onnx-runtime";

// FIL gives no INT64, so this graph decides what is called an anomaly.
it("S1 labels 1 what lies above the threshold, and nothing on it", async () => {
  const positives = [0, 0.25, 0.5, 0.7, 0.70001, 1, Number.NaN].map(Math.fround);
  const values = Float32Array.from(positives.flatMap((positive) => [1 - positive, positive]));
  const runner = outerOnnxRunner();
  const at = async (threshold: number) => runner.run(labelModel(threshold), { name: "raw", values, columns: 2 });
  expect((await at(0.5)).labels).toEqual([0, 0, 0, 1, 1, 1, 0]);
  expect((await at(0.7)).labels).toEqual([0, 0, 0, 0, 1, 1, 0]);
  expect(Array.from((await at(0.7)).probabilities)).toEqual(Array.from(values));
});

it("gives label INT64[N,1] and probabilities FP32[N,2]", () => {
  expect(readOnnx(labelModel(0.5)).outputs).toEqual([
    { name: "label", type: "INT64", shape: ["N", 1] },
    { name: "probabilities", type: "FLOAT", shape: ["N", 2] },
  ]);
});
