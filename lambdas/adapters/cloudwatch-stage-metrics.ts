/** The same from CloudWatch, where no Prometheus runs: the metrics of `model-metrics.ts` with the release as a third dimension. */
import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { MODEL_METRICS, MODEL_METRICS_NAMESPACE, type ModelMetric } from "../domain/model-metrics";
import type { MeasuredWindow } from "../domain/roll-out/stage-windows";
import { instant, minutesAfter, minutesBetween, type Instant } from "../domain/time";
import type { StageMetrics } from "../ports/stage-metrics";
import { PATIENCE } from "./http-patience";

/** Metrics are a minute or two on their way; what ends later is not complete yet. */
const LATE_MINUTES = 2;

const STATISTICS = {
  requests: [MODEL_METRICS.requests, "Sum"],
  errorRate: [MODEL_METRICS.errorRate, "Average"],
  p95Milliseconds: [MODEL_METRICS.latencyP95Milliseconds, "Average"],
  accuracy: [MODEL_METRICS.accuracy, "Average"],
  labels: [MODEL_METRICS.labels, "Maximum"],
} as const satisfies Record<string, [ModelMetric, string]>;

type Measure = keyof typeof STATISTICS;
const MEASURES = Object.keys(STATISTICS) as Measure[];

export function cloudWatchStageMetrics(environment: string, client = new CloudWatchClient(PATIENCE)): StageMetrics {
  const read = async (dimensions: Record<string, string>, minutes: number, from: Instant, until: Instant) => {
    const Dimensions = Object.entries({ environment, ...dimensions }).map(([Name, Value]) => ({ Name, Value }));
    const queries = MEASURES.map((measure): MetricDataQuery => {
      const [MetricName, Stat] = STATISTICS[measure];
      return {
        Id: measure.toLowerCase(),
        MetricStat: { Metric: { Namespace: MODEL_METRICS_NAMESPACE, MetricName, Dimensions }, Period: minutes * 60, Stat },
      };
    });
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({ MetricDataQueries: queries, StartTime: new Date(from), EndTime: new Date(until) }),
    );
    return (measure: Measure, at: Instant): number | undefined => {
      const result = MetricDataResults.find(({ Id }) => Id === measure.toLowerCase());
      const index = (result?.Timestamps ?? []).findIndex((time) => instant(time) === at);
      return result?.Values?.[index];
    };
  };

  return {
    async windows({ model, release }, { minutes, count, until }) {
      const period = minutes * 60_000;
      const newest = instant(Math.floor(Date.parse(minutesAfter(until, -LATE_MINUTES)) / period) * period);
      const earliest = minutesAfter(until, -minutes * count);
      const begins = Array.from({ length: count }, (_, index) => minutesAfter(newest, -minutes * (count - index))).filter(
        (at) => at >= earliest,
      );
      const [first] = begins;
      if (first === undefined) return [];
      const at = await read({ model, release }, minutes, first, newest);
      return begins.map((begin): MeasuredWindow => ({
        ...{ endedAt: minutesAfter(begin, minutes), requests: at("requests", begin) ?? 0, labels: at("labels", begin) ?? 0 },
        ...{
          errorRate: at("errorRate", begin) ?? NaN,
          p95Milliseconds: at("p95Milliseconds", begin) ?? NaN,
          accuracy: at("accuracy", begin) ?? NaN,
        },
      }));
    },

    variants: ({ model, release }, variants, since, until) =>
      Promise.all(
        variants.map(async (variant) => {
          // One period over all of it; CloudWatch takes whole minutes only.
          const minutes = Math.max(1, Math.ceil(minutesBetween(since, until)));
          const begin = instant(Math.floor(Date.parse(since) / 60_000) * 60_000);
          const at = await read({ model, release, variant }, minutes, begin, minutesAfter(begin, minutes));
          const labels = Math.round(at("labels", begin) ?? 0);
          return {
            variant,
            requests: Math.round(at("requests", begin) ?? 0),
            labels,
            correct: Math.round((at("accuracy", begin) ?? 0) * labels),
          };
        }),
      ),
  };
}
