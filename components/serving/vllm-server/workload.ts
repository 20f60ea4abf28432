/** The pod of a language model, and what stands beside it, as Kubernetes objects. Pure: what is text only later keeps its type. */
import { fitAnnotation, type FitSubject } from "../fit";
import { NGINX_USER } from "../shared/nginx";
import { CACHE_FOLDER, CHAT_TEMPLATE_FILE, CHAT_TEMPLATE_FOLDER, type Engine, SERVE_VARIABLES, serveFlags } from "./flags";
import { proxyConfiguration, SERVE_PORT, WATCH_PORT } from "./proxy";
import { storageOf } from "./storage";

export interface LanguageServer<Text> {
  /** Of the Deployment, the Service and everything else. */
  readonly name: string;
  readonly namespace: Text;
  readonly image: Text;
  readonly proxyImage: Text;
  /** `s3://bucket/prefix/`. */
  readonly weights: Text;
  readonly region: Text;
  readonly engine: Engine;
  readonly chatTemplate?: string;
  readonly cpu: string;
  readonly memory: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly startMinutes: number;
  readonly answerSeconds: number;
  readonly cacheClaim?: CacheClaim;
  readonly fit: FitSubject;
}

export interface CacheClaim {
  readonly storageClassName: string;
  readonly sizeGiB: number;
}

/** The user that vLLM's image makes for this; its group 0 owns what such a user may write (docker/Dockerfile, 0.33.0). */
const USER = { runAsUser: 2_000, runAsGroup: 0 };

const PROXY_USER = { runAsUser: NGINX_USER, runAsGroup: NGINX_USER };

const CLOSED = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };

/** Seconds that a pod goes on taking requests until everybody has heard that it leaves. */
const SECONDS_TO_BE_FORGOTTEN = 15;
const SECONDS_TO_STOP = 15;
const START_PERIOD_SECONDS = 10;

/** By which Service, policy and monitor find the pods. */
export function podLabels({ name }: { readonly name: string }) {
  return { "app.kubernetes.io/name": name };
}

export function metadataOf<Text>({ name, namespace }: { readonly name: string; readonly namespace: Text }, noun?: string) {
  const labels = { ...podLabels({ name }), "app.kubernetes.io/managed-by": "pulumi" };
  return { name: noun === undefined ? name : `${name}-${noun}`, namespace, labels };
}

/**
 * Before the first weights are uploaded, and while the server sleeps, no pod answers: waiting for one would fail every `up`
 * (Pulumi's Kubernetes provider 4.34, annotation `pulumi.com/skipAwait`).
 */
const NOT_WAITED_FOR = { "pulumi.com/skipAwait": "true" };

/** @param version changes whenever the configuration does: pods read it once, when they start. */
export function deployment<Text>(server: LanguageServer<Text>, version: string) {
  const labels = podLabels(server);
  return {
    apiVersion: "apps/v1" as const,
    kind: "Deployment" as const,
    metadata: { ...metadataOf(server), annotations: NOT_WAITED_FOR },
    spec: {
      // With an autoscaler their number is its own, and every update would set it back.
      ...(isScaled(server) ? {} : { replicas: server.minReplicas }),
      revisionHistoryLimit: 5,
      // The new pod needs the GPU of the old one: with a surge it would wait for a node that nobody buys.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      progressDeadlineSeconds: 60 * (server.startMinutes + MINUTES_TO_BUY_A_NODE),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { "modelloop/configuration": version, ...fitAnnotation(server.fit) } },
        spec: podSpec(server),
      },
    },
  };
}

/** EC2's start, the driver's, and an image of 13 GB over a disk of 125 MB/s. */
export const MINUTES_TO_BUY_A_NODE = 10;

export function isScaled({ minReplicas, maxReplicas }: { readonly minReplicas: number; readonly maxReplicas: number }): boolean {
  return maxReplicas > minReplicas;
}

function podSpec<Text>(server: LanguageServer<Text>) {
  const { name, engine, chatTemplate, cacheClaim } = server;
  const storage = storageOf(cacheClaim !== undefined);
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    // A Service that is called `vllm` would hand over VLLM_PORT=tcp://..., and vLLM would not start.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: SECONDS_TO_BE_FORGOTTEN + engine.drainSeconds + SECONDS_TO_STOP,
    nodeSelector: { "nvidia.com/gpu.present": "true" },
    tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    securityContext: { runAsNonRoot: true, fsGroup: 2_000, seccompProfile: { type: "RuntimeDefault" } },
    initContainers: [proxyContainer(server)],
    containers: [vllmContainer(server)],
    volumes: [
      { name: "proxy", configMap: { name: `${name}-proxy` } },
      { name: "proxy-tmp", emptyDir: { sizeLimit: storage.proxyTemporary } },
      { name: "tmp", emptyDir: { sizeLimit: storage.temporary } },
      { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } },
      cacheClaim === undefined
        ? { name: "cache", emptyDir: { sizeLimit: storage.cache } }
        : { name: "cache", persistentVolumeClaim: { claimName: `${name}-cache` } },
      ...(chatTemplate === undefined ? [] : [{ name: "chat-template", configMap: { name: `${name}-chat-template` } }]),
    ],
  };
}

