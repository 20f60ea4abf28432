/** What a router is made of. Whether its arguments make sense, `router-faults.ts` says. */
import { type RouterFacts, type UserFacts } from "../../../lambdas/domain/split/router-configuration";
import { hundredths } from "../../../lambdas/domain/split/share";
import { type Split } from "../../../lambdas/domain/split/split";
import { seedSplit } from "../../../lambdas/domain/split/split-changes";
import { present } from "../../shared/present";
import { readQuantity } from "../../shared/quantity";
import { NGINX_IMAGE, NGINX_USER } from "../shared/nginx";
import { type LoadBalancerShape, SECONDS_UNTIL_IN_SERVICE } from "../web-service/load-balancer";
import { type Resources, type Workload } from "../web-service/workload";
import { type SignIn } from "./sign-in";

/** Who a user is. No id is a secret: whoever sends another one gets another model's answer, and nothing else. */
export enum UserIdSource {
  /** A header of the callers. */
  Header = "header",
  /** A cookie. */
  Cookie = "cookie",
  /** Whoever signed in at the load balancer. */
  SignIn = "signIn",
}

/** What happens to requests without a user. Never chance: the same user would get another model with each request. */
export enum MissingUser {
  /** They are refused with 400. */
  Refuse = "refuse",
  /** They are told apart by the caller's address; whoever shares one gets the same. */
  UseClientAddress = "useClientAddress",
}

export interface Variant {
  readonly variant: string;
  readonly model: string;
  readonly percent: number;
}

export interface ModelRouterShape<Text> {
  readonly namespace: Text;
  readonly modelServer: { readonly httpPort?: number };
  readonly model: string;
  readonly expects?: string;
  readonly experiment: { readonly name?: string; readonly variants: readonly Variant[] };
  readonly serviceName?: string;
  readonly image?: Text;
  readonly measuringImage?: Text;
  readonly user?: { readonly source?: UserIdSource; readonly name?: string; readonly missing?: MissingUser };
  readonly replicas?: number;
  readonly maxReplicas?: number;
  readonly targetCpuPercent?: number;
  readonly resources?: Partial<Resources>;
  readonly limits?: Partial<Limits>;
  readonly callerNamespaces?: readonly string[];
  readonly metricsNamespaces?: readonly string[];
  readonly readerCidrs?: readonly Text[];
  readonly serviceMonitor?: { readonly intervalSeconds?: number };
  readonly signIn?: SignIn<Text>;
  readonly loadBalancer?: LoadBalancerShape<Text>;
  readonly tags?: Readonly<Record<string, unknown>>;
}

