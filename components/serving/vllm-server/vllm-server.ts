/** What serves a language model, and whether its arguments make sense. */
import { enumFaults, isNumber, repeatFaults, shown, wholeNumberFaults } from "../../shared/faults";
import { type PolicyStatement } from "../../shared/policy-document";
import { quantityFaults } from "../../shared/quantity";
import { fitFaults, type FitSubject, GpuModel, LanguageModel, LANGUAGE_MODELS, type LanguageModelShape } from "../fit";
import { NGINX_IMAGE } from "../shared/nginx";
import { imageFaults } from "../web-service/image";
import { VLLM_IMAGE } from "./flags";
import { admittedRequests, type WakeQueue } from "./scaling";
import { storageOf } from "./storage";
import { type CacheClaim, type LanguageServer } from "./workload";

/** What of the arguments can be wrong before Kubernetes is asked. */
export interface VllmServerShape<Text> {
  readonly namespace: Text;
  readonly serviceName?: string;
  readonly model?: LanguageModel;
  readonly customModel?: LanguageModelShape;
  readonly servedName?: string;
  readonly weights: { readonly bucketName: Text; readonly prefix: string };
  readonly image?: Text;
  readonly proxyImage?: Text;
  readonly gpu?: GpuModel;
  readonly instanceType?: string;
  readonly nodeDiskGiB?: number;
  readonly contextTokens?: number;
  readonly sequences?: number;
  readonly gpuMemoryUtilization?: number;
  readonly batchedTokens?: number;
  readonly chatTemplate?: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly wakeQueue?: { readonly queueUrl: Text; readonly messagesPerReplica?: number };
  readonly monitoring?: { readonly waitingPerReplica?: number };
  readonly callerNamespaces?: readonly string[];
  readonly startMinutes?: number;
  readonly answerSeconds?: number;
  readonly drainSeconds?: number;
  readonly cacheClaim?: Partial<CacheClaim> & { readonly storageClassName: string };
}

/**
 * Document P's explanations: prompts of up to 3,000 tokens, answers of up to 500 (S2). Eight texts of 4,096 tokens do not fit beside each other
 * on a T4; four do, and vLLM puts the fifth off instead of failing.
 */
const DEFAULTS = {
  sequences: 4,
  gpuMemoryUtilization: 0.9,
  batchedTokens: 2_048,
  cpu: "3",
  memory: "11Gi",
  minReplicas: 1,
  startMinutes: 15,
  answerSeconds: 60,
  drainSeconds: 60,
};

export const DEFAULT_CACHE_GIB = 10;
const DEFAULT_MESSAGES_PER_REPLICA = 8;

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

export function serverOf<Text>(name: string, shape: VllmServerShape<Text>, region: Text, weights: Text): LanguageServer<Text> {
  const fit = fitSubject(shape);
  const chosen = { ...DEFAULTS, ...defined(shape) } as typeof DEFAULTS & VllmServerShape<Text>;
  const model = modelOf(shape);
  const { minReplicas, cacheClaim, chatTemplate } = chosen;
  return {
    ...{ name: chosen.serviceName ?? name, namespace: shape.namespace, region, weights },
    image: shape.image ?? (VLLM_IMAGE as Text),
    proxyImage: shape.proxyImage ?? (NGINX_IMAGE as Text),
    engine: {
      model,
      servedName: servedNameOf(shape),
      contextTokens: contextOf(shape, model),
      sequences: chosen.sequences,
      admittedRequests: admittedRequests(chosen.sequences, chosen.answerSeconds, shape.monitoring?.waitingPerReplica),
      gpuMemoryUtilization: chosen.gpuMemoryUtilization,
      batchedTokens: chosen.batchedTokens,
      drainSeconds: chosen.drainSeconds,
      hasChatTemplate: chatTemplate !== undefined,
    },
    ...(chatTemplate !== undefined && { chatTemplate }),
    ...{ cpu: chosen.cpu, memory: chosen.memory, minReplicas, maxReplicas: maxReplicasOf(shape) },
    ...{ startMinutes: chosen.startMinutes, answerSeconds: chosen.answerSeconds, fit },
    ...(cacheClaim && { cacheClaim: { storageClassName: cacheClaim.storageClassName, sizeGiB: cacheClaim.sizeGiB ?? DEFAULT_CACHE_GIB } }),
  };
}

