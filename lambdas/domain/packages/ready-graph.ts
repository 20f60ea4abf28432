/** Whether an ONNX graph can be served as it is. What packaging writes must pass, and so must a graph that a user brings. */
import { CONTRACT } from "./contract";
import { ML_DOMAIN, type OnnxModel, type OnnxValue } from "./onnx";

/**
 * Newest operators that a package may use: those of ONNX 1.16, which ONNX Runtime 1.18 and all later ones read (its documentation, "ONNX Runtime
 * compatibility"); Triton 26.07 has 1.27. Newer ones may be served as well, but nothing here was held against them.
 */
export const NEWEST_OPSETS: ReadonlyMap<string, number> = new Map([
  ["", 21],
  [ML_DOMAIN, 5],
]);

const RUNTIME_TYPES: Readonly<Record<string, string>> = { FP32: "FLOAT", INT64: "INT64" };

export function readyGraphFaults(file: string, model: OnnxModel, features: number): string[] {
  const { input, label, probabilities } = CONTRACT;
  return [
    ...operatorFaults(file, model),
    ...opsetFaults(file, model),
    ...model.external.map((name) => `${file} keeps ${name} in another file; a package has one file: save it with its data inside`),
    ...valueFaults(file, "takes", model.inputs, [{ ...input, columns: features }]),
    ...valueFaults(file, "gives", model.outputs, [label, probabilities]),
  ];
}

function operatorFaults(file: string, { nodes }: OnnxModel): string[] {
  const zipped = nodes.some(({ operator }) => operator === "ZipMap");
  if (!zipped) return [];
  return [
    `${file} holds a ZipMap; Triton refuses to load its output, a list of maps: declare the kind catboost, or convert with the option zipmap=False`,
  ];
}

function opsetFaults(file: string, { opsets }: OnnxModel): string[] {
  return [...opsets].flatMap(([domain, version]) => {
    const newest = NEWEST_OPSETS.get(domain);
    const name = domain === "" ? "ONNX" : domain;
    if (newest === undefined) return [`${file} uses operators of ${name}; Triton's ONNX Runtime has none of these: export it without them`];
    return version <= newest
      ? []
      : [
          `${file} uses operators of ${name} ${version}; ${newest} is the newest that is known to be served: export it with opset ${newest}`,
        ];
  });
}

interface Wanted {
  readonly name: string;
  readonly type: string;
  readonly columns: number;
}

function valueFaults(file: string, verb: string, found: readonly OnnxValue[], wanted: readonly Wanted[]): string[] {
  const right = wanted.length === found.length && wanted.every((each) => found.some((value) => isWanted(value, each)));
  if (right) return [];
  const shown = found.map(({ name, type, shape }) => `${name} ${type}[${shape?.join() ?? "?"}]`).join(", ") || "nothing";
  const rule = wanted.map(({ name, type, columns }) => `${name} ${RUNTIME_TYPES[type]}[N,${columns}]`).join(", ");
  return [`${file} ${verb} ${shown}; the contract has ${rule}: rename and cast in the graph`];
}

function isWanted({ name, type, shape }: OnnxValue, wanted: Wanted): boolean {
  const [rows, columns] = shape ?? [];
  return (
    name === wanted.name &&
    type === RUNTIME_TYPES[wanted.type] &&
    shape?.length === 2 &&
    columns === wanted.columns &&
    typeof rows === "string"
  );
}
