import { parse } from "yaml";
import { mlModelText } from "../../../../lambdas/domain/registry/ml-model";
import { NOW } from "../examples";

it("M1 makes the folder a model for MLflow, with what is in it and whose it is", () => {
  const text = mlModelText({
    ...{ run: "run-1", release: "release-1", semanticVersion: "1.10", archive: "jobs/evaluation/output/model.tar.gz", createdAt: NOW },
    variants: { anomaly_xgboost: "xgboost", anomaly_catboost: "catboost" },
  });
  expect(parse(text)).toEqual({
    utc_time_created: "2026-03-02 14:15:00.000",
    flavors: {
      modelloop: {
        ...{ schema_version: 1, archive: "jobs/evaluation/output/model.tar.gz" },
        variants: { anomaly_xgboost: "xgboost", anomaly_catboost: "catboost" },
      },
    },
    metadata: { run: "run-1", release: "release-1", semantic_version: "1.10" },
  });
});
