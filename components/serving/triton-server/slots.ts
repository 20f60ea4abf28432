/** A slot's pods and what stands beside them, as Kubernetes objects. Pure: what is text only later keeps its type. */
import { Accelerator } from "../../../lambdas/domain/packages/model-kind";
import { SERVER_CONTAINER, type Slot, slotName } from "../../../lambdas/domain/packages/slots";
import { GPU_NODE_SELECTOR, GPU_TOLERATION } from "../../compute/gpu-node-group/gpu-node-group";
import { readQuantity } from "../../shared/quantity";
import { fitAnnotation } from "../fit";
import { CLOSED_KEY_VARIABLE, EXIT_SECONDS, openPorts, tritonFlags } from "./flags";
import { type TritonServerFacts } from "./triton-server";

/** `triton-server`, which the image has (server, docs/customization_guide/deploy.md). */
const USER_ID = 1_000;

/**
 * Seconds that a pod goes on taking calls until everybody has heard that it leaves. A caller that keeps connections for reuse must forget one that
 * was idle sooner than this, or it sends a call into a connection that was closed meanwhile.
 */
export const SECONDS_TO_BE_FORGOTTEN = 15;
const SECONDS_TO_SPARE = 15;
const START_PERIOD_SECONDS = 10;
const REVISIONS_KEPT = 5;

type Named = Pick<TritonServerFacts<unknown>, "name">;

/** Of everything that belongs to the server. */
export function serverLabels({ name }: Named) {
  return { "app.kubernetes.io/name": name };
}

export function slotLabels(server: Named, slot: Slot) {
  return { ...serverLabels(server), "modelloop/slot": slot };
}

export function metadataOf<Text>(server: Pick<TritonServerFacts<Text>, "name" | "namespace">, name: string) {
  const { namespace } = server;
  return { name, namespace, labels: { ...serverLabels(server), "app.kubernetes.io/managed-by": "pulumi" } };
}

/**
 * Fields that others write once the object is there: replicas are KEDA's. Paths of plain names only: Pulumi's Kubernetes provider (4.34) looks up
 * no others, and would send them after all.
 */
export const OF_KEDA = ["spec.replicas"];

/** EC2's start, and the image over a disk of 125 MB/s. */
const MINUTES_TO_BUY_A_NODE = 10;

/** Minutes for as many pods as there may be, one after the other, none of which may have the image yet. */
export function rollOutMinutes({ maxReplicas, startMinutes }: TritonServerFacts<unknown>): number {
  return startMinutes * (maxReplicas + 1);
}

export function serviceAccount<Text>(server: TritonServerFacts<Text>, roleArn: Text) {
  return {
    apiVersion: "v1" as const,
    kind: "ServiceAccount" as const,
    metadata: { ...metadataOf(server, server.name), annotations: { "eks.amazonaws.com/role-arn": roleArn } },
    // EKS mounts a token of its own for AWS; of the cluster's API these pods know nothing.
    automountServiceAccountToken: false,
  };
}

export function slotDeployment<Text>(server: TritonServerFacts<Text>, slot: Slot) {
  const labels = slotLabels(server, slot);
  return {
    apiVersion: "apps/v1" as const,
    kind: "Deployment" as const,
    metadata: metadataOf(server, slotName(server.name, slot)),
    spec: {
      // Asleep at first: there is no release yet. Afterwards KEDA's.
      replicas: 0,
      // A node to buy and an image of ten gigabytes come before the start; by default Kubernetes gives up after ten minutes.
      progressDeadlineSeconds: 60 * (server.startMinutes + MINUTES_TO_BUY_A_NODE),
      revisionHistoryLimit: REVISIONS_KEPT,
      strategy: { type: "RollingUpdate", rollingUpdate: oneByOne(server) },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: fitAnnotation(server.fit) },
        spec: podSpec(server, labels),
      },
    },
  };
}

/** A new pod first, then an old one goes. A GPU to spare for the new one is rarely there, and the roll-out would wait for it for ever. */
function oneByOne({ accelerator }: TritonServerFacts<unknown>) {
  return accelerator === Accelerator.Gpu ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: 1, maxUnavailable: 0 };
}

function podSpec<Text>(server: TritonServerFacts<Text>, labels: Record<string, string>) {
  const onGpu = server.accelerator === Accelerator.Gpu;
  return {
    serviceAccountName: server.name,
    automountServiceAccountToken: false,
    // They would name variables after Services, and Triton's own begin alike.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: SECONDS_TO_BE_FORGOTTEN + EXIT_SECONDS + SECONDS_TO_SPARE,
    securityContext: {
      runAsNonRoot: true,
      ...{ runAsUser: USER_ID, runAsGroup: USER_ID, fsGroup: USER_ID },
      seccompProfile: { type: "RuntimeDefault" },
    },
    nodeSelector: { ...(onGpu && GPU_NODE_SELECTOR), ...server.nodeSelector },
    ...(onGpu && { tolerations: [GPU_TOLERATION] }),
    topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
      topologyKey,
      maxSkew: 1,
      // Not DoNotSchedule: a zone without room would then stop a roll-out that has room elsewhere.
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: labels },
      matchLabelKeys: ["pod-template-hash"],
    })),
    containers: [container(server)],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: server.modelStorage } }],
  };
}

