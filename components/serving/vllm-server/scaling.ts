/** When a pod is added, and what is watched. */
import { type LanguageServer, metadataOf, podLabels } from "./workload";

export interface WakeQueue<Text> {
  readonly queueUrl: Text;
  readonly messagesPerReplica: number;
}

export interface Monitoring<Text> {
  readonly prometheusUrl: Text;
  readonly waitingPerReplica: number;
  readonly runbooks?: string;
}

/** A cold start takes three to eight minutes: a pod that was just paid for is not given back after one quiet minute. */
const COOL_DOWN_SECONDS = 600;

/** vllm 0.33.0, vllm/v1/metrics/loggers.py; the label is `model_name`. */
const WAITING = "vllm:num_requests_waiting";

/** Besides, because a server that answers all at once has nobody waiting, and would be put to sleep in the middle of an answer. */
const RUNNING = "vllm:num_requests_running";

/** Share of the cache above which requests begin to wait for each other's memory. */
const CACHE_LIMIT = 0.85;

/** S2: the documents' line for the slowest twentieth of answers. */
const ANSWER_LIMIT_SECONDS = 15;

/**
 * Those that are answered, and those that wait: as many as can be answered before their callers have given up. At least twice as many wait as have
 * a pod added, or it would never be added.
 */
export function admittedRequests(sequences: number, answerSeconds: number, waitingPerReplica = 0): number {
  const rounds = Math.max(2, Math.floor(answerSeconds / ANSWER_LIMIT_SECONDS));
  return Math.max(rounds * sequences, sequences + 2 * waitingPerReplica);
}

/**
 * Without a pod there is no metric of vLLM, so the first is woken by the queue of those who ask; the next ones by what waits in vLLM.
 * Where Prometheus does not answer, the number of pods stays what it is.
 */
export function scaledObject<Text>(server: LanguageServer<Text>, queue?: WakeQueue<Text>, monitoring?: Monitoring<Text>) {
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: metadataOf(server),
    spec: {
      scaleTargetRef: { name: server.name },
      minReplicaCount: server.minReplicas,
      maxReplicaCount: server.maxReplicas,
      pollingInterval: 15,
      cooldownPeriod: COOL_DOWN_SECONDS,
      fallback: { failureThreshold: 3, replicas: Math.max(server.minReplicas, 1), behavior: "currentReplicas" },
      advanced: {
        horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: COOL_DOWN_SECONDS } } },
      },
      triggers: [
        ...(queue === undefined ? [] : [queueTrigger(queue, server.region)]),
        ...(monitoring === undefined ? [] : [waitingTrigger(server, monitoring), busyTrigger(server, monitoring)]),
      ],
    },
  };
}

/** KEDA 2.20, "AWS SQS Queue": the operator's own role reads the length (`AddOns`, `scalingQueueArns`). */
function queueTrigger<Text>({ queueUrl, messagesPerReplica }: WakeQueue<Text>, awsRegion: Text) {
  return {
    type: "aws-sqs-queue",
    name: "queue",
    metadata: { queueURL: queueUrl, awsRegion, queueLength: String(messagesPerReplica), identityOwner: "operator" },
  };
}

function waitingTrigger<Text>(server: LanguageServer<Text>, { prometheusUrl, waitingPerReplica }: Monitoring<Text>) {
  return {
    type: "prometheus",
    name: "waiting",
    metadata: {
      serverAddress: prometheusUrl,
      query: `sum(${WAITING}{${ofModel(server)}})`,
      threshold: String(waitingPerReplica),
    },
  };
}

/** Keeps the pods that answer, and asks for no more: each takes as many requests at once as it was told to. */
function busyTrigger<Text>(server: LanguageServer<Text>, { prometheusUrl }: Monitoring<Text>) {
  return {
    type: "prometheus",
    name: "busy",
    metadata: {
      serverAddress: prometheusUrl,
      query: `sum(${RUNNING}{${ofModel(server)}})`,
      threshold: String(server.engine.sequences),
    },
  };
}

function ofModel({ engine }: LanguageServer<unknown>): string {
  return `model_name="${engine.servedName}"`;
}

export function serviceMonitor<Text>(server: LanguageServer<Text>) {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: metadataOf(server),
    spec: {
      selector: { matchLabels: podLabels(server) },
      endpoints: [{ port: "watch", path: "/metrics", interval: "15s" }],
    },
  };
}

export function alertRules<Text>(server: LanguageServer<Text>, { runbooks = "" }: Monitoring<Text>) {
  const rule = (alert: string, expr: string, minutes: number, summary: string, runbook: string) => ({
    alert,
    expr,
    for: `${minutes}m`,
    labels: { severity: "warning", model: server.engine.servedName },
    annotations: { summary, runbook_url: `${runbooks.replace(/\/?$/, runbooks === "" ? "" : "/")}docs/runbooks/${runbook}.md` },
  });
  const p95 = `histogram_quantile(0.95, sum by (le) (rate(vllm:e2e_request_latency_seconds_bucket{${ofModel(server)}}[5m])))`;
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: metadataOf(server),
    spec: {
      groups: [
        {
          name: server.name,
          rules: [
            rule(
              "LanguageModelCacheFull",
              `max(vllm:kv_cache_usage_perc{${ofModel(server)}}) > ${CACHE_LIMIT}`,
              10,
              `${server.engine.servedName} has used more than ${CACHE_LIMIT * 100} % of its cache for 10 minutes`,
              "llm-cache-full",
            ),
            rule(
              "LanguageModelSlow",
              `${p95} > ${ANSWER_LIMIT_SECONDS}`,
              5,
              `One answer of ${server.engine.servedName} in twenty takes longer than ${ANSWER_LIMIT_SECONDS} s`,
              "llm-slow",
            ),
          ],
        },
      ],
    },
  };
}
