/** The router's pods and what stands beside them, as Kubernetes objects: a web service's, with a second container, two files and more doors. */
import { SPLIT_ANNOTATION } from "../../../lambdas/domain/split/split-configuration";
import { INTERNAL_PATHS } from "../../../lambdas/domain/split/router-configuration";
import { blocks, type Peer, podsOf, tcp } from "../../shared/peers";
import { deployment, objectMetadata, podLabels, service, type Workload } from "../web-service/workload";
import { DEFAULT_METRICS_NAMESPACES, FOLDERS, PORTS, WRITERS_GROUP } from "./model-router";

export interface RouterParts<Text> {
  readonly workload: Workload<Text>;
  readonly measuringImage: Text;
  /** Name of the ConfigMap with all but the split. */
  readonly frameName: Text;
  /** Of the split that the first pods run. */
  readonly splitHash: string;
  /** Seconds that a pod which goes has in all. */
  readonly graceSeconds: number;
  /** Absent where an autoscaler owns their number. */
  readonly replicas?: number | undefined;
}

/** Name of the ConfigMap that the loop owns. */
export function splitMapName(serviceName: string): string {
  return `${serviceName}-split`;
}

/**
 * What the loop writes, and Pulumi therefore ignores. Paths of plain words only: Pulumi's provider takes such a path apart at its dots when it
 * looks for the owner of a field (pulumi-kubernetes 4.x, handleSSAIgnoreFields), so it would not find a key with a slash or a dot in it, and
 * the next `pulumi up` would set the split back to its first.
 */
export const OF_THE_LOOP = { map: ["data"], deployment: [`spec.template.metadata.annotations.${SPLIT_ANNOTATION}`] };

const PORT_NAMES = { requests: "http", internal: "internal", metrics: "metrics" } as const;

/** Fluent Bit with two metrics: 9 MiB after 2,000 requests within a second (5.1.1, built without what it does not need here). */
const MEASURING_RESOURCES = { requests: { cpu: "50m", memory: "32Mi" }, limits: { cpu: "200m", memory: "128Mi" } };

const CLOSED = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };

export function routerDeployment<Text>({ workload, measuringImage, frameName, splitHash, graceSeconds, replicas }: RouterParts<Text>) {
  const base = deployment(workload);
  const { template } = base.spec;
  const { metadata, spec } = template;
  return {
    ...base,
    spec: {
      ...base.spec,
      ...(replicas !== undefined && { replicas }),
      template: {
        metadata: { ...metadata, annotations: { [SPLIT_ANNOTATION]: splitHash } },
        spec: {
          ...spec,
          terminationGracePeriodSeconds: graceSeconds,
          initContainers: [measuringContainer(measuringImage)],
          containers: spec.containers.map((container) => ({
            ...container,
            name: "nginx",
            command: ["nginx", "-e", "stderr", "-c", `${FOLDERS.frame}/nginx.conf`],
            ports: (["requests", "internal"] as const).map((port) => containerPort(port)),
            readinessProbe: { ...container.readinessProbe, httpGet: { path: INTERNAL_PATHS.ready, port: PORT_NAMES.internal } },
            livenessProbe: { ...container.livenessProbe, httpGet: { path: INTERNAL_PATHS.alive, port: PORT_NAMES.internal } },
            volumeMounts: [
              ...container.volumeMounts,
              { name: "frame", mountPath: FOLDERS.frame, readOnly: true },
              { name: "split", mountPath: FOLDERS.split, readOnly: true },
            ],
          })),
          volumes: [
            ...spec.volumes,
            { name: "frame", configMap: { name: frameName } },
            { name: "split", configMap: { name: splitMapName(workload.name) } },
          ],
        },
      },
    },
  };
}

/** Started before NGINX and ended after it, so that it misses no request: an init container that goes on is what Kubernetes calls a sidecar. */
function measuringContainer<Text>(image: Text) {
  const probe = { httpGet: { path: "/metrics", port: PORT_NAMES.metrics } };
  return {
    ...{ name: "metrics", image, imagePullPolicy: "IfNotPresent", restartPolicy: "Always" },
    command: ["/fluent-bit/bin/fluent-bit", "-c", `${FOLDERS.frame}/fluent-bit.yaml`],
    ports: [containerPort("metrics")],
    resources: MEASURING_RESOURCES,
    startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 30 },
    livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 3 },
    securityContext: CLOSED,
    volumeMounts: [{ name: "frame", mountPath: FOLDERS.frame, readOnly: true }],
  };
}

function containerPort(port: keyof typeof PORTS) {
  return { name: PORT_NAMES[port], containerPort: PORTS[port], protocol: "TCP" };
}

