/** The pods of a web service, and what stands beside them, as Kubernetes objects. Pure: what is text only later keeps its type. */

export interface Workload<Text> {
  /** Of the Deployment, the Service and everything else. */
  readonly name: string;
  readonly namespace: Text;
  readonly image: Text;
  readonly command?: readonly Text[];
  readonly port: number;
  readonly userId: number;
  readonly probes: Probes;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly targetCpuPercent: number;
  readonly minAvailable?: number;
  readonly resources: Resources;
  /** Of /tmp, the only place that can be written. */
  readonly temporaryStorage: string;
  readonly environment: Readonly<Record<string, Text>>;
  readonly secrets?: Secrets<Text>;
  readonly drainSeconds: number;
  /** How long a new pod must be ready before an old one may go. */
  readonly minReadySeconds: number;
}

export interface Probes {
  readonly livenessPath: string;
  readonly livenessDelaySeconds: number;
  readonly readinessPath: string;
}

export interface Resources {
  readonly cpuRequest: string;
  readonly cpuLimit: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
}

export interface Secrets<Text> {
  readonly clusterSecretStoreName: Text;
  readonly refreshMinutes?: number;
  readonly variables: readonly SecretVariable<Text>[];
}

export interface SecretVariable<Text> {
  readonly variable: string;
  readonly secretName: Text;
  readonly property?: string;
}

export const SERVICE_PORT = 80;
export const DEFAULT_REFRESH_MINUTES = 60;

/** Seconds that a process has after its pod left the load balancer: gunicorn and uvicorn finish what they have, gunicorn within 30. */
const SECONDS_TO_STOP = 30;

/** Enough to go back to, and not ten of them in every listing, as by default. */
const REVISIONS_KEPT = 5;

const SECONDS_TO_PULL = 60;
const MINUTES_TO_BUY_NODES = 10;

const PORT_NAME = "http";
const READINESS = { initialDelaySeconds: 5, periodSeconds: 5 };
const LIVENESS_PERIOD_SECONDS = 10;

/** One second, the default, is shorter than a collection of garbage; three failures still show within fifteen. */
const PROBE_TIMEOUT_SECONDS = 3;

/**
 * How long a roll-out may take, one pod after the other, when the image is new to every node and two nodes have to be bought. Pulumi's own
 * ten minutes end in the middle of a large one.
 */
export function rollOutMinutes({ maxReplicas, minReadySeconds, probes }: Workload<unknown>): number {
  const minutesPerPod = Math.ceil((SECONDS_TO_PULL + probes.livenessDelaySeconds + minReadySeconds) / 60);
  return MINUTES_TO_BUY_NODES + maxReplicas * minutesPerPod;
}

/** By which Service, budget and policy find the pods. A Deployment's cannot be changed, so nothing that may change is among them. */
export function podLabels({ name }: Pick<Workload<unknown>, "name">) {
  return { "app.kubernetes.io/name": name };
}

export function objectMetadata<Text>(workload: Pick<Workload<Text>, "name" | "namespace">) {
  const { name, namespace } = workload;
  return { name, namespace, labels: { ...podLabels(workload), "app.kubernetes.io/managed-by": "pulumi" } };
}

export function serviceAccount<Text>(workload: Workload<Text>) {
  return {
    apiVersion: "v1" as const,
    kind: "ServiceAccount" as const,
    metadata: objectMetadata(workload),
    automountServiceAccountToken: false,
  };
}

export function deployment<Text>(workload: Workload<Text>) {
  const labels = podLabels(workload);
  return {
    apiVersion: "apps/v1" as const,
    kind: "Deployment" as const,
    metadata: objectMetadata(workload),
    spec: {
      // No replicas: the autoscaler owns their number, and every update would set it back.
      revisionHistoryLimit: REVISIONS_KEPT,
      minReadySeconds: workload.minReadySeconds,
      // A new pod first, then an old one goes: there are never fewer than before.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(workload) },
    },
  };
}

function podSpec<Text>(workload: Workload<Text>) {
  const { name, userId, drainSeconds, temporaryStorage } = workload;
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    // They would tell the container the address of every Service in the namespace, and collide with its own variables.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: drainSeconds + SECONDS_TO_STOP,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userId,
      runAsGroup: userId,
      fsGroup: userId,
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((key) => spreadOver(key, workload)),
    containers: [container(workload)],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: temporaryStorage } }],
  };
}

