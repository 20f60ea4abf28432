/** Does a language model run on this GPU, with this context, for so many at once? If not, what is the nearest that does. */
import { enumFaults, isNumber, shown, wholeNumberFaults } from "../../shared/faults";
import { AttentionBackend, type AttentionFeature, capabilityFaults, ModelDtype } from "./capabilities";
import { GPU_MODELS, type GpuFacts, GpuModel, GPUS } from "./gpus";
import { KvCacheDtype, languageModelMemory, type LanguageModelMemory, type MemorySettings } from "./language-model-memory";
import { LANGUAGE_MODELS, type LanguageModelShape } from "./language-models";

/** Named as vLLM's flags are, in our words. Whatever is left out is what the server is started with. */
export interface LanguageModelRequest {
  model: LanguageModelShape;
  gpu: GpuModel;
  /** Longest prompt and answer of one request together (`--max-model-len`). @default the model's own, at most 4,096 */
  contextTokens?: number;
  /** Requests answered at once (`--max-num-seqs`). @default 4 */
  sequences?: number;
  /** Prompt and answer of a usual request: what is reserved for each of them. @default contextTokens, so that none is ever put off */
  usualTokens?: number;
  /** Share of the GPU that the server may take (`--gpu-memory-utilization`). @default 0.9 */
  gpuMemoryUtilization?: number;
  /** Tokens of one step (`--max-num-batched-tokens`). @default 2048 */
  batchedTokens?: number;
  /** @default ModelDtype.Float16 */
  dtype?: ModelDtype;
  /** @default KvCacheDtype.Auto */
  kvCacheDtype?: KvCacheDtype;
  /** @default AttentionBackend.TritonAttention */
  attentionBackend?: AttentionBackend;
  /** @default none */
  attentionFeatures?: AttentionFeature[];
  /** Whether no graphs are recorded: a faster start, slower answers, and half a GiB more for the cache. @default false */
  enforceEager?: boolean;
}

export interface LanguageModelFit extends LanguageModelMemory {
  readonly fits: boolean;
  /** Tokens that all sequences need together. */
  readonly neededTokens: number;
  /** Tokens of cache that are left; negative where they are missing. */
  readonly spareTokens: number;
  /** What to change, the smallest change first. Empty where it fits. */
  readonly nearest: readonly string[];
}

const UTILIZATION = { least: 0.5, most: 0.95 };
const COUNT = { min: 1, max: 4_096, rule: "requests are counted" };
const BATCH = { min: 128, max: 131_072, rule: "a step has 128 tokens at least" };
/** Less than this leaves no room for a question with what it is about. */
const LEAST_CONTEXT = 512;
const CONTEXT_STEP = 256;

type Complete = Required<LanguageModelRequest>;

export function completeRequest(request: LanguageModelRequest): Complete {
  const contextTokens = request.contextTokens ?? Math.min(4_096, request.model.maxContextTokens);
  return {
    model: request.model,
    gpu: request.gpu,
    contextTokens,
    sequences: request.sequences ?? 4,
    usualTokens: request.usualTokens ?? contextTokens,
    gpuMemoryUtilization: request.gpuMemoryUtilization ?? 0.9,
    batchedTokens: request.batchedTokens ?? 2_048,
    dtype: request.dtype ?? ModelDtype.Float16,
    kvCacheDtype: request.kvCacheDtype ?? KvCacheDtype.Auto,
    attentionBackend: request.attentionBackend ?? AttentionBackend.TritonAttention,
    attentionFeatures: request.attentionFeatures ?? [],
    enforceEager: request.enforceEager ?? false,
  };
}

/** Whole sentences; none where the model runs. `prefix` goes before each property: `llm.` */
export function languageModelFaults(request: LanguageModelRequest, prefix = ""): string[] {
  const complete = completeRequest(request);
  const wrong = valueFaults(prefix, complete);
  if (wrong.length > 0) return wrong;
  return [...capabilityFaults(prefix, GPUS[complete.gpu], complete), ...memoryFaults(prefix, complete)];
}

/** Of values that are right: see `languageModelFaults`. */
export function languageModelFit(request: LanguageModelRequest): LanguageModelFit {
  const complete = completeRequest(request);
  const room = roomFor(complete);
  return { ...room, nearest: room.fits ? [] : nearest(complete) };
}

