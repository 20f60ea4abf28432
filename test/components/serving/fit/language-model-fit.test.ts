/** S2 and I3: language models on GPUs. Where a figure was published by somebody who measured it, ours is held against it. */
import {
  AttentionBackend,
  AttentionFeature,
  GpuModel,
  GPUS,
  KvCacheDtype,
  LANGUAGE_MODELS,
  LanguageModel,
  languageModelFaults,
  languageModelFit,
  type LanguageModelRequest,
  ModelDtype,
  Quantization,
} from "../../../../components/serving/fit";
import { languageModelMemory, weightsOf } from "../../../../components/serving/fit/language-model-memory";
import fc from "fast-check";

const LLAMA = LANGUAGE_MODELS[LanguageModel.Llama2With7BGptq];

function request(change: Partial<LanguageModelRequest> = {}): LanguageModelRequest {
  return { model: LLAMA, gpu: GpuModel.T4, ...change };
}

describe("S2 the memory that a model takes", () => {
  // Sizes of the weight files on the Hub, 2026-11, in bytes: model cards of TheBloke/Llama-2-7B-GPTQ (3.90 GB), meta-llama/Llama-2-7b-hf,
  // Qwen/Qwen2.5-7B-Instruct-GPTQ-Int4, Qwen/Qwen3-4B.
  it.each([
    [LanguageModel.Llama2With7BGptq, 3.9e9],
    [LanguageModel.Llama2With7B, 13.48e9],
    [LanguageModel.Qwen25With7BInstructGptq, 5.58e9],
    [LanguageModel.Qwen3With4B, 8.05e9],
  ])("S2 the weights of %s are within 1 %% of their files", (model, bytes) => {
    expect(Math.abs(weightsOf(LANGUAGE_MODELS[model]) / bytes - 1)).toBeLessThan(0.01);
  });

  it.each([
    [LanguageModel.Llama2With7BGptq, 512],
    [LanguageModel.Llama31With8BInstructAwq, 128],
    [LanguageModel.Qwen25With7BInstructGptq, 56],
    [LanguageModel.Qwen3With8BAwq, 144],
    [LanguageModel.Qwen3With4B, 144],
  ])("S2 a token of %s takes %d KiB of cache", (model, kib) => {
    expect(languageModelFit(request({ model: LANGUAGE_MODELS[model] })).kvBytesPerToken).toBe(kib * 1_024);
  });

  // vLLM 0.25.1, Qwen3-4B on a 24 GB L4, --max-model-len 32768: 11.47 GiB of cache, 83,488 tokens in 16 bits and 166,992 in FP8
  // (docs/features/quantization/quantized_kvcache.md, 2026-08). Promising more than a server has would be worse than promising less.
  it.each([
    [KvCacheDtype.Auto, 83_488],
    [KvCacheDtype.Fp8, 166_992],
  ])("S2 the room for tokens is close to what was measured, and not above it: cache %s", (kvCacheDtype, measured) => {
    const settings = { gpuMemoryUtilization: 0.9, batchedTokens: 2_048, sequences: 256, kvCacheDtype, enforceEager: false };
    const { cacheTokens } = languageModelMemory(LANGUAGE_MODELS[LanguageModel.Qwen3With4B], GPUS[GpuModel.L4], settings);
    expect(cacheTokens / measured).toBeLessThanOrEqual(1);
    expect(cacheTokens / measured).toBeGreaterThan(0.9);
  });

  it("S2 leaves less room for whatever asks for more", () => {
    const tokens = (change: Partial<LanguageModelRequest>) => languageModelFit(request(change)).cacheTokens;
    fc.assert(
      fc.property(fc.integer({ min: 128, max: 16_384 }), fc.integer({ min: 1, max: 256 }), (batchedTokens, sequences) => {
        const room = tokens({ batchedTokens, sequences });
        expect(tokens({ batchedTokens: batchedTokens * 2, sequences })).toBeLessThanOrEqual(room);
        expect(tokens({ batchedTokens, sequences: sequences * 2 })).toBeLessThanOrEqual(room);
        expect(tokens({ batchedTokens, sequences, enforceEager: true })).toBeGreaterThanOrEqual(room);
        expect(tokens({ batchedTokens, sequences, gpuMemoryUtilization: 0.8 })).toBeLessThanOrEqual(room);
      }),
    );
  });
});

