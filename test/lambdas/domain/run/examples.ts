import { type ModelSpec, type ModelSpecInput, modelSpecSchema } from "../../../../lambdas/domain/run/model-spec";
import { DEFAULT_GATES } from "../../../../lambdas/domain/run/gates";
import { planRun } from "../../../../lambdas/domain/run/plan";
import type { Champion, Evaluation, RunPlan, Scores } from "../../../../lambdas/domain/run/steps";
import { type RunOrder, runOrder } from "../../../../lambdas/domain/run-order";
import { NOW, pending, signal } from "../examples";

export const RUN = "log-anomaly-data-drift-2026030214-5be1c0de";

export function modelSpec(change: Partial<ModelSpecInput> = {}): ModelSpec {
  return modelSpecSchema.parse({
    ...{ model: "log-anomaly", line: "log-anomaly" },
    data: {
      ...{ database: "logs", table: "windows", workGroup: "loop", labelColumn: "is_anomaly", keyColumns: ["window_id"] },
      features: [{ name: "errors_mean", least: 0 }, { name: "cpu_mean", least: 0, most: 1 }, { name: "lines_slope" }],
    },
    variants: [
      { model: "anomaly_xgboost", role: "champion", kind: "xgboost" },
      { model: "anomaly_catboost", role: "challenger", kind: "catboost" },
    ],
    compute: { instanceType: "ml.m5.4xlarge" },
    gates: [...DEFAULT_GATES],
    governance: { automaticApproval: true },
    ...change,
  });
}

export function scores(change: Partial<Scores> = {}): Scores {
  return { f1: 0.93, precision: 0.95, recall: 0.91, accuracy: 0.96, auc: 0.98, p95Milliseconds: 4, ...change };
}

export function evaluation(change: Partial<Evaluation> = {}): Evaluation {
  return {
    schemaVersion: 1,
    holdout: { rows: 20_000, verifiedLabels: 20_000, from: "2026-02-28", until: "2026-03-01" },
    candidates: { anomaly_xgboost: scores(), anomaly_catboost: scores() },
    champion: { anomaly_xgboost: scores({ f1: 0.9 }), anomaly_catboost: scores({ f1: 0.9 }) },
    ...change,
  };
}

export function champion(change: Partial<Champion> = {}): Champion {
  const folder = "s3://artifacts/runs/log-anomaly-weekly-2026022202-00000000/jobs/evaluation/output/";
  return {
    ...{ version: "7", semanticVersion: "1.4.0", release: "log-anomaly-weekly-2026022202-00000000" },
    models: { anomaly_xgboost: folder, anomaly_catboost: folder },
    ...change,
  };
}

export function order(change: Partial<RunOrder> = {}): RunOrder {
  return { ...runOrder(RUN, 7, pending(signal())), ...change };
}

export function runPlan(change: Partial<ModelSpecInput> = {}, serving: Champion | undefined = champion()): RunPlan {
  const planned = planRun({ order: order(), startedAt: NOW, spec: modelSpec(change), champion: serving, artifacts: "s3://artifacts/" });
  if (planned.kind === "refused") throw new Error(planned.reason);
  return planned.plan;
}
