/**
 * What Fluent Bit makes of the router's log: the metrics of `router-metrics.ts`, by their names there. Its configuration is YAML, and JSON is YAML.
 * Keys: docs.fluentbit.io/manual/5.0, "Syslog", "Parser", "Logs to metrics", "Prometheus exporter".
 */
import { LATENCY_BUCKETS_SECONDS, ROUTER_METRICS, type RouterMetric } from "../../../lambdas/domain/split/router-metrics";

const TAGS = { log: "router", metrics: "metrics" };

/** Metrics go on to the exporter this often: half of the shortest time between two scrapes. */
const FLUSH_SECONDS = 2;

export interface MeasuringPlaces {
  readonly listenPort: number;
  readonly metricsPort: number;
  /** Pods are asked from outside, tests from inside. */
  readonly metricsHost: string;
}

export function measuringConfiguration({ listenPort, metricsPort, metricsHost }: MeasuringPlaces): string {
  const { predictions, latency } = ROUTER_METRICS;
  const configuration = {
    service: { flush: 1, log_level: "warn" },
    parsers: [
      // What syslog puts before the message ends with the first brace.
      { name: "message", format: "regex", regex: "^<\\d+>[^{]*(?<message>\\{.*\\})\\s*$" },
      { name: "measures", format: "json" },
    ],
    pipeline: {
      inputs: [{ name: "syslog", tag: TAGS.log, mode: "udp", listen: "127.0.0.1", port: listenPort, parser: "message" }],
      filters: [
        { name: "parser", match: TAGS.log, key_name: "message", parser: "measures" },
        toMetric(predictions, "counter", {}),
        toMetric(latency, "histogram", {
          value_field: "seconds",
          // Requests that no model was asked for have no time.
          regex: "seconds ^[0-9]",
          bucket: [...LATENCY_BUCKETS_SECONDS],
          discard_logs: true,
        }),
      ],
      outputs: [{ name: "prometheus_exporter", match: TAGS.metrics, host: metricsHost, port: metricsPort }],
    },
  };
  return `${JSON.stringify(configuration, undefined, 2)}\n`;
}

/** Fluent Bit puts a name together out of three parts and two underscores. */
function toMetric({ name, labels, says }: RouterMetric, mode: "counter" | "histogram", more: object): object {
  const [, namespace, subsystem, rest] = /^([^_]+)_([^_]+)_(.+)$/.exec(name) ?? [];
  return {
    ...{ name: "log_to_metrics", match: TAGS.log, tag: TAGS.metrics, emitter_name: rest, flush_interval_sec: FLUSH_SECONDS },
    ...{ metric_mode: mode, metric_namespace: namespace, metric_subsystem: subsystem, metric_name: rest, metric_description: says },
    label_field: [...labels],
    ...more,
  };
}
