/** Whether a router's arguments make sense: whole sentences, all at once, before anything is created. */
import { percentFaults } from "../../../lambdas/domain/split/share";
import { SPLIT_NAME, SPLIT_NAME_RULE, splitFaults } from "../../../lambdas/domain/split/split";
import { enumFaults, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { orderFaults, quantityFaults } from "../../shared/quantity";
import { rangeFaults } from "../web-service/faults";
import { imageFaults } from "../web-service/image";
import { loadBalancerFaults, type LoadBalancerShape } from "../web-service/load-balancer";
import {
  DEFAULT_SERVICE_NAME,
  firstSplit,
  type Limits,
  MissingUser,
  type ModelRouterShape,
  UserIdSource,
  workloadOf,
} from "./model-router";
import { signInFaults } from "./sign-in";

const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,55}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const HEADER = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

/** NGINX's variable for a cookie has its name in it. */
const COOKIE = /^[a-z][a-z0-9_]{0,63}$/;

const REPLICAS = { min: 1, max: 1_000, rule: "pods are counted" };
const PERCENT = { min: 1, max: 100, rule: "it is the share of the CPUs that the pods ask for" };
const PORT = { min: 1, max: 65_535, rule: "TCP has ports" };
const SECONDS = { min: 5, max: 3_600, rule: "Prometheus asks every 5 seconds to every hour" };
const LIMITS: Record<keyof Limits, { min: number; max: number; rule: string }> = {
  maxBodyKib: { min: 1, max: 65_536, rule: "a body is kept in memory or on the pod's disk, 64 MiB at most" },
  answerSeconds: { min: 1, max: 50, rule: "a load balancer gives up after 60 seconds" },
  requestsPerSecond: { min: 1, max: 100_000, rule: "requests are counted" },
  burst: { min: 1, max: 1_000_000, rule: "requests are counted" },
};

/** Older ones run code of callers. */
const FIRST_SAFE_NGINX = [1, 30, 1] as const;

export function modelRouterFaults(shape: ModelRouterShape<unknown>): string[] {
  return [
    ...nameFaults(shape),
    ...experimentFaults(shape),
    ...(typeof shape.image === "string" ? nginxFaults(shape.image) : []),
    ...(typeof shape.measuringImage === "string" ? imageFaults("measuringImage", shape.measuringImage) : []),
    ...userFaults(shape),
    ...wholeNumberFaults("modelServer.httpPort", shape.modelServer.httpPort, PORT),
    ...replicaFaults(shape),
    ...resourceFaults(shape),
    ...Object.entries(LIMITS).flatMap(([limit, rule]) => wholeNumberFaults(`limits.${limit}`, shape.limits?.[limit as keyof Limits], rule)),
    ...repeatFaults("callerNamespaces", shape.callerNamespaces),
    ...repeatFaults("metricsNamespaces", shape.metricsNamespaces),
    ...readerFaults(shape.readerCidrs ?? []),
    ...wholeNumberFaults("serviceMonitor.intervalSeconds", shape.serviceMonitor?.intervalSeconds, SECONDS),
    ...(shape.loadBalancer === undefined ? [] : doorFaults(shape.loadBalancer, shape.tags)),
    ...signInFaults(shape.signIn, shape.loadBalancer),
  ];
}

function nameFaults({ serviceName = DEFAULT_SERVICE_NAME, namespace, model, expects }: ModelRouterShape<unknown>): string[] {
  const faults: string[] = [];
  if (!SERVICE_NAME.test(serviceName)) {
    const rule = "it becomes a host name, and the beginning of others: up to 57 lower-case letters, digits and hyphens, the first a letter";
    faults.push(`serviceName is ${JSON.stringify(serviceName)}; ${rule}: choose such a name`);
  }
  if (typeof namespace === "string" && !NAMESPACE.test(namespace)) {
    const rule = "Kubernetes takes up to 63 lower-case letters, digits and hyphens";
    faults.push(`namespace is ${JSON.stringify(namespace)}; ${rule}: choose such a name`);
  }
  if (!SPLIT_NAME.test(model)) {
    faults.push(`model is ${JSON.stringify(model)}; it is a part of the path: ${SPLIT_NAME_RULE}: choose such a name`);
  }
  if (expects !== undefined && !/^[\w ,.[\]-]{1,200}$/.test(expects)) {
    const rule = "it is read out to callers: letters, digits, blanks, and , . _ [ ] -";
    faults.push(`expects is ${JSON.stringify(expects)}; ${rule}: write it like input FP32[n,37]`);
  }
  return faults;
}

function experimentFaults(shape: ModelRouterShape<unknown>): string[] {
  const { variants } = shape.experiment;
  if (variants.length === 0) return ["experiment.variants is empty; requests would go nowhere: name one variant with 100 percent"];
  const percents = variants.flatMap(({ percent }, index) => percentFaults(`experiment.variants[${index}].percent`, percent));
  if (percents.length > 0) return percents;
  return splitFaults(firstSplit(shape)).map((fault) => fault.replace(/^experiment\.arms/, "experiment.variants"));
}

