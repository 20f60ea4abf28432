/**
 * The metrics that are emitted about a model, by their canonical names: whoever emits one and whoever alarms on it take the name from here,
 * because an alarm on a name that nobody emits never fires and never says so.
 */
import type { MeasuredRuleName } from "./rules";

/** Each with the dimensions environment and model. */
export const MODEL_METRICS_NAMESPACE = "modelloop/models";

export const MODEL_METRICS = {
  /** Checks of the data that failed: missing values, volume, schema, range. 0 where all passed; whoever checks emits it before any psi. */
  dataFaults: "model_data_faults",
  /** Of the worst feature, against the baseline. */
  driftPsi: "model_drift_psi",
  /** Of the predictions. */
  predictionPsi: "model_prediction_psi",
  /** Effective rows behind either. */
  driftRows: "model_drift_rows",
  accuracy: "model_accuracy",
  /** Of the baseline's accuracy. */
  accuracyDropPercent: "model_accuracy_drop_percent",
  /** Predictions whose truth is known. */
  labels: "model_labels",
  precision: "model_precision",
  /** Labelled rows that the model called positive. */
  calledPositive: "model_called_positive",
  recall: "model_recall",
  /** Labelled rows that are positive. */
  positive: "model_positive",
  latencyP95Milliseconds: "model_latency_p95_milliseconds",
  errorRate: "model_error_rate",
  requests: "model_requests",
} as const;

export type ModelMetric = (typeof MODEL_METRICS)[keyof typeof MODEL_METRICS];

/** Where a rule's measure is found, and how much lies behind it. */
export interface RuleMetrics {
  metric: ModelMetric;
  evidence: ModelMetric;
}

/** Feedback has none: the ledger counts it and makes the signal itself. */
export const RULE_METRICS: Readonly<Record<Exclude<MeasuredRuleName, "feedback">, RuleMetrics>> = {
  "data-drift": { metric: MODEL_METRICS.driftPsi, evidence: MODEL_METRICS.driftRows },
  "prediction-drift": { metric: MODEL_METRICS.predictionPsi, evidence: MODEL_METRICS.driftRows },
  "accuracy-drop": { metric: MODEL_METRICS.accuracyDropPercent, evidence: MODEL_METRICS.labels },
  "accuracy-floor": { metric: MODEL_METRICS.accuracy, evidence: MODEL_METRICS.labels },
  "accuracy-collapse": { metric: MODEL_METRICS.accuracy, evidence: MODEL_METRICS.labels },
  precision: { metric: MODEL_METRICS.precision, evidence: MODEL_METRICS.calledPositive },
  recall: { metric: MODEL_METRICS.recall, evidence: MODEL_METRICS.positive },
  latency: { metric: MODEL_METRICS.latencyP95Milliseconds, evidence: MODEL_METRICS.requests },
  "error-rate": { metric: MODEL_METRICS.errorRate, evidence: MODEL_METRICS.requests },
};
