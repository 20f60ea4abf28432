/** What a web service is made of, and whether its arguments make sense. */
import { orderFaults, quantityFaults } from "../../shared/quantity";
import { wholeNumberFaults } from "../../shared/faults";
import { httpPathFaults } from "./faults";
import { imageFaults } from "./image";
import { loadBalancerFaults, type LoadBalancerShape, SECONDS_UNTIL_IN_SERVICE } from "./load-balancer";
import { type Egress, type Traffic, trafficFaults } from "./network-policy";
import { type Probes, type Resources, type Secrets, type Workload } from "./workload";
import { variableFaults } from "./variables";

/** What of the arguments can be wrong before Kubernetes is asked. */
export interface WebServiceShape<Text> {
  readonly namespace: Text;
  readonly image: Text;
  readonly serviceName?: string;
  readonly command?: readonly Text[];
  readonly port?: number;
  readonly userId?: number;
  readonly probes?: Partial<Probes>;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly targetCpuPercent?: number;
  readonly minAvailable?: number;
  readonly resources?: Partial<Resources>;
  readonly temporaryStorage?: string;
  readonly environment?: Readonly<Record<string, Text>>;
  readonly secrets?: Secrets<Text>;
  readonly podRole?: object;
  readonly callerNamespaces?: readonly string[];
  readonly egress?: readonly Egress<Text>[];
  readonly loadBalancer?: LoadBalancerShape<Text>;
  readonly drainSeconds?: number;
  readonly tags?: Readonly<Record<string, unknown>>;
}

/** Figures of a FastAPI service with a model of some hundred megabytes. */
const DEFAULTS = {
  port: 8_000,
  userId: 1_000,
  minReplicas: 3,
  maxReplicas: 10,
  targetCpuPercent: 70,
  temporaryStorage: "256Mi",
  drainSeconds: 30,
};

const DEFAULT_PROBES: Probes = { livenessPath: "/health", livenessDelaySeconds: 30, readinessPath: "/ready" };
const DEFAULT_RESOURCES: Resources = { cpuRequest: "250m", cpuLimit: "500m", memoryRequest: "512Mi", memoryLimit: "1Gi" };

/** A Service is a host name: RFC 1035 label. */
const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Below 1,024 a process needs a right that these pods give up. */
const PORT = { min: 1_024, max: 65_535, rule: "a process that is not root listens on 1,024 or above" };

/** Kubernetes' security context: 0 is root. */
const USER_ID = { min: 1, max: 2_147_483_647, rule: "the pods do not run as root" };
const REPLICAS = { min: 1, max: 1_000, rule: "pods are counted" };
const PERCENT = { min: 1, max: 100, rule: "it is the share of the CPUs that the pods ask for" };
const DELAY = { min: 0, max: 3_600, rule: "a program starts within an hour" };

/** Elastic Load Balancing API reference, TargetGroupAttribute, `deregistration_delay.timeout_seconds`: up to 3,600. */
const DRAIN = { min: 1, max: 3_600, rule: "a load balancer lets go within an hour" };

export function workloadOf<Text>(name: string, shape: WebServiceShape<Text>): Workload<Text> {
  const { namespace, image, command, serviceName, minAvailable, secrets, environment = {}, loadBalancer, ...others } = shape;
  const chosen = withDefaults(DEFAULTS, others);
  return {
    ...{ name: serviceName ?? name, namespace, image, command, minAvailable, secrets, environment },
    ...chosen,
    probes: withDefaults(DEFAULT_PROBES, shape.probes ?? {}),
    resources: withDefaults(DEFAULT_RESOURCES, shape.resources ?? {}),
    minReadySeconds: loadBalancer === undefined ? 0 : SECONDS_UNTIL_IN_SERVICE,
  };
}

export function trafficOf<Text>({ callerNamespaces, loadBalancer, egress = [], podRole }: WebServiceShape<Text>): Traffic<Text> {
  return { callerNamespaces, behindLoadBalancer: loadBalancer !== undefined, egress, podIdentity: podRole !== undefined };
}

