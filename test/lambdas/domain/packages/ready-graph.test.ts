import { labelModel } from "../../../../lambdas/domain/packages/label-model";
import { type OnnxModel, readOnnx } from "../../../../lambdas/domain/packages/onnx";
import { readyGraphFaults } from "../../../../lambdas/domain/packages/ready-graph";

const ready: OnnxModel = { ...readOnnx(labelModel(0.5)), inputs: [{ name: "input", type: "FLOAT", shape: ["N", 37] }] };

it("finds no fault with a graph that keeps the contract", () => {
  expect(readyGraphFaults("model.onnx", ready, 37)).toEqual([]);
});

// Each of these loads on a laptop and fails on every pod of the slot at once.
it.each<[string, Partial<OnnxModel>, string]>([
  [
    "operators that are newer than what is known to be served",
    { opsets: new Map([["", 25]]) },
    "model.onnx uses operators of ONNX 25; 21 is the newest that is known to be served: export it with opset 21",
  ],
  [
    "operators of others",
    { opsets: new Map([["com.example", 1]]) },
    "model.onnx uses operators of com.example; Triton's ONNX Runtime has none of these: export it without them",
  ],
  [
    "content in another file",
    { external: ["weights"] },
    "model.onnx keeps weights in another file; a package has one file: save it with its data inside",
  ],
  [
    "a fixed number of rows",
    { inputs: [{ name: "input", type: "FLOAT", shape: [1, 37] }] },
    "model.onnx takes input FLOAT[1,37]; the contract has input FLOAT[N,37]: rename and cast in the graph",
  ],
  [
    "double precision",
    { inputs: [{ name: "input", type: "DOUBLE", shape: ["N", 37] }] },
    "model.onnx takes input DOUBLE[N,37]; the contract has input FLOAT[N,37]: rename and cast in the graph",
  ],
  [
    "no outputs",
    { outputs: [] },
    "model.onnx gives nothing; the contract has label INT64[N,1], probabilities FLOAT[N,2]: rename and cast in the graph",
  ],
])("refuses %s", (_title, departure, fault) => {
  expect(readyGraphFaults("model.onnx", { ...ready, ...departure }, 37)).toEqual([fault]);
});
