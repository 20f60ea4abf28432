import { ModelKind, tritonModelsOf } from "../../../../lambdas/domain/packages/model-kind";

// The server loads models by name: one that is packaged under another is simply not there.
it("names every model of a variant, first the one that is called", () => {
  expect(tritonModelsOf("anomaly_xgboost", ModelKind.XGBoost)).toEqual(["anomaly_xgboost", "anomaly_xgboost_fil", "anomaly_xgboost_label"]);
  expect(tritonModelsOf("anomaly_catboost", ModelKind.CatBoost)).toEqual(["anomaly_catboost"]);
  expect(tritonModelsOf("anomaly_torch", ModelKind.Onnx)).toEqual(["anomaly_torch"]);
});