function nginxFaults(image: string): string[] {
  const version = /:(\d+)\.(\d+)\.(\d+)/.exec(image)?.slice(1).map(Number);
  const [major = 0, minor = 0, patch = 0] = version ?? FIRST_SAFE_NGINX;
  const [safeMajor, safeMinor, safePatch] = FIRST_SAFE_NGINX;
  const old = major !== safeMajor ? major < safeMajor : minor !== safeMinor ? minor < safeMinor : patch < safePatch;
  const unsafe = `image is ${JSON.stringify(image)}; before 1.30.1 callers can run code in NGINX (CVE-2026-42945): use 1.30.1 or newer`;
  return [...imageFaults("image", image), ...(old ? [unsafe] : [])];
}

function userFaults({ user = {}, signIn }: ModelRouterShape<unknown>): string[] {
  const { source = UserIdSource.Header, name, missing } = user;
  const kinds = [...enumFaults("user.source", source, UserIdSource), ...enumFaults("user.missing", missing, MissingUser)];
  if (kinds.length > 0) return kinds;
  if (source === UserIdSource.SignIn) {
    const faults =
      signIn === undefined ? ["signIn is missing with user.source signIn; nobody would have a name: add signIn, or take a header"] : [];
    if (name !== undefined)
      faults.push(`user.name is ${JSON.stringify(name)}; the load balancer chooses the header of who signed in: leave name out`);
    if (missing === MissingUser.UseClientAddress) {
      faults.push("user.missing is useClientAddress with user.source signIn; whoever gets in has signed in: leave missing out");
    }
    return faults;
  }
  const isCookie = source === UserIdSource.Cookie;
  if (name === undefined || (isCookie ? COOKIE : HEADER).test(name)) return [];
  const rule = isCookie
    ? "NGINX finds cookies of up to 64 lower-case letters, digits and underscores: choose such a name"
    : "a header's name has up to 64 letters, digits and hyphens, the first a letter: write one such as X-User-Id";
  return [`user.name is ${JSON.stringify(name)}; ${rule}`];
}

function replicaFaults(shape: ModelRouterShape<unknown>): string[] {
  const { replicas, maxReplicas, targetCpuPercent } = shape;
  const faults = [
    ...wholeNumberFaults("replicas", replicas, REPLICAS),
    ...wholeNumberFaults("maxReplicas", maxReplicas, REPLICAS),
    ...wholeNumberFaults("targetCpuPercent", targetCpuPercent, PERCENT),
  ];
  const fewest = workloadOf(shape).minReplicas;
  if (maxReplicas !== undefined && maxReplicas < fewest) {
    faults.push(`maxReplicas is ${maxReplicas}; replicas is ${fewest}: raise the one, or lower the other`);
  }
  if (maxReplicas === undefined && targetCpuPercent !== undefined) {
    faults.push(
      `targetCpuPercent is ${targetCpuPercent} without maxReplicas; the number of pods is fixed: add maxReplicas, or leave it out`,
    );
  }
  return faults;
}

function resourceFaults(shape: ModelRouterShape<unknown>): string[] {
  const { cpuRequest, cpuLimit, memoryRequest, memoryLimit } = workloadOf(shape).resources;
  const chosen: [string, string | undefined][] = Object.entries(shape.resources ?? {});
  return [
    ...chosen.flatMap(([property, amount]) => quantityFaults(`resources.${property}`, amount)),
    ...orderFaults("resources.cpuRequest", cpuRequest, "resources.cpuLimit", cpuLimit),
    ...orderFaults("resources.memoryRequest", memoryRequest, "resources.memoryLimit", memoryLimit),
  ];
}

export function readerFaults(cidrs: readonly unknown[]): string[] {
  return rangeFaults(
    "readerCidrs",
    cidrs,
    "everybody in the network could read who gets which model: name the ranges of the loop's functions",
  );
}

function doorFaults(loadBalancer: LoadBalancerShape<unknown>, tags: ModelRouterShape<unknown>["tags"]): string[] {
  const faults = loadBalancerFaults(loadBalancer, tags);
  const { healthPath, idleTimeoutSeconds } = loadBalancer;
  if (healthPath !== undefined) {
    faults.push(`loadBalancer.healthPath is ${JSON.stringify(healthPath)}; the router answers that on a port of its own: leave it out`);
  }
  // NGINX keeps idle connections for 75 seconds; a load balancer that keeps them longer sends requests into closing ones.
  if (typeof idleTimeoutSeconds === "number" && idleTimeoutSeconds > 60) {
    faults.push(`loadBalancer.idleTimeoutSeconds is ${idleTimeoutSeconds}; the router closes idle connections after 75: use 60 or less`);
  }
  return faults;
}