/** Programs in other languages, and configuration, say `undefined` where they say nothing. */
function withDefaults<T extends object>(defaults: T, chosen: Partial<T>): T {
  const keys = Object.keys(defaults) as (keyof T)[];
  return Object.fromEntries(keys.map((key) => [key, chosen[key] ?? defaults[key]])) as T;
}

export function webServiceFaults(name: string, shape: WebServiceShape<unknown>): string[] {
  const workload = workloadOf(name, shape);
  return [
    ...nameFaults(workload.name, shape.serviceName === undefined),
    ...namespaceFaults(shape.namespace),
    ...(typeof shape.image === "string" ? imageFaults("image", shape.image) : []),
    ...wholeNumberFaults("port", workload.port, PORT),
    ...wholeNumberFaults("userId", workload.userId, USER_ID),
    ...httpPathFaults("probes.livenessPath", workload.probes.livenessPath),
    ...wholeNumberFaults("probes.livenessDelaySeconds", workload.probes.livenessDelaySeconds, DELAY),
    ...httpPathFaults("probes.readinessPath", workload.probes.readinessPath),
    ...replicaFaults(workload),
    ...resourceFaults(workload),
    ...wholeNumberFaults("drainSeconds", workload.drainSeconds, DRAIN),
    ...variableFaults(workload.environment, workload.secrets),
    ...trafficFaults(trafficOf(shape)),
    ...(shape.loadBalancer === undefined ? [] : loadBalancerFaults(shape.loadBalancer, shape.tags)),
  ];
}

function nameFaults(serviceName: string, isDefault: boolean): string[] {
  if (SERVICE_NAME.test(serviceName)) return [];
  const rule = "it becomes a host name: up to 63 lower-case letters, digits and hyphens, the first a letter";
  const cure = isDefault ? "choose such a name, or give a serviceName" : "choose such a name";
  return [`serviceName is ${JSON.stringify(serviceName)}; ${rule}: ${cure}`];
}

function namespaceFaults(namespace: unknown): string[] {
  if (typeof namespace !== "string" || NAMESPACE.test(namespace)) return [];
  return [
    `namespace is ${JSON.stringify(namespace)}; Kubernetes takes up to 63 lower-case letters, digits and hyphens: choose such a name`,
  ];
}

function replicaFaults({ minReplicas, maxReplicas, minAvailable, targetCpuPercent }: Workload<unknown>): string[] {
  const faults = [
    ...wholeNumberFaults("minReplicas", minReplicas, REPLICAS),
    ...wholeNumberFaults("maxReplicas", maxReplicas, REPLICAS),
    ...wholeNumberFaults("minAvailable", minAvailable, REPLICAS),
    ...wholeNumberFaults("targetCpuPercent", targetCpuPercent, PERCENT),
  ];
  if (minReplicas > maxReplicas) {
    faults.push(`minReplicas is ${minReplicas}; maxReplicas is ${maxReplicas}: lower the one, or raise the other`);
  }
  if (minAvailable !== undefined && minAvailable >= minReplicas) {
    const rule = `with ${minReplicas} pods no node could ever be drained`;
    faults.push(`minAvailable is ${minAvailable}; ${rule}: use a smaller one, or raise minReplicas`);
  }
  return faults;
}

function resourceFaults({ resources, temporaryStorage }: Workload<unknown>): string[] {
  const { cpuRequest, cpuLimit, memoryRequest, memoryLimit } = resources;
  return [
    ...Object.entries(resources).flatMap(([property, amount]: [string, string]) => quantityFaults(`resources.${property}`, amount)),
    ...orderFaults("resources.cpuRequest", cpuRequest, "resources.cpuLimit", cpuLimit),
    ...orderFaults("resources.memoryRequest", memoryRequest, "resources.memoryLimit", memoryLimit),
    ...quantityFaults("temporaryStorage", temporaryStorage),
  ];
}
