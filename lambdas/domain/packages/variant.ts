/** From one trained model to the files of its models in Triton's repository. */
import { catBoostFaults, servedCatBoost } from "./catboost";
import { type ModelDescription } from "./description";
import { labelModel } from "./label-model";
import { modelConfigs } from "./model-config";
import { ModelKind, tritonModelsOf } from "./model-kind";
import { readOnnx } from "./onnx";
import { readyGraphFaults } from "./ready-graph";
import { UbjsonError } from "./ubjson";
import { WireError } from "./wire";
import { readXgboost, xgboostFaults, type XgboostModel } from "./xgboost";

export interface ReleaseFile {
  /** Below the release's prefix. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** What must be asked whether it answers like the trained model. */
export type Answering =
  | { readonly kind: "graph"; readonly graph: Uint8Array }
  | { readonly kind: "trees"; readonly trees: XgboostModel; readonly labelGraph: Uint8Array };

export interface PackagedVariant {
  readonly description: ModelDescription;
  /** Names in Triton; the first is the one that is called. */
  readonly models: readonly string[];
  readonly files: readonly ReleaseFile[];
  readonly answering: Answering;
}

export type Packaged =
  { readonly kind: "packaged"; readonly variant: PackagedVariant } | { readonly kind: "refused"; readonly faults: string[] };

/** A model's file is looked for under these names, in this order. SageMaker's XGBoost writes `xgboost-model`, without an ending. */
export const MODEL_FILES: Readonly<Record<ModelKind, readonly string[]>> = {
  [ModelKind.XGBoost]: ["xgboost.ubj", "xgboost-model", "model.ubj"],
  [ModelKind.CatBoost]: ["model.onnx"],
  [ModelKind.Onnx]: ["model.onnx"],
};

/** Triton's versions are numbers; a release is a version of its own, and needs one. */
const VERSION = "1";

/** An ensemble has no file, but its folder must be there, and S3 has no empty folders. */
const PLACEHOLDER = ".keep";

type Content = { readonly own: readonly Uint8Array[]; readonly answering: Answering } | { readonly faults: string[] };

export function packageVariant(origin: string, description: ModelDescription, files: ReadonlyMap<string, Uint8Array>): Packaged {
  const { name, kind, features, serving } = description;
  const names = MODEL_FILES[kind];
  const file = names.find((each) => files.has(each));
  if (file === undefined) {
    const held = [...files.keys()].sort().join(", ") || "nothing";
    return {
      kind: "refused",
      faults: [`${origin} holds ${held}; a model of the kind ${kind} is called ${names.join(" or ")}: add it under such a name`],
    };
  }
  const content = contentOf(`${origin}: ${file}`, description, files.get(file) ?? new Uint8Array());
  if ("faults" in content) return { kind: "refused", faults: content.faults };
  const models = tritonModelsOf(name, kind);
  const configs = modelConfigs({ name, kind, features: features.length, serving });
  const contentNames = kind === ModelKind.XGBoost ? [PLACEHOLDER, "xgboost.ubj", "model.onnx"] : ["model.onnx"];
  const packaged = models.flatMap((model, index) => [
    { path: `${model}/config.pbtxt`, content: new TextEncoder().encode(configs[index]?.text) },
    { path: `${model}/${VERSION}/${contentNames[index]}`, content: content.own[index] ?? new Uint8Array() },
  ]);
  return { kind: "packaged", variant: { description, models, files: packaged, answering: content.answering } };
}

function contentOf(file: string, description: ModelDescription, bytes: Uint8Array): Content {
  try {
    return description.kind === ModelKind.XGBoost ? xgboostContent(file, description, bytes) : graphContent(file, description, bytes);
  } catch (error) {
    if (!(error instanceof WireError || error instanceof UbjsonError || error instanceof TypeError)) throw error;
    const written = description.kind === ModelKind.XGBoost ? "XGBoost's save_model (UBJSON, the default since 2.1)" : "an ONNX export";
    return { faults: [`${file} cannot be read (${error.message}); ${written} is read: save the model so`] };
  }
}

function xgboostContent(file: string, { features, threshold }: ModelDescription, bytes: Uint8Array): Content {
  const trees = readXgboost(bytes);
  const faults = xgboostFaults(file, trees, features);
  if (faults.length > 0) return { faults };
  const labelGraph = labelModel(threshold);
  return { own: [new Uint8Array(), bytes, labelGraph], answering: { kind: "trees", trees, labelGraph } };
}

function graphContent(file: string, { kind, features, threshold }: ModelDescription, bytes: Uint8Array): Content {
  const model = readOnnx(bytes);
  const isExport = kind === ModelKind.CatBoost;
  const faults = isExport ? catBoostFaults(file, model, features.length) : readyGraphFaults(file, model, features.length);
  if (faults.length > 0) return { faults };
  const graph = isExport ? servedCatBoost(model, features.length, threshold) : bytes;
  // What was rewritten is judged like what a user brings: a mistake of the rewriting must not reach a pod either.
  const after = isExport ? readyGraphFaults(file, readOnnx(graph), features.length) : [];
  return after.length > 0 ? { faults: after } : { own: [graph], answering: { kind: "graph", graph } };
}
