/** What a packaged model is made of, and so which of Triton's backends serves it. */
export enum ModelKind {
  /** `xgboost-model` or `xgboost.ubj`, served by FIL inside an ensemble. */
  XGBoost = "xgboost",
  /** CatBoost's own ONNX export, `model.onnx`, served by ONNX Runtime after the graph was rewritten. */
  CatBoost = "catboost",
  /** Any `model.onnx` that keeps the contract as it is. */
  Onnx = "onnx",
}

export const MODEL_KINDS = Object.values(ModelKind);

/** Where a model runs. */
export enum Accelerator {
  Cpu = "cpu",
  Gpu = "gpu",
}

/** Names of a variant's models in Triton. The first is the one that is called; all are loaded by name. */
export function tritonModelsOf(variant: string, kind: ModelKind): string[] {
  return kind === ModelKind.XGBoost ? [variant, `${variant}_fil`, `${variant}_label`] : [variant];
}
