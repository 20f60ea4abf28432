/** CloudWatch's GetMetricData, where no Prometheus runs: the questions of a stage's check, answered from the traffic. Any other is refused by name. */
import { MODEL_METRICS } from "../../../lambdas/domain/model-metrics";
import { NotRehearsedError } from "../outside/exchange";
import type { Traffic } from "./traffic";

interface MetricQuery {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[] };
    /** Seconds. */
    readonly Period: number;
    readonly Stat: string;
  };
}

export interface MetricDataRequest {
  readonly MetricDataQueries: readonly MetricQuery[];
  /** Seconds since the epoch. */
  readonly StartTime: number;
  readonly EndTime: number;
}

/** Without points where nothing was measured: CloudWatch returns no zeros of its own. */
export function stageMetricData(traffic: Traffic, variantShare: (variant: string) => number) {
  return ({ MetricDataQueries, StartTime, EndTime }: MetricDataRequest): object => ({
    MetricDataResults: MetricDataQueries.map((query) => {
      const points: (readonly [at: number, value: number])[] = [];
      const period = query.MetricStat.Period;
      // A period belongs to the answer where its beginning does (API reference, "GetMetricData").
      for (let at = Math.ceil(StartTime / period) * period; at < EndTime; at += period) {
        const value = valueOf(query, at * 1_000, (at + period) * 1_000, traffic, variantShare);
        if (value !== undefined) points.unshift([at, value]);
      }
      return { Id: query.Id, StatusCode: "Complete", Timestamps: points.map(([at]) => at), Values: points.map(([, value]) => value) };
    }),
  });
}

function valueOf(
  { MetricStat: { Metric, Stat } }: MetricQuery,
  from: number,
  until: number,
  traffic: Traffic,
  variantShare: (variant: string) => number,
): number | undefined {
  const dimension = (name: string) => Metric.Dimensions.find(({ Name }) => Name === name)?.Value;
  const [release = "", variant] = [dimension("release"), dimension("variant")];
  const measured = traffic.measure(release, from, until, variant === undefined ? 1 : variantShare(variant));
  const labelled = traffic.facts.labelled?.(release, until, variant);
  const asked = `${Stat} of ${Metric.MetricName}`;
  switch (asked) {
    case `Sum of ${MODEL_METRICS.requests}`:
      return measured.requests > 0 ? measured.requests : undefined;
    case `Average of ${MODEL_METRICS.errorRate}`:
      return measured.requests > 0 ? measured.errorRate : undefined;
    case `Average of ${MODEL_METRICS.latencyP95Milliseconds}`:
      return measured.requests > 0 ? measured.p95Milliseconds : undefined;
    case `Average of ${MODEL_METRICS.accuracy}`:
      return labelled?.accuracy;
    case `Maximum of ${MODEL_METRICS.labels}`:
      return labelled?.labels;
    default:
      throw new NotRehearsedError(`monitoring GetMetricData for ${asked}`);
  }
}
