/** How many pods a slot has, and what is watched. */
import { DEFAULT_SERVING } from "../../../lambdas/domain/packages/model-config";
import { PAUSE_ANNOTATION, type Slot, slotName } from "../../../lambdas/domain/packages/slots";
import { metadataOf, serverLabels } from "./slots";
import { type TritonServerFacts } from "./triton-server";

const COOL_DOWN_SECONDS = 300;
const POLL_SECONDS = 15;

/**
 * All annotations, because Pulumi's Kubernetes provider (4.34) knows no path with a dot in a name. It then sends those that are there; and for it to
 * look there must always be one, or it would put the first sleep back upon the slot that serves.
 */
export const OF_THE_LOOP = ["metadata.annotations"];
const ALWAYS_THERE = { "modelloop/sleep-belongs-to": "the loop" };

/** Asleep at first: without a release no pod would ever get ready. The loop wakes it. */
export function slotScaling<Text>(server: TritonServerFacts<Text>, slot: Slot, prometheusUrl?: Text) {
  const name = slotName(server.name, slot);
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: { ...metadataOf(server, name), annotations: { ...ALWAYS_THERE, [PAUSE_ANNOTATION]: "0" } },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicaCount: server.minReplicas,
      maxReplicaCount: server.maxReplicas,
      pollingInterval: POLL_SECONDS,
      cooldownPeriod: COOL_DOWN_SECONDS,
      advanced: {
        horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: COOL_DOWN_SECONDS } } },
      },
      // Where Prometheus does not answer: what is there stays, if it is more than the least. For triggers of the type Value too since KEDA 2.18
      // (pkg/fallback/fallback.go, doFallback, read at 2.20.2), as long as one pod is ready.
      ...(prometheusUrl !== undefined && {
        fallback: { failureThreshold: 3, replicas: server.minReplicas, behavior: "currentReplicasIfHigher" },
      }),
      triggers: [
        { type: "cpu", metricType: "Utilization", metadata: { value: String(server.targetCpuPercent) } },
        ...(prometheusUrl === undefined ? [] : [queueTrigger(server, name, prometheusUrl)]),
      ],
    },
  };
}

/** Two minutes hold eight measurements. */
const WINDOW = "2m";

/**
 * Microseconds that a call waited, on average: what the CPU does not show is many small calls, or a slow disk. Triton adds up the waiting of calls
 * that were answered only (core, src/infer_stats.cc), so those that waited too long count here as if they had waited their whole time; without
 * them the worse a queue gets the shorter it looks. One that finds the queue full is counted nowhere (core, src/dynamic_batch_scheduler.cc,
 * Enqueue), but then the others wait long. No calls is no waiting, not a division by a number that was made up: a call every ten seconds that
 * waits a second is a slow server.
 */
export function waitingQuery(service: string, models: readonly string[]): string {
  const of = `service="${service}",model=~"${models.join("|")}"`;
  const rate = (metric: string, more = "") => `sum(rate(${metric}{${of}${more}}[${WINDOW}]))`;
  const answered = rate("nv_inference_request_success");
  const rejected = `(${rate("nv_inference_request_failure", ',reason="REJECTED"')} or vector(0))`;
  const waited = `${rate("nv_inference_queue_duration_us")} + ${rejected} * ${DEFAULT_SERVING.queueTimeoutMicroseconds}`;
  return `(${waited}) / (${answered} + ${rejected} > 0) or vector(0)`;
}

function queueTrigger<Text>(server: TritonServerFacts<Text>, service: string, serverAddress: Text) {
  return {
    type: "prometheus",
    name: "queue",
    // The total, not a share for each pod: it is an average already.
    metricType: "Value",
    metadata: { serverAddress, query: waitingQuery(service, server.queueingModels), threshold: String(server.targetQueueMicroseconds) },
  };
}

export function serviceMonitor<Text>(server: TritonServerFacts<Text>) {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: metadataOf(server, server.name),
    spec: {
      selector: { matchLabels: serverLabels(server) },
      endpoints: [{ port: "metrics", path: "/metrics", interval: "15s" }],
    },
  };
}
