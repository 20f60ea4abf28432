/** An alarm's properties in a template, of one metric or of metric math, as what is to be watched. */
import type { MeasuredSeries, MetricAlarm } from "../alarms/alarm";
import { NotRehearsedError } from "../outside/exchange";

export interface AlarmProperties {
  ComparisonOperator: string;
  Threshold: number;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  TreatMissingData?: string;
  Metrics?: MetricQuery[];
  MetricName?: string;
  Namespace?: string;
  Dimensions?: Dimension[];
  Statistic?: string;
  Period?: number;
}

interface Dimension {
  Name: string;
  Value: string;
}

interface MetricQuery {
  Id: string;
  Expression?: string;
  ReturnData?: boolean;
  MetricStat?: { Metric: { MetricName: string; Namespace: string; Dimensions?: Dimension[] }; Period: number; Stat: string };
}

export function metricAlarm(name: string, properties: AlarmProperties): MetricAlarm {
  const {
    ComparisonOperator,
    Threshold,
    EvaluationPeriods,
    DatapointsToAlarm = EvaluationPeriods,
    TreatMissingData = "missing",
  } = properties;
  return {
    ...{ name, comparison: ComparisonOperator, threshold: Threshold, treatMissing: TreatMissingData },
    ...{ evaluationPeriods: EvaluationPeriods, datapointsToAlarm: DatapointsToAlarm },
    ...(properties.Metrics === undefined ? ofOneMetric(properties) : ofMetricMath(name, properties.Metrics)),
  };
}

function ofOneMetric({ Namespace, MetricName, Dimensions, Statistic, Period }: AlarmProperties) {
  if (Namespace === undefined || MetricName === undefined || Statistic === undefined || Period === undefined) {
    throw new NotRehearsedError("alarms without a namespace, metric, statistic or period");
  }
  const series: MeasuredSeries[] = [
    { id: "m", namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions), statistic: Statistic },
  ];
  return { periodSeconds: Period, series, expression: "m" };
}

function ofMetricMath(name: string, metrics: readonly MetricQuery[]) {
  const returned = metrics.find(({ ReturnData = true }) => ReturnData);
  const measured = metrics.flatMap(({ Id, MetricStat }) => (MetricStat === undefined ? [] : [{ Id, ...MetricStat }]));
  const [first] = measured;
  if (first === undefined || returned === undefined) throw new NotRehearsedError(`the alarm ${name}, which measures nothing`);
  const series = measured.map(({ Id, Metric, Stat }) => ({
    ...{ id: Id, statistic: Stat, namespace: Metric.Namespace, name: Metric.MetricName },
    dimensions: dimensionsOf(Metric.Dimensions),
  }));
  return { periodSeconds: first.Period, series, expression: returned.Expression ?? returned.Id };
}

function dimensionsOf(dimensions: readonly Dimension[] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
}