describe("S2 I3 whether it fits", () => {
  it.each([
    [LanguageModel.Llama2With7BGptq, 336],
    [LanguageModel.Llama31With8BInstructAwq, 36_160],
    [LanguageModel.Qwen25With7BInstructGptq, 105_600],
    [LanguageModel.Qwen3With8BAwq, 27_968],
    [LanguageModel.Qwen3With4B, 15_152],
    [LanguageModel.Qwen3With4BAwq, 51_632],
  ])("S2 %s fits a T4 with four requests of 4,096 tokens, and %d to spare", (model, spare) => {
    const fit = languageModelFit(request({ model: LANGUAGE_MODELS[model] }));
    expect([fit.fits, fit.nearest, fit.spareTokens]).toEqual([true, [], spare]);
  });

  it.each<[string, Partial<LanguageModelRequest>, string]>([
    [
      "weights that are too large, with lighter ones of the same network",
      { model: LANGUAGE_MODELS[LanguageModel.Llama2With7B] },
      "model is llama-2-7b; its weights take 12.6 GiB and the server 1.3 GiB, and 90 % of a T4 is 13.1 GiB: use the model llama-2-7b-gptq, or an L40S (g6e.xlarge)",
    ],
    [
      "too many at once",
      { sequences: 8 },
      "sequences is 8; 8 requests of 4,096 tokens need 32,768, and llama-2-7b-gptq leaves room for 16,720 on a T4: use sequences 4, or contextTokens 2048, or an L40S (g6e.xlarge)",
    ],
    [
      "a context that no request could use",
      { model: LANGUAGE_MODELS[LanguageModel.Llama31With8BInstructAwq], contextTokens: 131_072, sequences: 1 },
      "contextTokens is 131072; llama-3.1-8b-instruct-awq leaves room for 52,560 on a T4, and the server would not start: use contextTokens 52480, or an L40S (g6e.xlarge)",
    ],
  ])("S2 refuses %s, and names the nearest that fits", (_, change, fault) => {
    expect(languageModelFaults(request(change))).toEqual([fault]);
  });

  it("S2 takes eight requests where the usual one is short", () => {
    expect(languageModelFaults(request({ sequences: 8, usualTokens: 2_048 }))).toEqual([]);
  });

  // A cure that does not cure costs another hour.
  it("S2 every setting that it names fits indeed", () => {
    const models = Object.values(LANGUAGE_MODELS);
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 16 }),
        (model, sequences, blocks) => {
          const asked = request({ model, sequences, contextTokens: Math.min(model.maxContextTokens, blocks * 2_048) });
          for (const change of languageModelFit(asked).nearest) {
            const [, property = "", value = ""] = /^(sequences|contextTokens|gpuMemoryUtilization) (\S+)$/.exec(change) ?? [];
            const cured = property === "" ? asked : { ...asked, [property]: Number(value) };
            if (property !== "") expect(languageModelFit(cured).fits).toBe(true);
          }
        },
      ),
    );
  });
});

