import type { MeasuredWindow, StageWindows } from "../../../../lambdas/domain/roll-out/stage-windows";
import { governanceSpecSchema, rollOutSpecSchema, type RollOutSpec } from "../../../../lambdas/domain/run/model-spec";
import type { RollOutOrder } from "../../../../lambdas/domain/run/steps";
import { minutesAfter, type Instant } from "../../../../lambdas/domain/time";
import { NOW } from "../examples";

export const SPEC: RollOutSpec = rollOutSpecSchema.parse({});

export const ORDER: RollOutOrder = {
  ...{ schemaVersion: 1, run: "log-anomaly-run-1", model: "log-anomaly", line: "log-anomaly", version: "12" },
  ...{ semanticVersion: "1.5.0", release: "r42", models: ["anomaly_xgboost"], askedBy: [] },
  governance: governanceSpecSchema.parse({ approvers: ["arn:aws:iam::123456789012:role/ml-lead"] }),
  rollOut: SPEC,
  serving: { namespace: "serving", server: "anomalies", router: "ab-router", releases: "s3://models/releases/" },
};

const GOOD: Omit<MeasuredWindow, "endedAt"> = { requests: 1_000, errorRate: 0.002, p95Milliseconds: 40, accuracy: 0.95, labels: 500 };

/** The newest last, one after the other. */
export function measured(count: number, change: Partial<MeasuredWindow> = {}, until: Instant = NOW, minutes = 5): MeasuredWindow[] {
  return Array.from({ length: count }, (_, index) => ({
    ...GOOD,
    endedAt: minutesAfter(until, -minutes * (count - 1 - index)),
    ...change,
  }));
}

export function windows(candidate: Partial<MeasuredWindow> = {}, champion: Partial<MeasuredWindow> = {}, count = 4): StageWindows {
  return { minutes: 5, candidate: measured(count, candidate), champion: measured(count, champion) };
}
