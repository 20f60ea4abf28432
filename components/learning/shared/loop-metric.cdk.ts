import type { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { LOOP_METRICS_NAMESPACE, LOOP_METRICS_SERVICE, type LoopMetric } from "../../../lambdas/domain/loop-metrics";

/** What the loop's functions count about themselves. */
export function loopMetric(metricName: LoopMetric, period: Duration): Metric {
  return new Metric({
    namespace: LOOP_METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: LOOP_METRICS_SERVICE },
    statistic: "Sum",
    period,
  });
}
