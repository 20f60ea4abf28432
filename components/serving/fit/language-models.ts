/** Language models as the fit check needs them: numbers out of their `config.json`. A model that is not here is one more object of this shape. */

export enum Quantization {
  /** Weights as 16-bit numbers. */
  None = "none",
  Gptq = "gptq",
  Awq = "awq",
  Fp8 = "fp8",
}

export interface LanguageModelShape {
  /** What people and faults call it. */
  name: string;
  layers: number;
  hiddenSize: number;
  /** Of the feed-forward part. */
  intermediateSize: number;
  attentionHeads: number;
  /** Heads whose keys and values are kept; fewer than attention heads where these share them. */
  kvHeads: number;
  headSize: number;
  vocabulary: number;
  /** Whether words going in and words coming out share one matrix. */
  tiedEmbeddings: boolean;
  /** The longest text that it was trained to look back on. */
  maxContextTokens: number;
  quantization: Quantization;
  /** Bits of one weight; 16 without quantisation. */
  weightBits: number;
  /** Weights that share one scale; -1: a whole column. Without meaning where nothing is quantised. */
  groupSize: number;
  /** Whether zero is zero: only then have the fast kernels a use for GPTQ. */
  symmetric: boolean;
}

const FP16 = { quantization: Quantization.None, weightBits: 16, groupSize: -1, symmetric: true };
const GPTQ_4 = { quantization: Quantization.Gptq, weightBits: 4, groupSize: 128, symmetric: true };
const AWQ_4 = { quantization: Quantization.Awq, weightBits: 4, groupSize: 128, symmetric: false };

const LLAMA_2_7B = {
  ...{ layers: 32, hiddenSize: 4_096, intermediateSize: 11_008, attentionHeads: 32, kvHeads: 32, headSize: 128 },
  ...{ vocabulary: 32_000, tiedEmbeddings: false, maxContextTokens: 4_096 },
};
const LLAMA_3_1_8B = {
  ...{ layers: 32, hiddenSize: 4_096, intermediateSize: 14_336, attentionHeads: 32, kvHeads: 8, headSize: 128 },
  ...{ vocabulary: 128_256, tiedEmbeddings: false, maxContextTokens: 131_072 },
};
const QWEN_2_5_7B = {
  ...{ layers: 28, hiddenSize: 3_584, intermediateSize: 18_944, attentionHeads: 28, kvHeads: 4, headSize: 128 },
  ...{ vocabulary: 152_064, tiedEmbeddings: false, maxContextTokens: 32_768 },
};
const QWEN_3_8B = {
  ...{ layers: 36, hiddenSize: 4_096, intermediateSize: 12_288, attentionHeads: 32, kvHeads: 8, headSize: 128 },
  ...{ vocabulary: 151_936, tiedEmbeddings: false, maxContextTokens: 40_960 },
};
const QWEN_3_4B = {
  ...{ layers: 36, hiddenSize: 2_560, intermediateSize: 9_728, attentionHeads: 32, kvHeads: 8, headSize: 128 },
  ...{ vocabulary: 151_936, tiedEmbeddings: true, maxContextTokens: 40_960 },
};

export enum LanguageModel {
  /** Document P's model: S2's default. */
  Llama2With7BGptq = "llama-2-7b-gptq",
  Llama2With7B = "llama-2-7b",
  Llama31With8BInstructAwq = "llama-3.1-8b-instruct-awq",
  Qwen25With7BInstructGptq = "qwen2.5-7b-instruct-gptq",
  Qwen3With8BAwq = "qwen3-8b-awq",
  Qwen3With4B = "qwen3-4b",
  Qwen3With4BAwq = "qwen3-4b-awq",
}

/**
 * `config.json` and `quantize_config.json` on the Hub, 2026-11: TheBloke/Llama-2-7B-GPTQ (main), meta-llama/Llama-2-7b-hf,
 * hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4, Qwen/Qwen2.5-7B-Instruct-GPTQ-Int4, Qwen/Qwen3-8B-AWQ, Qwen/Qwen3-4B, Qwen/Qwen3-4B-AWQ.
 * Qwen's longer contexts need YaRN, which changes the answers to short texts as well.
 */
const FIGURES: Record<LanguageModel, Omit<LanguageModelShape, "name">> = {
  [LanguageModel.Llama2With7BGptq]: { ...LLAMA_2_7B, ...GPTQ_4 },
  [LanguageModel.Llama2With7B]: { ...LLAMA_2_7B, ...FP16 },
  [LanguageModel.Llama31With8BInstructAwq]: { ...LLAMA_3_1_8B, ...AWQ_4 },
  [LanguageModel.Qwen25With7BInstructGptq]: { ...QWEN_2_5_7B, ...GPTQ_4 },
  [LanguageModel.Qwen3With8BAwq]: { ...QWEN_3_8B, ...AWQ_4 },
  [LanguageModel.Qwen3With4B]: { ...QWEN_3_4B, ...FP16 },
  [LanguageModel.Qwen3With4BAwq]: { ...QWEN_3_4B, ...AWQ_4 },
};

export const LANGUAGE_MODELS = Object.fromEntries(Object.entries(FIGURES).map(([name, figures]) => [name, { name, ...figures }])) as Record<
  LanguageModel,
  LanguageModelShape
>;
