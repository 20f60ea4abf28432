/**
 * Log lines and metrics. The tracer is left out: it stands on X-Ray's SDK, which gets no more than security fixes (maintenance mode
 * since 2026-02-25), patches the HTTP module of the whole process, and would make each bundle a third of a megabyte larger. Lambda's active tracing still shows each invocation,
 * and every log line carries its trace.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { LOOP_METRICS, LOOP_METRICS_NAMESPACE, LOOP_METRICS_SERVICE } from "../domain/loop-metrics";
import type { Logbook } from "../ports/logbook";

export const logger = new Logger({ serviceName: LOOP_METRICS_SERVICE });

const metrics = new Metrics({ namespace: LOOP_METRICS_NAMESPACE, serviceName: LOOP_METRICS_SERVICE });

/** Metrics leave as log lines of their own, at once: a function that dies at the next step has still told what it decided. */
export const powertoolsLogbook: Logbook = {
  decided({ event, model, reason, values }) {
    logger.info(event, { event, ...(model !== undefined && { model }), reason, values });
    const single = metrics.singleMetric();
    single.addDimension("decision", event);
    single.addMetric(LOOP_METRICS.decisions, MetricUnit.Count, 1);
  },
  counted(metric, what) {
    logger.warn(metric, what);
    metrics.singleMetric().addMetric(metric, MetricUnit.Count, 1);
  },
};