describe("I3 S2 what a T4 cannot do", () => {
  const fp8 = { ...LLAMA, name: "llama-fp8", quantization: Quantization.Fp8, weightBits: 8 };
  const gemma = { ...LANGUAGE_MODELS[LanguageModel.Qwen3With4BAwq], name: "gemma", headSize: 256, kvHeads: 4 };

  it.each<[string, Partial<LanguageModelRequest>, string]>([
    [
      "bfloat16",
      { dtype: ModelDtype.Bfloat16 },
      "dtype is bfloat16; bfloat16 needs compute capability 8.0, and a T4 has 7.5: use float16, or an L4 (g6.xlarge)",
    ],
    [
      "weights in FP8",
      { model: fp8, sequences: 1, contextTokens: 2_048 },
      "model.quantization is fp8; FP8 needs compute capability 8.9, and a T4 has 7.5: use a model in GPTQ or AWQ, or an L4 (g6.xlarge)",
    ],
    [
      "a cache in FP8",
      { kvCacheDtype: KvCacheDtype.Fp8 },
      "kvCacheDtype is fp8; a cache in FP8 needs compute capability 8.9, and a T4 has 7.5: use auto, or an L4 (g6.xlarge)",
    ],
    [
      "FlashAttention",
      { attentionBackend: AttentionBackend.FlashAttention },
      "attentionBackend is FLASH_ATTN; FlashAttention needs compute capability 8.0, and a T4 has 7.5: use TRITON_ATTN, or an L4 (g6.xlarge)",
    ],
    [
      "FlashInfer",
      { attentionBackend: AttentionBackend.FlashInfer },
      "attentionBackend is FLASHINFER; FlashInfer needs compute capability 8.0, and a T4 has 7.5: use TRITON_ATTN, or an L4 (g6.xlarge)",
    ],
    [
      "what only FlashAttention can do",
      { attentionFeatures: [AttentionFeature.DecodeContextParallel] },
      "attentionFeatures[0] is decodeContextParallel; only FLASH_ATTN and FLASHINFER can do that, and they need compute capability 8.0, where a T4 has 7.5: leave it out, or use an L4 (g6.xlarge)",
    ],
    [
      "large attention heads",
      { model: gemma },
      "model.headSize is 256 (gemma); a T4 has 64 KiB of shared memory, into which heads up to 128 fit: use a model with smaller heads, or an L4 (g6.xlarge)",
    ],
  ])("refuses %s", (_, change, fault) => {
    expect(languageModelFaults(request(change))).toEqual([fault]);
  });

  it("takes all of it on an L4", () => {
    for (const change of [
      { dtype: ModelDtype.Bfloat16 },
      { kvCacheDtype: KvCacheDtype.Fp8 },
      { attentionBackend: AttentionBackend.FlashAttention, attentionFeatures: [AttentionFeature.PerHeadKvScales] },
      { model: gemma },
      { model: fp8 },
    ]) {
      expect(languageModelFaults(request({ gpu: GpuModel.L4, ...change }))).toEqual([]);
    }
  });

  it("refuses a feature that the chosen kernel lacks on any GPU", () => {
    expect(languageModelFaults(request({ gpu: GpuModel.L4, attentionFeatures: [AttentionFeature.PerHeadKvScales] }))).toEqual([
      "attentionFeatures[0] is perHeadKvScales; only FLASH_ATTN can do that, and attentionBackend is TRITON_ATTN: use FLASH_ATTN",
    ]);
  });

  it("refuses GPTQ that vLLM does not read, all at once", () => {
    const odd = { ...LLAMA, symmetric: false, weightBits: 3, groupSize: 100 };
    expect(languageModelFaults(request({ model: odd }))).toEqual([
      "model.symmetric is false; vLLM reads GPTQ with symmetric weights only: quantise with sym=true",
      "model.weightBits is 3; vLLM reads GPTQ with 4 or 8 bits only: quantise with one of these",
      "model.groupSize is 100; vLLM reads GPTQ with groups of 32, 64, 128 or -1 only: quantise with one of these",
    ]);
  });
});

it("S2 refuses values that are none, before it computes with them", () => {
  const wrong = {
    contextTokens: 8_192,
    sequences: 0,
    gpuMemoryUtilization: 1,
    batchedTokens: 1.5,
    gpu: "h100" as GpuModel,
    dtype: "half" as ModelDtype,
  };
  expect(languageModelFaults(request(wrong), "llm.")).toEqual([
    'llm.gpu is "h100"; it must be one of t4, a10g, l4, l40s: use one of these',
    'llm.dtype is "half"; it must be one of float16, bfloat16, float32: use one of these',
    "llm.contextTokens is 8192; llama-2-7b-gptq looks back on 4,096 tokens: use a whole number from 512 to 4,096",
    "llm.sequences is 0; requests are counted: use a whole number from 1 to 4,096",
    "llm.batchedTokens is 1.5; a step has 128 tokens at least: use a whole number from 128 to 131,072",
    "llm.gpuMemoryUtilization is 1; below 0.5 most of the GPU idles, above 0.95 the driver has no room: use 0.9",
  ]);
});
