/**
 * The part of ONNX files that packaging reads and writes. Numbers of fields: onnx/onnx.proto of ONNX 1.19 (2025); none was ever reused.
 */
import { bytesField, integerField, joined, packedFloats, packedIntegers, textField, WireReader } from "./wire";

export interface OnnxModel {
  readonly irVersion: number;
  /** Domain ("" is ONNX's own) → version of its operators. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Constants whose content lies in another file, which nobody packs. */
  readonly external: readonly string[];
}

export interface OnnxNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** By name, not decoded: those of a tree ensemble are most of the file. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

export interface OnnxValue {
  readonly name: string;
  /** What it holds, in ONNX's words; `FLOAT` and `INT64` are the two of the contract. */
  readonly type: string;
  /** A number, or the name of what varies. Absent where the file does not say. */
  readonly shape?: readonly (number | string)[];
}

export const ML_DOMAIN = "ai.onnx.ml";

/** `TensorProto.DataType`. */
export enum ElementType {
  FLOAT = 1,
  UINT8 = 2,
  INT8 = 3,
  INT32 = 6,
  INT64 = 7,
  STRING = 8,
  BOOL = 9,
  FLOAT16 = 10,
  DOUBLE = 11,
}

/** `AttributeProto.AttributeType`. */
enum AttributeType {
  FLOAT = 1,
  INT = 2,
  STRING = 3,
  FLOATS = 6,
  INTS = 7,
}