function container<Text>(server: TritonServerFacts<Text>) {
  const { image, cpu, memoryRequest, memoryLimit, accelerator, allowGrpc } = server;
  const gpu: Record<string, string> = accelerator === Accelerator.Gpu ? { "nvidia.com/gpu": "1" } : {};
  return {
    name: SERVER_CONTAINER,
    image,
    imagePullPolicy: "IfNotPresent",
    ...program(server),
    env: environment(server),
    ports: openPorts(allowGrpc).map(([name, containerPort]) => ({ name, containerPort, protocol: "TCP" })),
    resources: { requests: { cpu, memory: memoryRequest, ...gpu }, limits: { cpu, memory: memoryLimit, ...gpu } },
    ...probes(server),
    lifecycle: { preStop: { sleep: { seconds: SECONDS_TO_BE_FORGOTTEN } } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    // Models are copied here before they are loaded, into a folder of the process' own.
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}

/**
 * With a GPU through the image's own entry point, as NVIDIA's charts start it (server v2.71.0, deploy/aws/templates/deployment.yaml): where the
 * node's driver is older than the image's CUDA, it puts the image's compatible driver libraries into the path. Its scripts `exec` what they are
 * given, and none that is public ends the start for what it cannot write (server, docker/). Without a GPU there is nothing to look for, and the
 * server is started at once.
 */
function program<Text>({ repositoryFlag, models, allowGrpc, accelerator }: TritonServerFacts<Text>) {
  const flags = tritonFlags(repositoryFlag, models, allowGrpc);
  return accelerator === Accelerator.Gpu ? { args: ["tritonserver", ...flags] } : { command: ["tritonserver"], args: flags };
}

/** The loop adds its own to them (lambdas/domain/packages/slots.ts). */
function environment<Text>({ region, cpu, accelerator }: TritonServerFacts<Text>) {
  const threads = String(Math.max(1, Math.floor(readQuantity(cpu) ?? 1)));
  return [
    { name: CLOSED_KEY_VARIABLE, valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.uid" } } },
    // Its S3 client looks for the bucket in us-east-1 otherwise (server#8090).
    { name: "AWS_DEFAULT_REGION", value: region },
    { name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" },
    // Without an answer from the pod's own role it would take the node's.
    { name: "AWS_EC2_METADATA_DISABLED", value: "true" },
    // FIL takes as many threads as the node has cores otherwise, and they take turns on the pod's share.
    { name: "OMP_NUM_THREADS", value: threads },
    // What the entry point finds out; it spares the search for GPUs to measure (core, src/metrics.cc, EnableGPUMetrics).
    ...(accelerator === Accelerator.Cpu ? [{ name: "TRITON_SERVER_CPU_ONLY", value: "1" }] : []),
  ];
}

/**
 * Ready is asked of the server, which with --strict-readiness=true goes through all models that it was told to load, ensembles and members: each
 * must be loaded, and its backend well (core, src/server.cc, InferenceServer::IsReady, r26.06). The one model that it passes over is one that was
 * unloaded, which nobody can do here. That it has models at all, the start shows by one of them; the process ends when any fails to load.
 */
function probes({ calledModels, startMinutes }: TritonServerFacts<unknown>) {
  const get = (path: string) => ({ httpGet: { path, port: "http" }, timeoutSeconds: 3 });
  return {
    startupProbe: {
      ...get(`/v2/models/${calledModels[0]}/ready`),
      periodSeconds: START_PERIOD_SECONDS,
      failureThreshold: (startMinutes * 60) / START_PERIOD_SECONDS,
    },
    readinessProbe: { ...get("/v2/health/ready"), periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...get("/v2/health/live"), periodSeconds: 10, failureThreshold: 3 },
  };
}

export function slotService<Text>(server: TritonServerFacts<Text>, slot: Slot) {
  return {
    apiVersion: "v1" as const,
    kind: "Service" as const,
    metadata: {
      ...metadataOf(server, slotName(server.name, slot)),
      // Pulumi would wait for pods, and a slot may sleep for weeks.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      type: "ClusterIP",
      selector: slotLabels(server, slot),
      ports: openPorts(server.allowGrpc).map(([name, port]) => ({ name, port, targetPort: name, protocol: "TCP" })),
    },
  };
}

export function slotDisruptionBudget<Text>(server: TritonServerFacts<Text>, slot: Slot) {
  return {
    apiVersion: "policy/v1" as const,
    kind: "PodDisruptionBudget" as const,
    metadata: metadataOf(server, slotName(server.name, slot)),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: slotLabels(server, slot) },
      // Pods that are broken anyway would otherwise keep their node from ever being drained.
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    },
  };
}
