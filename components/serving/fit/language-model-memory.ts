/** How much of a GPU a language model takes, and for how many tokens there is room in the rest. Arithmetic, held against measured servers. */
import { type GpuFacts } from "./gpus";
import { type LanguageModelShape, Quantization } from "./language-models";

export enum KvCacheDtype {
  /** Keys and values as 16-bit numbers. */
  Auto = "auto",
  Fp8 = "fp8",
  Fp8E4m3 = "fp8_e4m3",
  Fp8E5m2 = "fp8_e5m2",
}

export interface MemorySettings {
  gpuMemoryUtilization: number;
  batchedTokens: number;
  sequences: number;
  kvCacheDtype: KvCacheDtype;
  enforceEager: boolean;
}

export interface LanguageModelMemory {
  /** What the server may use of the GPU. */
  readonly budgetBytes: number;
  readonly weightsBytes: number;
  /** Activations of the largest step, CUDA's own context and recorded graphs. */
  readonly runtimeBytes: number;
  readonly kvBytesPerToken: number;
  /** Tokens of all sequences together for which there is room; 0 where not even the weights have. */
  readonly cacheTokens: number;
}

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const HALF_BYTES = 2;

/** vLLM keeps keys and values in blocks of so many tokens on CUDA (vllm/platforms/cuda.py, `block_size`, 2026-06). */
const BLOCK_TOKENS = 16;

/**
 * CUDA's context, cuBLAS' work space and what the allocator keeps in reserve; then the graphs that are recorded for small batches.
 * vLLM profiles both at each start, and publishes neither: these are what is missing between its published measurements and the rest of this
 * sum, rounded up (docs/features/quantization/quantized_kvcache.md, 2026-08: 0.9 to 1.3 GiB in all for Qwen3-4B on an L4).
 */
const CONTEXT_BYTES = 640 * MIB;
const GRAPHS_BYTES = 512 * MIB;

export function languageModelMemory(model: LanguageModelShape, gpu: GpuFacts, settings: MemorySettings): LanguageModelMemory {
  const budgetBytes = Math.floor(gpu.usableGiB * GIB * settings.gpuMemoryUtilization);
  const weightsBytes = weightsOf(model);
  const runtimeBytes = runtimeOf(model, settings);
  const kvBytesPerToken =
    2 * model.layers * model.kvHeads * model.headSize * (settings.kvCacheDtype === KvCacheDtype.Auto ? HALF_BYTES : 1);
  const blocks = Math.floor((budgetBytes - weightsBytes - runtimeBytes) / (kvBytesPerToken * BLOCK_TOKENS));
  return { budgetBytes, weightsBytes, runtimeBytes, kvBytesPerToken, cacheTokens: Math.max(0, blocks * BLOCK_TOKENS) };
}

/**
 * The matrices of all layers at their bits, with a 16-bit scale and a zero point for each group; embeddings stay at 16 bits. Norms are left
 * out: a ten-thousandth of the whole.
 */
export function weightsOf(model: LanguageModelShape): number {
  const { layers, hiddenSize, intermediateSize, attentionHeads, kvHeads, headSize, vocabulary, tiedEmbeddings } = model;
  const attention = 2 * hiddenSize * headSize * (attentionHeads + kvHeads);
  const perLayer = attention + 3 * hiddenSize * intermediateSize;
  const embeddings = vocabulary * hiddenSize * HALF_BYTES * (tiedEmbeddings ? 1 : 2);
  return Math.ceil(layers * perLayer * bytesPerWeight(model) + embeddings);
}

function bytesPerWeight({ quantization, weightBits, groupSize }: LanguageModelShape): number {
  const grouped = quantization === Quantization.Gptq || quantization === Quantization.Awq;
  const scaleBits = grouped && groupSize > 0 ? (16 + weightBits) / groupSize : 0;
  return (weightBits + scaleBits) / 8;
}

/** Of one layer at a time: residual, normed input, queries and output of the attention; gate, up and their product. Then words to choose from. */
function runtimeOf(model: LanguageModelShape, { batchedTokens, sequences, enforceEager }: MemorySettings): number {
  const activations = batchedTokens * (4 * model.hiddenSize + 3 * model.intermediateSize) * HALF_BYTES;
  // The sampler holds the scores as 32-bit numbers, sorted and unsorted.
  const scores = sequences * model.vocabulary * 2 * 4;
  return CONTEXT_BYTES + (enforceEager ? 0 : GRAPHS_BYTES) + activations + scores;
}
