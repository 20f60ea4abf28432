/** What serves a language model. */
import { type PolicyStatement } from "../../shared/policy-document";
import { present } from "../../shared/present";
import { type FitSubject, GpuModel, LanguageModel, LANGUAGE_MODELS, type LanguageModelShape } from "../fit";
import { NGINX_IMAGE } from "../shared/nginx";
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
export const DEFAULTS = {
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

export function serverOf<Text>(name: string, shape: VllmServerShape<Text>, region: Text, weights: Text): LanguageServer<Text> {
  const fit = fitSubject(shape);
  const chosen = { ...DEFAULTS, ...present(shape) } as typeof DEFAULTS & VllmServerShape<Text>;
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

function modelOf({ model, customModel }: VllmServerShape<unknown>): LanguageModelShape {
  return customModel ?? LANGUAGE_MODELS[model ?? LanguageModel.Llama2With7BGptq];
}

function servedNameOf(shape: VllmServerShape<unknown>): string {
  return shape.servedName ?? modelOf(shape).name;
}

function contextOf({ contextTokens }: VllmServerShape<unknown>, { maxContextTokens }: LanguageModelShape): number {
  return contextTokens ?? Math.min(4_096, maxContextTokens);
}

export function maxReplicasOf({
  minReplicas = DEFAULTS.minReplicas,
  maxReplicas,
  wakeQueue,
  monitoring,
}: VllmServerShape<unknown>): number {
  if (maxReplicas !== undefined) return maxReplicas;
  return wakeQueue === undefined && monitoring === undefined ? minReplicas : Math.max(minReplicas, 1);
}

export function fitSubject(shape: VllmServerShape<unknown>): FitSubject {
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