function spreadOver(topologyKey: string, workload: Pick<Workload<unknown>, "name">) {
  return {
    topologyKey,
    maxSkew: 1,
    // Not DoNotSchedule: a zone without room would then stop a roll-out that has room elsewhere.
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: podLabels(workload) },
    // Each revision by itself; else the old pods, that are about to go, push the new ones into one zone.
    matchLabelKeys: ["pod-template-hash"],
  };
}

function container<Text>(workload: Workload<Text>) {
  const { image, command, port, probes, drainSeconds } = workload;
  const { cpuRequest, cpuLimit, memoryRequest, memoryLimit } = workload.resources;
  return {
    name: "app",
    image,
    imagePullPolicy: "IfNotPresent",
    ...(command && { command: [...command] }),
    ports: [{ name: PORT_NAME, containerPort: port, protocol: "TCP" }],
    env: environment(workload),
    resources: { requests: { cpu: cpuRequest, memory: memoryRequest }, limits: { cpu: cpuLimit, memory: memoryLimit } },
    readinessProbe: { ...probe(probes.readinessPath), ...READINESS },
    livenessProbe: {
      ...probe(probes.livenessPath),
      initialDelaySeconds: probes.livenessDelaySeconds,
      periodSeconds: LIVENESS_PERIOD_SECONDS,
    },
    // Requests go on coming until the load balancer has heard that the pod leaves. Kubernetes' own sleep needs none in the image.
    lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}

function probe(path: string) {
  return { httpGet: { path, port: PORT_NAME }, timeoutSeconds: PROBE_TIMEOUT_SECONDS };
}

function environment<Text>(workload: Workload<Text>) {
  const plain = Object.entries(workload.environment).map(([name, value]) => ({ name, value }));
  const secret = (workload.secrets?.variables ?? []).map(({ variable }) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name: secretName(workload), key: variable } },
  }));
  // In order of their names: maps of some languages have another order in every run, and each would replace all pods.
  return [...plain, ...secret].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function secretName({ name }: Pick<Workload<unknown>, "name">): string {
  return `${name}-secrets`;
}

/** Has external-secrets fetch them into a Secret: what is sent from here names them, and holds none. Its API `external-secrets.io/v1`, as of 2.9.0. */
export function externalSecret<Text>(workload: Pick<Workload<Text>, "name" | "namespace">, secrets: Secrets<Text>) {
  const { clusterSecretStoreName, refreshMinutes = DEFAULT_REFRESH_MINUTES, variables } = secrets;
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { ...objectMetadata(workload), name: secretName(workload) },
    spec: {
      refreshInterval: `${refreshMinutes}m`,
      secretStoreRef: { kind: "ClusterSecretStore", name: clusterSecretStoreName },
      // Kept when Secrets Manager has it no more: the next pod starts with the last that was known.
      target: { name: secretName(workload), creationPolicy: "Owner", deletionPolicy: "Retain" },
      data: variables.map(({ variable, secretName: key, property }) => ({
        secretKey: variable,
        remoteRef: { key, ...(property !== undefined && { property }) },
      })),
    },
  };
}

export function service<Text>(workload: Workload<Text>) {
  return {
    apiVersion: "v1" as const,
    kind: "Service" as const,
    metadata: objectMetadata(workload),
    spec: {
      type: "ClusterIP",
      selector: podLabels(workload),
      ports: [{ name: PORT_NAME, port: SERVICE_PORT, targetPort: PORT_NAME, protocol: "TCP" }],
    },
  };
}

export function autoscaler<Text>(workload: Workload<Text>) {
  const { name, minReplicas, maxReplicas, targetCpuPercent } = workload;
  return {
    apiVersion: "autoscaling/v2" as const,
    kind: "HorizontalPodAutoscaler" as const,
    metadata: objectMetadata(workload),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas,
      maxReplicas,
      metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: targetCpuPercent } } }],
    },
  };
}

export function disruptionBudget<Text>(workload: Workload<Text>) {
  const { minAvailable } = workload;
  return {
    apiVersion: "policy/v1" as const,
    kind: "PodDisruptionBudget" as const,
    metadata: objectMetadata(workload),
    spec: {
      ...(minAvailable === undefined ? { maxUnavailable: 1 } : { minAvailable }),
      selector: { matchLabels: podLabels(workload) },
      // Pods that are broken anyway would otherwise keep their node from ever being drained.
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    },
  };
}