/** The split is not asked for here: that is asked of each pod. */
export function routerService<Text>(workload: Workload<Text>) {
  const base = service(workload);
  const metrics = { name: PORT_NAMES.metrics, port: PORTS.metrics, targetPort: PORT_NAMES.metrics, protocol: "TCP" };
  return { ...base, spec: { ...base.spec, ports: [...base.spec.ports, metrics] } };
}

/**
 * All but the split: Pulumi's. A change has a new name, so that pods are replaced, and old ones find theirs for as long as they run: Pulumi
 * deletes it when the roll-out has ended well. From then on `kubectl rollout undo` leads to pods that wait for it for ever (the others go on
 * answering); the way back is the former arguments. Kept for ever, they would pile up, and outlive the router itself.
 */
export function frameMap<Text, Name>(workload: Workload<Text>, name: Name, nginx: Name, fluentBit: string) {
  return {
    apiVersion: "v1" as const,
    kind: "ConfigMap" as const,
    metadata: { ...objectMetadata(workload), name },
    immutable: true,
    data: { "nginx.conf": nginx, "fluent-bit.yaml": fluentBit },
  };
}

/** The split: the loop's, after its first write. */
export function splitMap<Text>(workload: Workload<Text>, data: Record<string, string>) {
  return {
    apiVersion: "v1" as const,
    kind: "ConfigMap" as const,
    metadata: { ...objectMetadata(workload), name: splitMapName(workload.name) },
    data,
  };
}

/** What the loop may do here: exchange the split, have the pods replaced, and look whether they were. It can create and delete nothing. */
export function writersRole<Text>(workload: Workload<Text>) {
  const name = writersName(workload.name);
  return {
    apiVersion: "rbac.authorization.k8s.io/v1" as const,
    kind: "Role" as const,
    metadata: { ...objectMetadata(workload), name },
    rules: [
      { apiGroups: [""], resources: ["configmaps"], resourceNames: [splitMapName(workload.name)], verbs: ["get", "patch"] },
      { apiGroups: ["apps"], resources: ["deployments"], resourceNames: [workload.name], verbs: ["get", "patch"] },
      // A list cannot be narrowed to names. It shows pods of the namespace, and no secrets.
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
    ],
  };
}

export function writersBinding<Text>(workload: Workload<Text>) {
  const name = writersName(workload.name);
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${apiGroup}/v1` as const,
    kind: "RoleBinding" as const,
    metadata: { ...objectMetadata(workload), name },
    roleRef: { apiGroup, kind: "Role", name },
    subjects: [{ apiGroup, kind: "Group", name: WRITERS_GROUP }],
  };
}

function writersName(serviceName: string): string {
  return `${serviceName}-writers`;
}

export interface RouterTraffic {
  /** Addresses of the load balancer; none without one. */
  readonly loadBalancerCidrs: readonly string[];
  /** Absent: those of the router's own namespace, unless there is a load balancer. */
  readonly callerNamespaces?: readonly string[] | undefined;
  readonly metricsNamespaces?: readonly string[] | undefined;
  readonly readerCidrs: readonly string[];
}

/** Each door for those who need it: callers the path, the load balancer and the loop the inside, Prometheus the metrics. */
export function routerIngress({ loadBalancerCidrs, callerNamespaces, metricsNamespaces, readerCidrs }: RouterTraffic) {
  const own: Peer<string>[] = loadBalancerCidrs.length === 0 ? [{ podSelector: {} }] : [];
  const callers = callerNamespaces?.map((name) => podsOf(name)) ?? own;
  const balancers = blocks(loadBalancerCidrs);
  const watchers = (metricsNamespaces ?? DEFAULT_METRICS_NAMESPACES).map((name) => podsOf(name));
  const doors = [
    { from: [...balancers, ...callers], ports: tcp([PORTS.requests]) },
    { from: [...balancers, ...blocks(readerCidrs)], ports: tcp([PORTS.internal]) },
    { from: watchers, ports: tcp([PORTS.metrics]) },
  ];
  // To Kubernetes a rule without peers is open to everybody.
  return doors.filter(({ from }) => from.length > 0);
}

/** Of Prometheus' operator: API `monitoring.coreos.com/v1`, as of 0.93. */
export function serviceMonitor<Text>(workload: Workload<Text>, intervalSeconds: number, labels: Readonly<Record<string, string>> = {}) {
  const metadata = objectMetadata(workload);
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: { ...metadata, labels: { ...metadata.labels, ...labels } },
    spec: {
      selector: { matchLabels: podLabels(workload) },
      endpoints: [{ port: PORT_NAMES.metrics, path: "/metrics", interval: `${intervalSeconds}s` }],
    },
  };
}