function valueFaults(prefix: string, request: Complete): string[] {
  const { model, contextTokens, usualTokens, gpuMemoryUtilization: share } = request;
  const context = {
    min: LEAST_CONTEXT,
    max: model.maxContextTokens,
    rule: `${model.name} looks back on ${counted(model.maxContextTokens)} tokens`,
  };
  const usual = { min: 1, max: contextTokens, rule: "a usual request is no longer than the longest" };
  const shareIsRight = isNumber(share) && share >= UTILIZATION.least && share <= UTILIZATION.most;
  return [
    ...enumFaults(`${prefix}gpu`, request.gpu, GpuModel),
    ...enumFaults(`${prefix}dtype`, request.dtype, ModelDtype),
    ...enumFaults(`${prefix}kvCacheDtype`, request.kvCacheDtype, KvCacheDtype),
    ...enumFaults(`${prefix}attentionBackend`, request.attentionBackend, AttentionBackend),
    ...wholeNumberFaults(`${prefix}contextTokens`, contextTokens, context),
    ...wholeNumberFaults(`${prefix}sequences`, request.sequences, COUNT),
    ...wholeNumberFaults(`${prefix}usualTokens`, usualTokens, usual),
    ...wholeNumberFaults(`${prefix}batchedTokens`, request.batchedTokens, BATCH),
    ...(shareIsRight
      ? []
      : [
          `${prefix}gpuMemoryUtilization is ${shown(share)}; below ${UTILIZATION.least} most of the GPU idles, above ${UTILIZATION.most} the driver has no room: use 0.9`,
        ]),
  ];
}

type Room = Omit<LanguageModelFit, "nearest">;

/** The longest request must have room, or the server does not start; the usual ones all at once, or they put each other off. */
function roomFor(request: Complete): Room {
  const memory = languageModelMemory(request.model, GPUS[request.gpu], request satisfies MemorySettings);
  const neededTokens = Math.max(request.contextTokens, request.sequences * request.usualTokens);
  return { ...memory, neededTokens, spareTokens: memory.cacheTokens - neededTokens, fits: memory.cacheTokens >= neededTokens };
}

function memoryFaults(prefix: string, request: Complete): string[] {
  const { model, gpu, sequences, usualTokens, contextTokens, gpuMemoryUtilization } = request;
  const room = roomFor(request);
  if (room.fits) return [];
  const cure = ways(nearest(request));
  const { title } = GPUS[gpu];
  if (room.cacheTokens === 0) {
    const taken = `its weights take ${gib(room.weightsBytes)} and the server ${gib(room.runtimeBytes)}`;
    return [
      `${prefix}model is ${model.name}; ${taken}, and ${gpuMemoryUtilization * 100} % of a ${title} is ${gib(room.budgetBytes)}: ${cure}`,
    ];
  }
  const left = `${model.name} leaves room for ${counted(room.cacheTokens)} on a ${title}`;
  if (contextTokens > room.cacheTokens) {
    return [`${prefix}contextTokens is ${contextTokens}; ${left}, and the server would not start: ${cure}`];
  }
  const need = `${sequences} requests of ${counted(usualTokens)} tokens need ${counted(room.neededTokens)}`;
  return [`${prefix}sequences is ${sequences}; ${need}, and ${left}: ${cure}`];
}

function ways(changes: readonly string[]): string {
  return changes.length === 0 ? "use a smaller model" : `use ${changes.slice(0, 3).join(", or ")}`;
}

/** From the smallest change to the largest: fewer at once, shorter texts, more of the GPU, other weights, another GPU. */
function nearest(request: Complete): string[] {
  const { model, gpu, cacheTokens, sequences, usualTokens, contextTokens } = { ...request, ...roomFor(request) };
  const fitsWith = (change: Partial<Complete>): boolean => roomFor({ ...request, ...change }).fits;
  const fewer = Math.floor(cacheTokens / usualTokens);
  const shorter = Math.floor(Math.min(contextTokens, cacheTokens / sequences) / CONTEXT_STEP) * CONTEXT_STEP;
  const lighter = Object.values(LANGUAGE_MODELS).find(
    (other) => isSibling(other, model) && other.weightBits < model.weightBits && runs({ ...request, model: other }),
  );
  const larger = GPU_MODELS.map((other) => ({ other, facts: GPUS[other] })).find(
    ({ other, facts }) => facts.usableGiB > GPUS[gpu].usableGiB && runs({ ...request, gpu: other }),
  );
  return [
    ...(fewer >= 1 && fewer < sequences && fitsWith({ sequences: fewer }) ? [`sequences ${fewer}`] : []),
    ...(shorter >= LEAST_CONTEXT && fitsWith({ contextTokens: shorter, usualTokens: shorter }) ? [`contextTokens ${shorter}`] : []),
    ...(fitsWith({ gpuMemoryUtilization: UTILIZATION.most }) ? [`gpuMemoryUtilization ${UTILIZATION.most}`] : []),
    ...(lighter === undefined ? [] : [`the model ${lighter.name}`]),
    ...(larger === undefined ? [] : [onGpu(larger.facts)]),
  ];
}

function runs(request: Complete): boolean {
  return roomFor(request).fits && capabilityFaults("", GPUS[request.gpu], request).length === 0;
}

/** The same network, weights apart. */
function isSibling(one: LanguageModelShape, other: LanguageModelShape): boolean {
  return one.layers === other.layers && one.hiddenSize === other.hiddenSize && one.vocabulary === other.vocabulary;
}

function onGpu({ title, instance }: GpuFacts): string {
  return `an ${title} (${instance})`;
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function counted(value: number): string {
  return value.toLocaleString("en-US");
}
