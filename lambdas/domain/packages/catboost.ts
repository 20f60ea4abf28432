/**
 * From CatBoost's ONNX export to a graph that Triton can serve under the contract.
 *
 * The export ends in a ZipMap, whose output (a list of maps) Triton refuses to load; its label is wrong for two classes; and with a bias it
 * writes `base_values` beside two weights a leaf, from which ONNX Runtime computes other probabilities (1.30 and 1.31: off by up to 0.98 for the
 * example with a bias). So the trees are taken over as a regressor of the positive class, whose meaning nobody disputes, and all that follows is
 * written anew.
 */
import { CONTRACT } from "./contract";
import { labelNodes, thresholdConstant } from "./label-model";
import {
  attributeText,
  ElementType,
  floatConstant,
  floatsAttribute,
  integerAttribute,
  integersAttribute,
  ML_DOMAIN,
  node,
  numbersOf,
  OPSET_VERSION,
  type OnnxModel,
  type OnnxNode,
  table,
  writeOnnx,
} from "./onnx";

const ENSEMBLE = "TreeEnsembleClassifier";
const PASSED_OVER = "ZipMap";
const POSITIVE = 1;

/** What is wrong with an export, or nothing. */
export function catBoostFaults(file: string, { nodes, inputs }: OnnxModel, features: number): string[] {
  const [ensemble, ...others] = nodes.filter(({ operator }) => operator !== PASSED_OVER);
  if (ensemble?.operator !== ENSEMBLE || others.length > 0) {
    const found = nodes.map(({ operator }) => operator).join(", ") || "nothing";
    return [
      `${file} holds ${found}; a CatBoost export holds ${ENSEMBLE} and ${PASSED_OVER}: export it with save_model(format="onnx"), or declare its kind as onnx`,
    ];
  }
  return [...featureFaults(file, inputs[0]?.shape?.[1], features), ...ensembleFaults(file, ensemble)];
}

function featureFaults(file: string, found: number | string | undefined, features: number): string[] {
  if (found === features) return [];
  const cure = "list the features that it was trained on, in that order";
  return [`${file} takes ${found ?? "an unknown number of"} features; the description lists ${features}: ${cure}`];
}

function ensembleFaults(file: string, ensemble: OnnxNode): string[] {
  const faults: string[] = [];
  const labels = numbersOf(ensemble, "classlabels_int64s");
  if (labels.join() !== "0,1") {
    const shown = labels.length === 0 ? "are no whole numbers" : `are ${labels.join(", ")}`;
    faults.push(`${file}'s classes ${shown}; the contract has the classes 0 and 1: train on labels 0 and 1`);
  }
  const transform = attributeText(ensemble, "post_transform");
  if (transform !== "LOGISTIC") {
    faults.push(
      `${file} ends in ${transform || "no transformation"}; the contract's probabilities are LOGISTIC: train with the loss Logloss`,
    );
  }
  const { ids, weights } = classWeights(ensemble);
  if (
    ids.some((id, index) => id !== index % 2) ||
    weights.some((weight, index) => index % 2 === POSITIVE && weight !== -(weights[index - 1] ?? 0))
  ) {
    faults.push(
      `${file}'s leaves have no pair of opposite weights; CatBoost 1.2 writes one for the classes 0 and 1 of each: export it with CatBoost 1.2`,
    );
  }
  return faults;
}

function classWeights(ensemble: OnnxNode): { ids: number[]; weights: number[] } {
  return { ids: numbersOf(ensemble, "class_ids"), weights: numbersOf(ensemble, "class_weights") };
}

/** Of an export without faults. */
export function servedCatBoost({ nodes, opsets }: OnnxModel, features: number, threshold: number): Uint8Array {
  const ensemble = nodes.find(({ operator }) => operator === ENSEMBLE);
  if (ensemble === undefined) throw new TypeError("Not an export of CatBoost: its faults were not asked for");
  const { label, probabilities, input } = CONTRACT;
  return writeOnnx({
    name: "catboost",
    nodes: [
      regressor(ensemble),
      node({ operator: "Sigmoid", inputs: ["margin"], outputs: ["positive"] }),
      node({ operator: "Sub", inputs: ["one", "positive"], outputs: ["negative"] }),
      node({
        operator: "Concat",
        inputs: ["negative", "positive"],
        outputs: [probabilities.name],
        attributes: [integerAttribute("axis", 1)],
      }),
      ...labelNodes("positive"),
    ],
    constants: [floatConstant("one", 1), thresholdConstant(threshold)],
    inputs: [table(input.name, ElementType.FLOAT, features)],
    outputs: [table(label.name, ElementType.INT64, label.columns), table(probabilities.name, ElementType.FLOAT, probabilities.columns)],
    opsets: { "": OPSET_VERSION, [ML_DOMAIN]: opsets.get(ML_DOMAIN) ?? 2 },
  });
}

/** The trees as they are, and of each leaf's two weights the one of the positive class; the bias is added once, in plain sight. */
function regressor(ensemble: OnnxNode): Uint8Array {
  const trees = [...ensemble.attributes].filter(([name]) => name.startsWith("nodes_")).map(([, bytes]) => bytes);
  const ofPositive = (name: string) => numbersOf(ensemble, name).filter((_, index) => index % 2 === POSITIVE);
  const weights = ofPositive("class_weights");
  const bias = numbersOf(ensemble, "base_values")[POSITIVE] ?? 0;
  return node({
    operator: "TreeEnsembleRegressor",
    domain: ML_DOMAIN,
    inputs: [CONTRACT.input.name],
    outputs: ["margin"],
    attributes: [
      ...trees,
      integersAttribute("target_treeids", ofPositive("class_treeids")),
      integersAttribute("target_nodeids", ofPositive("class_nodeids")),
      integersAttribute(
        "target_ids",
        weights.map(() => 0),
      ),
      floatsAttribute("target_weights", weights),
      integerAttribute("n_targets", 1),
      floatsAttribute("base_values", [bias]),
    ],
  });
}