const MODEL = { irVersion: 1, producer: 2, producerVersion: 3, graph: 7, opset: 8 };
const OPSET = { domain: 1, version: 2 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { name: 1, float: 2, integer: 3, text: 4, floats: 7, integers: 8, type: 20 };
const VALUE = { name: 1, type: 2 };
const TYPE = { tensor: 1, sequence: 4, map: 5 };
const TENSOR_TYPE = { elementType: 1, shape: 2 };
const DIMENSION = { value: 1, name: 2 };
const TENSOR = { dims: 1, dataType: 2, name: 8, raw: 9, location: 14 };

export function readOnnx(bytes: Uint8Array): OnnxModel {
  const opsets = new Map<string, number>();
  let irVersion = 0;
  let graph: Uint8Array = new Uint8Array();
  for (const reader = new WireReader(bytes); reader.next();) {
    if (reader.field === MODEL.irVersion) irVersion = reader.integer();
    if (reader.field === MODEL.graph) graph = reader.content();
    if (reader.field === MODEL.opset) opsets.set(textOf(reader.content(), OPSET.domain), integerOf(reader.content(), OPSET.version));
  }
  return { irVersion, opsets, ...readGraph(graph) };
}

function readGraph(bytes: Uint8Array): Omit<OnnxModel, "irVersion" | "opsets"> {
  const nodes: OnnxNode[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const external: string[] = [];
  for (const reader = new WireReader(bytes); reader.next();) {
    if (reader.field === GRAPH.node) nodes.push(readNode(reader.content()));
    if (reader.field === GRAPH.input) inputs.push(readValue(reader.content()));
    if (reader.field === GRAPH.output) outputs.push(readValue(reader.content()));
    if (reader.field === GRAPH.initializer && integerOf(reader.content(), TENSOR.location) !== 0) {
      external.push(textOf(reader.content(), TENSOR.name));
    }
  }
  return { nodes, inputs, outputs, external };
}

function readNode(bytes: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Uint8Array>();
  for (const reader = new WireReader(bytes); reader.next();) {
    if (reader.field === NODE.input) inputs.push(reader.text());
    if (reader.field === NODE.output) outputs.push(reader.text());
    if (reader.field === NODE.attribute) attributes.set(textOf(reader.content(), ATTRIBUTE.name), reader.content());
  }
  return { operator: textOf(bytes, NODE.operator), domain: textOf(bytes, NODE.domain), inputs, outputs, attributes };
}

function readValue(bytes: Uint8Array): OnnxValue {
  const name = textOf(bytes, VALUE.name);
  const type = partOf(bytes, VALUE.type);
  const tensor = partOf(type, TYPE.tensor);
  if (tensor.length === 0) return { name, type: isThere(type, TYPE.map) ? "map" : isThere(type, TYPE.sequence) ? "sequence" : "unknown" };
  const elementType = integerOf(tensor, TENSOR_TYPE.elementType);
  const value = { name, type: ElementType[elementType] ?? `type ${elementType}` };
  return isThere(tensor, TENSOR_TYPE.shape) ? { ...value, shape: readShape(partOf(tensor, TENSOR_TYPE.shape)) } : value;
}

function readShape(bytes: Uint8Array): (number | string)[] {
  const shape: (number | string)[] = [];
  for (const reader = new WireReader(bytes); reader.next();) {
    const dimension = reader.content();
    shape.push(isThere(dimension, DIMENSION.value) ? integerOf(dimension, DIMENSION.value) : textOf(dimension, DIMENSION.name));
  }
  return shape;
}

/** The numbers of a FLOATS or INTS attribute; none where it is absent. */
export function numbersOf({ attributes }: OnnxNode, name: string): number[] {
  const numbers: number[] = [];
  for (const reader = new WireReader(attributes.get(name) ?? new Uint8Array()); reader.next();) {
    if (reader.field === ATTRIBUTE.floats) reader.floats(numbers);
    if (reader.field === ATTRIBUTE.integers) reader.integers(numbers);
  }
  return numbers;
}

/** The text of a STRING attribute. */
export function attributeText({ attributes }: OnnxNode, name: string): string {
  return textOf(attributes.get(name) ?? new Uint8Array(), ATTRIBUTE.text);
}

function partOf(message: Uint8Array, field: number): Uint8Array {
  for (const reader = new WireReader(message); reader.next();) if (reader.field === field) return reader.content();
  return new Uint8Array();
}

function isThere(message: Uint8Array, field: number): boolean {
  for (const reader = new WireReader(message); reader.next();) if (reader.field === field) return true;
  return false;
}

function textOf(message: Uint8Array, field: number): string {
  return new TextDecoder().decode(partOf(message, field));
}

function integerOf(message: Uint8Array, field: number): number {
  for (const reader = new WireReader(message); reader.next();) if (reader.field === field) return reader.integer();
  return 0;
}

/** A graph to be written: its parts are messages already. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly Uint8Array[];
  readonly constants?: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
  readonly opsets: Readonly<Record<string, number>>;
}

/** Of ONNX 1.8, the first with operators of version 13; whatever reads newer files reads it. */
const IR_VERSION = 7;
export const OPSET_VERSION = 13;

export function writeOnnx({ name, nodes, constants = [], inputs, outputs, opsets }: OnnxGraph): Uint8Array {
  const graph = joined([
    ...nodes.map((node) => bytesField(GRAPH.node, node)),
    textField(GRAPH.name, name),
    ...constants.map((constant) => bytesField(GRAPH.initializer, constant)),
    ...inputs.map((input) => bytesField(GRAPH.input, input)),
    ...outputs.map((output) => bytesField(GRAPH.output, output)),
  ]);
  const versions = Object.entries(opsets).map(([domain, version]) =>
    bytesField(MODEL.opset, joined([textField(OPSET.domain, domain), integerField(OPSET.version, version)])),
  );
  return joined([
    integerField(MODEL.irVersion, IR_VERSION),
    textField(MODEL.producer, "modelloop"),
    bytesField(MODEL.graph, graph),
    ...versions,
  ]);
}

export interface NodeParts {
  readonly operator: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly Uint8Array[];
}

export function node({ operator, domain = "", inputs, outputs, attributes = [] }: NodeParts): Uint8Array {
  return joined([
    ...inputs.map((input) => textField(NODE.input, input)),
    ...outputs.map((output) => textField(NODE.output, output)),
    textField(NODE.name, `${operator}_${outputs[0]}`),
    textField(NODE.operator, operator),
    ...attributes.map((attribute) => bytesField(NODE.attribute, attribute)),
    ...(domain === "" ? [] : [textField(NODE.domain, domain)]),
  ]);
}

function attribute(name: string, type: AttributeType, value: Uint8Array): Uint8Array {
  return joined([textField(ATTRIBUTE.name, name), value, integerField(ATTRIBUTE.type, type)]);
}

export function integerAttribute(name: string, value: number): Uint8Array {
  return attribute(name, AttributeType.INT, integerField(ATTRIBUTE.integer, value));
}

export function integersAttribute(name: string, values: readonly number[]): Uint8Array {
  return attribute(name, AttributeType.INTS, packedIntegers(ATTRIBUTE.integers, values));
}

export function floatsAttribute(name: string, values: readonly number[]): Uint8Array {
  return attribute(name, AttributeType.FLOATS, packedFloats(ATTRIBUTE.floats, values));
}

export function floatConstant(name: string, value: number): Uint8Array {
  const raw = new Uint8Array(4);
  new DataView(raw.buffer).setFloat32(0, value, true);
  return constant(name, ElementType.FLOAT, raw);
}

export function integerConstant(name: string, value: number): Uint8Array {
  const raw = new Uint8Array(8);
  new DataView(raw.buffer).setBigInt64(0, BigInt(value), true);
  return constant(name, ElementType.INT64, raw);
}

/** A list of one: the dimension that it brings is the one that the operators here keep. */
function constant(name: string, type: ElementType, raw: Uint8Array): Uint8Array {
  return joined([
    integerField(TENSOR.dims, 1),
    integerField(TENSOR.dataType, type),
    textField(TENSOR.name, name),
    bytesField(TENSOR.raw, raw),
  ]);
}

/** A table with any number of rows. */
export function table(name: string, type: ElementType, columns: number): Uint8Array {
  const rows = bytesField(1, textField(DIMENSION.name, "N"));
  const shape = joined([rows, bytesField(1, integerField(DIMENSION.value, columns))]);
  const tensor = joined([integerField(TENSOR_TYPE.elementType, type), bytesField(TENSOR_TYPE.shape, shape)]);
  return joined([textField(VALUE.name, name), bytesField(VALUE.type, bytesField(TYPE.tensor, tensor))]);
}
