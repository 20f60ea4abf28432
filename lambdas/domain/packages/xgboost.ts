/** What an XGBoost file (UBJSON, `save_model`) says of itself, and whether FIL can serve it under the contract. */
import { TRITON_READS } from "./contract";
import { type NumberArray, readUbjson, type Ubjson } from "./ubjson";

export interface XgboostModel {
  readonly version: readonly number[];
  readonly booster: string;
  readonly objective: string;
  readonly classes: number;
  readonly targets: number;
  readonly features: number;
  /** Empty where the trainer was given none, as SageMaker's is from CSV. */
  readonly featureNames: readonly string[];
  readonly baseScore: number;
  readonly trees: readonly XgboostTree[];
}

export interface XgboostTree {
  readonly left: NumberArray;
  readonly right: NumberArray;
  readonly feature: NumberArray;
  /** Of a leaf its value. */
  readonly threshold: NumberArray;
  readonly missingGoesLeft: NumberArray;
  readonly categorical: boolean;
  readonly outputs: number;
}

type Group = Record<string, Ubjson>;

/** @throws UbjsonError where the bytes are no UBJSON, TypeError where they are another file's. */
export function readXgboost(bytes: Uint8Array): XgboostModel {
  const file = group(readUbjson(bytes));
  const learner = group(file["learner"]);
  const parameters = group(learner["learner_model_param"]);
  const booster = group(learner["gradient_booster"]);
  const count = (name: string) => Number(parameters[name] ?? 0);
  return {
    version: numbers(file["version"]),
    booster: text(booster["name"]),
    objective: text(group(learner["objective"])["name"]),
    classes: count("num_class"),
    targets: count("num_target"),
    features: count("num_feature"),
    featureNames: list(learner["feature_names"]).map(text),
    baseScore: baseScore(text(parameters["base_score"])),
    trees: booster["name"] === "gbtree" ? list(group(booster["model"])["trees"]).map(tree) : [],
  };
}

/** One number, or since 3.1 a list of them as text. */
function baseScore(written: string): number {
  const [first = "", ...others] = written.replace(/^\[|\]$/g, "").split(",");
  return others.length === 0 ? Number(first) : Number.NaN;
}

function tree(each: Ubjson): XgboostTree {
  const parts = group(each);
  return {
    left: array(parts["left_children"]),
    right: array(parts["right_children"]),
    feature: array(parts["split_indices"]),
    threshold: array(parts["split_conditions"]),
    missingGoesLeft: array(parts["default_left"]),
    categorical: array(parts["split_type"]).some((type) => type !== 0),
    outputs: Number(group(parts["tree_param"])["size_leaf_vector"] ?? 1),
  };
}

export function xgboostFaults(file: string, model: XgboostModel, features: readonly string[]): string[] {
  const { version, booster, objective, classes, targets, trees } = model;
  const [major = 0, minor = 0] = version;
  const [newestMajor, newestMinor] = TRITON_READS.xgboost;
  const faults: string[] = [];
  if (major > newestMajor || (major === newestMajor && minor > newestMinor)) {
    const rule = `Triton ${TRITON_READS.triton} is known to read files up to ${newestMajor}.${newestMinor}`;
    faults.push(`${file} was written by XGBoost ${version.join(".")}; ${rule}: train with that, or serve with a newer Triton`);
  }
  if (booster !== "gbtree") faults.push(`${file}'s booster is ${booster}; only trees are served: train with booster=gbtree`);
  if (objective !== "binary:logistic") {
    faults.push(
      `${file}'s objective is ${objective}; the contract's probabilities are of two classes: train with objective=binary:logistic`,
    );
  }
  if (classes > 1 || targets > 1 || trees.some(({ outputs }) => outputs > 1) || Number.isNaN(model.baseScore)) {
    faults.push(`${file} answers more than one question a row; the contract has one: train one target with two classes`);
  }
  if (trees.some(({ categorical }) => categorical)) {
    faults.push(`${file} splits on categories; the contract's features are numbers: encode them before training`);
  }
  return [...faults, ...featureFaults(file, model, features)];
}

function featureFaults(file: string, { features, featureNames }: XgboostModel, listed: readonly string[]): string[] {
  if (features !== listed.length) {
    const cure = "list the features that it was trained on, in that order";
    return [`${file} takes ${features} features; the description lists ${listed.length}: ${cure}`];
  }
  const at = featureNames.findIndex((name, index) => name !== listed[index]);
  if (at < 0) return [];
  const cure = "list them in the order in which it was trained";
  return [`${file}'s feature ${at + 1} is ${featureNames[at]}; the description has ${listed[at]} in that place: ${cure}`];
}

/**
 * The probability of the positive class, as the trees of the file say it: a value below the split goes left, a missing one where its node says,
 * leaves are summed in single precision in the order of the trees. These are Treelite's rules, which FIL follows. FIL itself does not run here:
 * what this proves is that the file means what the trainer computed, not that FIL computes it.
 */
export function xgboostAnswer({ trees, baseScore }: XgboostModel, row: Float32Array): number {
  let margin = Math.fround(Math.log(baseScore / (1 - baseScore)));
  for (const tree of trees) margin = Math.fround(margin + leafOf(tree, row));
  return 1 / (1 + Math.exp(-margin));
}

function leafOf({ left, right, feature, threshold, missingGoesLeft }: XgboostTree, row: Float32Array): number {
  let node = 0;
  for (let next = left[node] ?? -1; next >= 0; next = left[node] ?? -1) {
    const value = row[feature[node] ?? 0] ?? Number.NaN;
    const goesLeft = Number.isNaN(value) ? missingGoesLeft[node] === 1 : value < (threshold[node] ?? 0);
    node = goesLeft ? next : (right[node] ?? 0);
  }
  return threshold[node] ?? 0;
}

function group(value: Ubjson | undefined): Group {
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    throw new TypeError("No XGBoost file");
  return value;
}

function list(value: Ubjson | undefined): Ubjson[] {
  return Array.isArray(value) ? value : [];
}

function numbers(value: Ubjson | undefined): number[] {
  return ArrayBuffer.isView(value) ? Array.from(value) : list(value).map(Number);
}

function array(value: Ubjson | undefined): NumberArray {
  return ArrayBuffer.isView(value) ? value : Float64Array.from(numbers(value));
}

function text(value: Ubjson | undefined): string {
  if (typeof value !== "string") throw new TypeError("No XGBoost file");
  return value;
}
