import protobuf from "protobufjs";
import {
  ElementType,
  floatConstant,
  floatsAttribute,
  integerAttribute,
  integersAttribute,
  node,
  numbersOf,
  readOnnx,
  table,
  writeOnnx,
} from "../../../../lambdas/domain/packages/onnx";

/** The same part of onnx.proto, as another implementation is told of it. */
const { root } = protobuf.parse(`syntax = "proto2";
  message AttributeProto { optional string name = 1; optional int64 i = 3; repeated float floats = 7; repeated int64 ints = 8; optional int32 type = 20; }
  message NodeProto { repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4; repeated AttributeProto attribute = 5; optional string domain = 7; }
  message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; }
  message Shape { repeated Dimension dim = 1; }
  message Tensor { optional int32 elem_type = 1; optional Shape shape = 2; }
  message TypeProto { optional Tensor tensor_type = 1; }
  message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
  message TensorProto { repeated int64 dims = 1; optional int32 data_type = 2; optional string name = 8; optional bytes raw_data = 9; optional int32 data_location = 14; }
  message GraphProto { repeated NodeProto node = 1; optional string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
  message Opset { optional string domain = 1; optional int64 version = 2; }
  message ModelProto { optional int64 ir_version = 1; optional string producer_name = 2; optional GraphProto graph = 7; repeated Opset opset_import = 8; }`);
const Model = root.lookupType("ModelProto");

const graph = {
  name: "probe",
  nodes: [
    node({
      operator: "Trees",
      domain: "ai.onnx.ml",
      inputs: ["x"],
      outputs: ["y"],
      attributes: [integerAttribute("axis", 1), integersAttribute("ids", [0, 300]), floatsAttribute("weights", [0.5, -2])],
    }),
  ],
  constants: [floatConstant("half", 0.5)],
  inputs: [table("x", ElementType.FLOAT, 37)],
  outputs: [table("y", ElementType.INT64, 1)],
  opsets: { "": 13, "ai.onnx.ml": 2 },
};

it("writes a model that another implementation reads as it was meant", () => {
  const decoded = Model.toObject(Model.decode(writeOnnx(graph)), { longs: Number, bytes: Array }) as Record<string, unknown>;
  const value = (name: string, type: number, columns: number) => ({
    name,
    type: { tensorType: { elemType: type, shape: { dim: [{ dimParam: "N" }, { dimValue: columns }] } } },
  });
  expect(decoded).toEqual({
    irVersion: 7,
    producerName: "modelloop",
    graph: {
      name: "probe",
      node: [
        {
          input: ["x"],
          output: ["y"],
          name: "Trees_y",
          opType: "Trees",
          domain: "ai.onnx.ml",
          attribute: [
            { name: "axis", i: 1, type: 2 },
            { name: "ids", ints: [0, 300], type: 7 },
            { name: "weights", floats: [0.5, -2], type: 6 },
          ],
        },
      ],
      initializer: [{ dims: [1], dataType: 1, name: "half", rawData: [0, 0, 0, 63] }],
      input: [value("x", 1, 37)],
      output: [value("y", 7, 1)],
    },
    opsetImport: [
      { domain: "", version: 13 },
      { domain: "ai.onnx.ml", version: 2 },
    ],
  });
});

// Exporters write numbers one by one or packed, and a name behind its values: both are the same model.
it("reads a model that another implementation wrote", () => {
  const attribute = { name: "ids", ints: [1, 2, 3], type: 7 };
  const bytes = Model.encode(
    Model.fromObject({
      irVersion: 3,
      graph: {
        node: [{ input: ["features"], output: ["label"], opType: "Trees", attribute: [attribute] }],
        initializer: [{ name: "far", dataLocation: 1 }, { name: "near" }],
        input: [{ name: "features", type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: "N" }, { dimValue: 3 }] } } } }],
        output: [{ name: "label", type: {} }],
      },
      opsetImport: [{ domain: "ai.onnx.ml", version: 2 }],
    }),
  ).finish();
  const model = readOnnx(bytes);
  expect(model).toMatchObject({
    irVersion: 3,
    opsets: new Map([["ai.onnx.ml", 2]]),
    inputs: [{ name: "features", type: "FLOAT", shape: ["N", 3] }],
    outputs: [{ name: "label", type: "unknown" }],
    external: ["far"],
  });
  expect(model.nodes.map((each) => numbersOf(each, "ids"))).toEqual([[1, 2, 3]]);
});