/** Beside vLLM for as long as it runs: it starts before it and stops after it, so that no answer is cut off. */
function proxyContainer<Text>({ proxyImage, cacheClaim }: LanguageServer<Text>) {
  const disk = { "ephemeral-storage": storageOf(cacheClaim !== undefined).proxy };
  return {
    name: "proxy",
    image: proxyImage,
    imagePullPolicy: "IfNotPresent",
    restartPolicy: "Always",
    command: ["nginx", "-e", "stderr", "-g", "daemon off;"],
    ports: [
      { name: "http", containerPort: SERVE_PORT, protocol: "TCP" },
      { name: "watch", containerPort: WATCH_PORT, protocol: "TCP" },
    ],
    resources: { requests: { cpu: "50m", memory: "32Mi", ...disk }, limits: { cpu: "500m", memory: "64Mi", ...disk } },
    startupProbe: { tcpSocket: { port: "watch" }, periodSeconds: 1, failureThreshold: 30 },
    livenessProbe: { tcpSocket: { port: "watch" }, periodSeconds: 10 },
    securityContext: { ...CLOSED, ...PROXY_USER },
    volumeMounts: [
      { name: "proxy", mountPath: "/etc/nginx/nginx.conf", subPath: "nginx.conf", readOnly: true },
      { name: "proxy-tmp", mountPath: "/tmp" },
    ],
  };
}

function vllmContainer<Text>(server: LanguageServer<Text>) {
  const { name, image, weights, region, engine, chatTemplate, cpu, memory, startMinutes, cacheClaim } = server;
  const fixed = { memory, "nvidia.com/gpu": "1", "ephemeral-storage": storageOf(cacheClaim !== undefined).server };
  const health = { httpGet: { path: "/health", port: WATCH_PORT }, timeoutSeconds: 5 };
  return {
    name: "vllm",
    image,
    imagePullPolicy: "IfNotPresent",
    args: [weights, ...serveFlags(engine)],
    env: [
      ...[...Object.entries(SERVE_VARIABLES), ["AWS_REGION", region] as const].map(([variable, value]) => ({ name: variable, value })),
      { name: "VLLM_API_KEY", valueFrom: { secretKeyRef: { name: `${name}-secrets`, key: "VLLM_API_KEY" } } },
    ],
    resources: { requests: { cpu, ...fixed }, limits: fixed },
    // Until it has loaded the weights and compiled its kernels nothing else is asked; a shorter budget restarts it for ever.
    startupProbe: { ...health, periodSeconds: START_PERIOD_SECONDS, failureThreshold: (60 * startMinutes) / START_PERIOD_SECONDS },
    readinessProbe: { ...health, periodSeconds: 5 },
    livenessProbe: { ...health, periodSeconds: 10 },
    lifecycle: { preStop: { sleep: { seconds: SECONDS_TO_BE_FORGOTTEN } } },
    securityContext: { ...CLOSED, ...USER },
    volumeMounts: [
      { name: "cache", mountPath: CACHE_FOLDER },
      { name: "tmp", mountPath: "/tmp" },
      { name: "shm", mountPath: "/dev/shm" },
      ...(chatTemplate === undefined ? [] : [{ name: "chat-template", mountPath: CHAT_TEMPLATE_FOLDER, readOnly: true }]),
    ],
  };
}

export function serviceAccount<Text>(server: LanguageServer<Text>) {
  return { apiVersion: "v1" as const, kind: "ServiceAccount" as const, metadata: metadataOf(server), automountServiceAccountToken: false };
}

export function proxyConfigMap<Text>(server: LanguageServer<Text>) {
  return {
    apiVersion: "v1" as const,
    kind: "ConfigMap" as const,
    metadata: metadataOf(server, "proxy"),
    data: { "nginx.conf": proxyConfiguration(server.answerSeconds) },
  };
}

export function chatTemplateConfigMap<Text>(server: LanguageServer<Text>, template: string) {
  return {
    apiVersion: "v1" as const,
    kind: "ConfigMap" as const,
    metadata: metadataOf(server, "chat-template"),
    data: { [CHAT_TEMPLATE_FILE]: template },
  };
}

export function cacheVolumeClaim<Text>(server: LanguageServer<Text>, { storageClassName, sizeGiB }: CacheClaim) {
  return {
    apiVersion: "v1" as const,
    kind: "PersistentVolumeClaim" as const,
    metadata: metadataOf(server, "cache"),
    spec: { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: `${sizeGiB}Gi` } } },
  };
}

export function service<Text>(server: LanguageServer<Text>) {
  return {
    apiVersion: "v1" as const,
    kind: "Service" as const,
    metadata: { ...metadataOf(server), annotations: NOT_WAITED_FOR },
    spec: {
      type: "ClusterIP",
      selector: podLabels(server),
      ports: [
        { name: "http", port: 80, targetPort: "http", protocol: "TCP" },
        { name: "watch", port: WATCH_PORT, targetPort: "watch", protocol: "TCP" },
      ],
    },
  };
}

export function disruptionBudget<Text>(server: LanguageServer<Text>) {
  return {
    apiVersion: "policy/v1" as const,
    kind: "PodDisruptionBudget" as const,
    metadata: metadataOf(server),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: podLabels(server) },
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    },
  };
}
