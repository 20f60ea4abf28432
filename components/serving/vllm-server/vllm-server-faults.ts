/** Whether the arguments of a language model's server make sense. */
import { enumFaults, isNumber, repeatFaults, shown, wholeNumberFaults } from "../../shared/faults";
import { quantityFaults } from "../../shared/quantity";
import { fitFaults, GpuModel, LanguageModel } from "../fit";
import { imageFaults } from "../web-service/image";
import { DEFAULTS, fitSubject, maxReplicasOf, type VllmServerShape } from "./vllm-server";

const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,53}[a-z0-9])?$/;
const SERVED_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const REPLICAS = { min: 0, max: 100, rule: "pods are counted" };
const MOST = { min: 1, max: 100, rule: "pods are counted" };
const START = { min: 10, max: 60, rule: "weights and kernels take minutes, and a budget that is too short restarts the pod for ever" };
const ANSWER = { min: 5, max: 600, rule: "an answer takes seconds" };
const DRAIN = { min: 1, max: 600, rule: "EKS gives a node that goes 15 minutes in all" };
const CACHE = { min: 1, max: 1_000, rule: "kernels take some hundred megabytes" };
const DISK = { min: 20, max: 16_384, rule: "a gp3 volume holds as much" };
const MESSAGES = { min: 1, max: 100_000, rule: "messages are counted" };

export function vllmServerFaults(name: string, shape: VllmServerShape<unknown>): string[] {
  const own = ownFaults(name, shape);
  // Figures of a model that is not known, or of amounts that are none, would only add sentences that are not true.
  return own.length > 0 ? own : fitFaults(fitSubject(shape));
}

function ownFaults(name: string, shape: VllmServerShape<unknown>): string[] {
  const { image, proxyImage, weights, callerNamespaces, wakeQueue, cacheClaim } = shape;
  const texts = [
    ["image", image],
    ["proxyImage", proxyImage],
  ] as const;
  return [
    ...nameFaults(shape.serviceName ?? name, shape.serviceName === undefined),
    ...enumFaults("model", shape.model, LanguageModel),
    ...enumFaults("gpu", shape.gpu, GpuModel),
    ...(shape.model !== undefined && shape.customModel !== undefined
      ? ["model is given beside customModel; one server has one model: leave one of them out"]
      : []),
    ...servedNameFaults(shape.servedName),
    ...weightFaults(weights),
    ...texts.flatMap(([property, value]) => (typeof value === "string" ? imageFaults(property, value) : [])),
    ...quantityFaults("cpu", shape.cpu),
    ...quantityFaults("memory", shape.memory),
    ...wholeNumberFaults("nodeDiskGiB", shape.nodeDiskGiB, DISK),
    ...wholeNumberFaults("startMinutes", shape.startMinutes, START),
    ...wholeNumberFaults("answerSeconds", shape.answerSeconds, ANSWER),
    ...wholeNumberFaults("drainSeconds", shape.drainSeconds, DRAIN),
    ...wholeNumberFaults("wakeQueue.messagesPerReplica", wakeQueue?.messagesPerReplica, MESSAGES),
    ...wholeNumberFaults("cacheClaim.sizeGiB", cacheClaim?.sizeGiB, CACHE),
    ...(callerNamespaces?.length === 0
      ? ["callerNamespaces is empty; nobody could call the server: name a namespace, or leave it out"]
      : repeatFaults("callerNamespaces", callerNamespaces)),
    ...drainFaults(shape),
    ...replicaFaults(shape),
  ];
}

function nameFaults(serviceName: string, isDefault: boolean): string[] {
  const cure = isDefault ? "choose such a name, or give a serviceName" : "choose such a name";
  if (SERVICE_NAME.test(serviceName)) return [];
  const rule = "it becomes a host name: up to 55 lower-case letters, digits and hyphens, the first a letter";
  return [`serviceName is ${JSON.stringify(serviceName)}; ${rule}: ${cure}`];
}

function servedNameFaults(servedName: string | undefined): string[] {
  if (servedName === undefined || SERVED_NAME.test(servedName)) return [];
  const rule = "it stands in requests, metrics and queries: up to 63 letters, digits, dots, hyphens and underscores";
  return [`servedName is ${shown(servedName)}; ${rule}: choose such a name`];
}

function weightFaults({ bucketName, prefix }: VllmServerShape<unknown>["weights"]): string[] {
  const faults: string[] = [];
  if (bucketName === undefined || bucketName === "") {
    faults.push("weights.bucketName is missing; weights are never fetched from the Hub: name a bucket of yours");
  }
  if (typeof prefix !== "string" || !/^[\w!.*'()-][\w!.*'()/-]*\/$/.test(prefix)) {
    const rule = "it is the folder of one model's files: no slash in front, one at the end";
    faults.push(`weights.prefix is ${shown(prefix)}; ${rule}: write it like llm/llama-2-7b-gptq/v1/`);
  }
  return faults;
}

function drainFaults({ answerSeconds = DEFAULTS.answerSeconds, drainSeconds = DEFAULTS.drainSeconds }: VllmServerShape<unknown>): string[] {
  if (!isNumber(answerSeconds) || !isNumber(drainSeconds) || drainSeconds >= answerSeconds || drainSeconds < DRAIN.min) return [];
  return [
    `drainSeconds is ${drainSeconds}; answerSeconds is ${answerSeconds}, and every roll-out would cut answers off: raise the one, or lower the other`,
  ];
}

function replicaFaults(shape: VllmServerShape<unknown>): string[] {
  const { minReplicas = DEFAULTS.minReplicas, wakeQueue, monitoring, cacheClaim } = shape;
  const maxReplicas = maxReplicasOf(shape);
  const faults = [
    ...wholeNumberFaults("minReplicas", minReplicas, REPLICAS),
    ...(maxReplicas === minReplicas ? [] : wholeNumberFaults("maxReplicas", maxReplicas, MOST)),
  ];
  if (!isNumber(minReplicas) || !isNumber(maxReplicas)) return faults;
  if (minReplicas > maxReplicas) {
    faults.push(`minReplicas is ${minReplicas}; maxReplicas is ${maxReplicas}: lower the one, or raise the other`);
  }
  if (maxReplicas > minReplicas && minReplicas === 0 && wakeQueue === undefined) {
    faults.push("minReplicas is 0; without a pod vLLM has no metric, and nothing would ever wake it: give a wakeQueue, or use 1");
  }
  if (maxReplicas > minReplicas && minReplicas > 0 && wakeQueue === undefined && monitoring === undefined) {
    const rule = "nothing would tell when a second pod is needed";
    faults.push(`maxReplicas is ${maxReplicas}; ${rule}: give monitoring or a wakeQueue, or use ${minReplicas}`);
  }
  if (cacheClaim !== undefined && maxReplicas > 1) {
    const rule = "an EBS volume is attached to one node at a time, and a second pod would wait for ever";
    faults.push(`cacheClaim is given with maxReplicas ${maxReplicas}; ${rule}: leave it out, or use 1`);
  }
  return faults;
}
