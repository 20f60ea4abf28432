/** How many pods a slot has, and what is watched. */
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
      // Where Prometheus does not answer: what is there stays, if it is more than the least.
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

/** Microseconds that a call waited, on average over two minutes: what the CPU does not show is many small calls, or a slow disk. */
function queueTrigger<Text>(server: TritonServerFacts<Text>, service: string, serverAddress: Text) {
  const ofSlot = `{service="${service}",model=~"${server.queueingModels.join("|")}"}`;
  const rate = (metric: string) => `sum(rate(${metric}${ofSlot}[2m]))`;
  return {
    type: "prometheus",
    name: "queue",
    // The total, not a share for each pod: it is an average already.
    metricType: "Value",
    metadata: {
      serverAddress,
      query: `${rate("nv_inference_queue_duration_us")} / clamp_min(${rate("nv_inference_request_success")}, 1)`,
      threshold: String(server.targetQueueMicroseconds),
    },
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