export function wakeQueueOf<Text>({ wakeQueue }: VllmServerShape<Text>): WakeQueue<Text> | undefined {
  if (wakeQueue === undefined) return undefined;
  return { queueUrl: wakeQueue.queueUrl, messagesPerReplica: wakeQueue.messagesPerReplica ?? DEFAULT_MESSAGES_PER_REPLICA };
}

/** Programs in other languages, and configuration, say `undefined` where they say nothing. */
function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>;
}

function modelOf({ model, customModel }: VllmServerShape<unknown>): LanguageModelShape {
  return customModel ?? LANGUAGE_MODELS[model ?? LanguageModel.Llama2With7BGptq];
}

function servedNameOf(shape: VllmServerShape<unknown>): string {
  return shape.servedName ?? modelOf(shape).name;
}

function contextOf({ contextTokens }: VllmServerShape<unknown>, { maxContextTokens }: LanguageModelShape): number {
  return contextTokens ?? Math.min(4_096, maxContextTokens);
}

function maxReplicasOf({ minReplicas = DEFAULTS.minReplicas, maxReplicas, wakeQueue, monitoring }: VllmServerShape<unknown>): number {
  if (maxReplicas !== undefined) return maxReplicas;
  return wakeQueue === undefined && monitoring === undefined ? minReplicas : Math.max(minReplicas, 1);
}

function fitSubject(shape: VllmServerShape<unknown>): FitSubject {
  const { gpu = GpuModel.T4, instanceType = "g4dn.xlarge", nodeDiskGiB = 100, sequences, gpuMemoryUtilization, batchedTokens } = shape;
  const { cpu = DEFAULTS.cpu, memory = DEFAULTS.memory, image } = shape;
  const model = modelOf(shape);
  const images = typeof image === "string" ? [image] : image === undefined ? [VLLM_IMAGE] : [];
  return {
    languageModel: {
      ...{ model, gpu, contextTokens: contextOf(shape, model) },
      sequences: sequences ?? DEFAULTS.sequences,
      gpuMemoryUtilization: gpuMemoryUtilization ?? DEFAULTS.gpuMemoryUtilization,
      batchedTokens: batchedTokens ?? DEFAULTS.batchedTokens,
    },
    pod: { cpu: withProxy(cpu), memory, gpus: 1, images, ephemeralStorage: storageOf(shape.cacheClaim !== undefined).pod },
    node: { instanceType, diskGiB: nodeDiskGiB },
  };
}

/** The proxy's 50m come on top. Its 32 MiB are within what the fit check's figures are rounded by. */
function withProxy(cpu: string): string {
  const millis = /^(\d+)m$/.exec(cpu)?.[1];
  const whole = /^\d+(?:\.\d+)?$/.test(cpu) ? Number(cpu) * 1_000 : Number(millis);
  return Number.isFinite(whole) ? `${Math.round(whole) + 50}m` : cpu;
}

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

/** Reads one model's files, and nothing else of the bucket. */
export function weightStatements(bucketName: string, prefix: string, partition: string, kmsKeyArn: string | undefined): PolicyStatement[] {
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  const decrypt: PolicyStatement[] =
    kmsKeyArn === undefined ? [] : [{ Sid: "DecryptWeights", Effect: "Allow", Action: "kms:Decrypt", Resource: kmsKeyArn }];
  return [
    {
      ...{ Sid: "ListWeights", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn },
      Condition: { StringLike: { "s3:prefix": `${prefix}*` } },
    },
    { Sid: "ReadWeights", Effect: "Allow", Action: "s3:GetObject", Resource: `${bucketArn}/${prefix}*` },
    ...decrypt,
  ];
}
