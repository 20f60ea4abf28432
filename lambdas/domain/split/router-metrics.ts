/**
 * What the router measures of each variant and release, under one name each: for the loop's stage checks, the dashboards and the alarms. The
 * names that documents and other tools use for the same thing stand beside it.
 */
import { NOBODYS } from "./split";

export interface RouterMetric {
  /** Name in Prometheus. */
  name: string;
  kind: "counter" | "histogram";
  labels: readonly string[];
  says: string;
  /** Other names for the same thing; none of them is exported. */
  insteadOf: readonly string[];
}

/** How a request ended, as the label `outcome` has it. */
export const OUTCOMES = {
  ok: "ok",
  /** Answered with 5xx, or the model was not there. Counts against the release. */
  error: "error",
  /** Answered with 4xx: the caller's fault. */
  refused: "refused",
  /** The caller did not wait for the answer. */
  cancelled: "cancelled",
} as const;

export const ROUTER_METRICS = {
  predictions: {
    name: "ab_test_predictions_total",
    kind: "counter",
    labels: ["variant", "release", "outcome"],
    says: `Requests by how they ended; variant and release are "${NOBODYS}" where no model was asked.`,
    insteadOf: ["requests_total", "nv_inference_request_success", "nv_inference_request_failure"],
  },
  latency: {
    name: "ab_test_prediction_latency_seconds",
    kind: "histogram",
    labels: ["variant", "release"],
    says: "Seconds until the model server had answered; without the time that callers take to send and to read.",
    insteadOf: ["request_duration_seconds", "model_latency_seconds", "nv_inference_request_duration_us"],
  },
} as const satisfies Record<string, RouterMetric>;

/** Beyond 1 s on purpose: where the last bound is 1.0, a P95 can never be seen above 1,000 ms, and the alarm on it (A5) never fires. */
export const LATENCY_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10] as const;

export interface MeasuredArm {
  release: string;
  /** All variants where it is absent. */
  variant?: string | undefined;
}

export interface StageQueries {
  /** Requests that a model answered, or should have. */
  requests: string;
  /** 0 to 1; no value where there were no requests. */
  errorRate: string;
  p95Milliseconds: string;
}

/** What a stage is judged by (O2), as PromQL over the last minutes of one arm. */
export function stageQueries({ release, variant }: MeasuredArm, minutes: number): StageQueries {
  const { predictions, latency } = ROUTER_METRICS;
  const arm = `release="${release}"${variant === undefined ? "" : `,variant="${variant}"`}`;
  const judged = `${OUTCOMES.ok}|${OUTCOMES.error}`;
  const requests = `sum(increase(${predictions.name}{${arm},outcome=~"${judged}"}[${minutes}m]))`;
  return {
    requests,
    errorRate: `(sum(increase(${predictions.name}{${arm},outcome="${OUTCOMES.error}"}[${minutes}m])) or vector(0)) / (${requests} > 0)`,
    p95Milliseconds: `1000 * histogram_quantile(0.95, sum by (le) (rate(${latency.name}_bucket{${arm}}[${minutes}m])))`,
  };
}