export interface Limits {
  readonly maxBodyKib: number;
  readonly answerSeconds: number;
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/** Fluent Bit: docs/decisions/0006-router-metrics-by-fluent-bit.md. Digest: the manifest list of Docker Hub, as read on 2026-11-21. */
export const MEASURING_IMAGE = "docker.io/fluent/fluent-bit:5.1.2@sha256:d792375ca8e53be72fc25716c28f291f32c6fc6f4f31d12d0d14bc78cefe9226";

/** The name that the loop looks for unless it is told another. */
export const DEFAULT_SERVICE_NAME = "ab-router";

/** Group of Kubernetes that the loop's function is in. */
export const WRITERS_GROUP = "ab-weight-writers";

export const PORTS = { requests: 8_080, internal: 8_081, metrics: 2_021 } as const;
export const DEFAULT_MODEL_SERVER_PORT = 8_000;
export const DEFAULT_METRICS_NAMESPACES = ["monitoring"];
export const DEFAULT_SCRAPE_SECONDS = 15;

const DEFAULT_EXPERIMENT = "exp1";
const DEFAULT_EXPECTS = "a request of the Open Inference Protocol, version 2";

/** Two survive the loss of a zone; the third is for the roll-out that each change of the split is. */
const DEFAULTS = { replicas: 3, targetCpuPercent: 60 };
const DEFAULT_RESOURCES: Resources = { cpuRequest: "250m", cpuLimit: "1", memoryRequest: "128Mi", memoryLimit: "256Mi" };

/** Answers of tree models take milliseconds (requirement S1 measures 0.3 s at P95); 37 numbers as text are under 1 KiB, a batch of 1,024 some 500. */
const DEFAULT_LIMITS: Limits = { maxBodyKib: 1_024, answerSeconds: 5, requestsPerSecond: 20, burst: 40 };

/** Seconds that a pod which goes still takes requests, until everybody has heard of it. */
export const DRAIN_SECONDS = 20;

/** Seconds that it then has at least to end those it has. */
const SECONDS_TO_END = 25;

/** To read a body, to reach the model server and to send its answer, besides what that takes to answer. */
const SECONDS_AROUND_ANSWER = 5;
const SECONDS_TO_STOP = 5;

interface Leaving {
  readonly drainSeconds: number;
  readonly secondsToEnd: number;
  readonly graceSeconds: number;
}

/** Both waits are as long as the longest request: the load balancer cuts off what it still waits for after the first, NGINX after the second. */
export function leavingOf({ limits }: Pick<ModelRouterShape<unknown>, "limits">): Leaving {
  const longest = (limits?.answerSeconds ?? DEFAULT_LIMITS.answerSeconds) + SECONDS_AROUND_ANSWER;
  const [drainSeconds, secondsToEnd] = [Math.max(DRAIN_SECONDS, longest), Math.max(SECONDS_TO_END, longest)];
  return { drainSeconds, secondsToEnd, graceSeconds: drainSeconds + secondsToEnd + SECONDS_TO_STOP };
}

const TEMPORARY_STORAGE = "256Mi";
const STARTED = { livenessDelaySeconds: 5 };

export function workloadOf<Text>(shape: ModelRouterShape<Text>): Workload<Text | string> {
  const { namespace, replicas = DEFAULTS.replicas, maxReplicas = replicas, targetCpuPercent = DEFAULTS.targetCpuPercent } = shape;
  return {
    ...{ name: shape.serviceName ?? DEFAULT_SERVICE_NAME, namespace, image: shape.image ?? NGINX_IMAGE, userId: NGINX_USER },
    ...{ port: PORTS.requests, environment: {}, temporaryStorage: TEMPORARY_STORAGE },
    drainSeconds: leavingOf(shape).drainSeconds,
    ...{ minReplicas: replicas, maxReplicas, targetCpuPercent },
    probes: { livenessPath: "/health", readinessPath: "/ready", ...STARTED },
    resources: { ...DEFAULT_RESOURCES, ...present(shape.resources ?? {}) },
    minReadySeconds: shape.loadBalancer === undefined ? 0 : SECONDS_UNTIL_IN_SERVICE,
  };
}

/** Before the loop has written anything. */
export function firstSplit({ experiment }: Pick<ModelRouterShape<unknown>, "experiment">): Split {
  const arms = experiment.variants.map(({ variant, model, percent }) => ({ variant, model, hundredths: hundredths(percent) }));
  return seedSplit(experiment.name ?? DEFAULT_EXPERIMENT, arms);
}

/** What only other resources know. */
export interface Surroundings {
  readonly upstreams: RouterFacts["upstreams"];
  readonly proxyCidrs: readonly string[];
  readonly readerCidrs: readonly string[];
}

export const FOLDERS = { frame: "/etc/router", split: "/etc/router-split" } as const;

export function routerFacts(shape: ModelRouterShape<unknown>, surroundings: Surroundings): RouterFacts {
  const { resources } = workloadOf(shape);
  return {
    ...{ model: shape.model, expects: shape.expects ?? DEFAULT_EXPECTS, user: userFacts(shape), ...surroundings },
    ...{ requestsListen: String(PORTS.requests), internalListen: String(PORTS.internal) },
    ...{ splitFile: `${FOLDERS.split}/split.conf`, temporaryFolder: "/tmp", requestLog: "/dev/stdout" },
    measureLog: MEASURE_LOG,
    // One for each CPU that the pod may use; by itself NGINX starts one for each CPU of the node.
    workers: Math.max(1, Math.ceil(readQuantity(resources.cpuLimit) ?? 1)),
    drainSeconds: leavingOf(shape).secondsToEnd,
    ...DEFAULT_LIMITS,
    ...present(shape.limits ?? {}),
  };
}

/** To the container beside it, without a file that would fill up; what gets lost there is missing in the metrics, never in the log. */
export const MEASURE_PORT = 5_140;
const MEASURE_LOG = `syslog:server=127.0.0.1:${MEASURE_PORT},facility=local7,tag=router,severity=info,nohostname`;

function userFacts({ user = {} }: ModelRouterShape<unknown>): UserFacts {
  const { source = UserIdSource.Header, missing = MissingUser.Refuse } = user;
  const name = user.name ?? DEFAULT_NAMES[source];
  return { ...NAMED[source](name), missing: missing === MissingUser.Refuse ? "refused" : "client-address" };
}

const DEFAULT_NAMES: Record<UserIdSource, string> = {
  [UserIdSource.Header]: "X-User-Id",
  [UserIdSource.Cookie]: "user_id",
  // "Authenticate users using an Application Load Balancer" (Elastic Load Balancing user guide): the claim `sub`, set by the load balancer.
  [UserIdSource.SignIn]: "X-Amzn-Oidc-Identity",
};

const NAMED: Record<UserIdSource, (name: string) => Omit<UserFacts, "missing">> = {
  [UserIdSource.Header]: (name) => ({ variable: headerVariable(name), described: `the header ${name}` }),
  [UserIdSource.Cookie]: (name) => ({ variable: `cookie_${name}`, described: `the cookie ${name}` }),
  [UserIdSource.SignIn]: (name) => ({ variable: headerVariable(name), described: `the header ${name}, which the load balancer sets` }),
};

function headerVariable(name: string): string {
  return `http_${name.toLowerCase().replaceAll("-", "_")}`;
}
