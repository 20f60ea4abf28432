/** What a GPU's generation can and cannot do, as vLLM uses it. Each row was true of the version in its source: look again with each new one. */
import { capabilityText, type GpuFacts, GPU_MODELS, GPUS } from "./gpus";
import { type LanguageModelShape, Quantization } from "./language-models";
import { KvCacheDtype } from "./language-model-memory";

export enum ModelDtype {
  Float16 = "float16",
  Bfloat16 = "bfloat16",
  Float32 = "float32",
}

export enum AttentionBackend {
  TritonAttention = "TRITON_ATTN",
  FlexAttention = "FLEX_ATTENTION",
  FlashAttention = "FLASH_ATTN",
  FlashInfer = "FLASHINFER",
}

/** What only some attention kernels can do. */
export enum AttentionFeature {
  /** One sequence's cache over several GPUs while it is answered. */
  DecodeContextParallel = "decodeContextParallel",
  /** A scale for each head of a cache in FP8. */
  PerHeadKvScales = "perHeadKvScales",
}

export interface GpuDemands {
  model: LanguageModelShape;
  dtype: ModelDtype;
  kvCacheDtype: KvCacheDtype;
  attentionBackend: AttentionBackend;
  attentionFeatures: AttentionFeature[];
}

interface Need {
  readonly capability: number;
  readonly what: string;
  /** What to use on an older GPU. */
  readonly instead: string;
}

/** vllm/platforms/cuda.py, `supported_dtypes`, 2026-06. */
const DTYPE_NEEDS: Partial<Record<ModelDtype, Need>> = {
  [ModelDtype.Bfloat16]: { capability: 8, what: "bfloat16", instead: "float16" },
};

/** docs/features/quantization/README.md and auto_gptq.py, 2026-06. FP8 below 8.9 would be weights only, by Marlin, and not below 8.0. */
const QUANTIZATION_NEEDS: Record<Quantization, Need | undefined> = {
  [Quantization.None]: undefined,
  [Quantization.Gptq]: { capability: 7.5, what: "the fast kernel for GPTQ", instead: "16-bit weights" },
  [Quantization.Awq]: { capability: 7.5, what: "AWQ", instead: "16-bit weights" },
  [Quantization.Fp8]: { capability: 8.9, what: "FP8", instead: "a model in GPTQ or AWQ" },
};

/** docs/design/attention_backends.md, 2026-06; FlashInfer: from 8.0 since pull request #45375, 2026-06-12. */
const BACKEND_NEEDS: Partial<Record<AttentionBackend, Need>> = {
  [AttentionBackend.FlashAttention]: { capability: 8, what: "FlashAttention", instead: AttentionBackend.TritonAttention },
  [AttentionBackend.FlashInfer]: { capability: 8, what: "FlashInfer", instead: AttentionBackend.TritonAttention },
};

/** Which kernels have it (docs/design/attention_backends.md, column DCP; docs/features/quantization/quantized_kvcache.md, 2026-08). */
const FEATURE_BACKENDS: Record<AttentionFeature, readonly AttentionBackend[]> = {
  [AttentionFeature.DecodeContextParallel]: [AttentionBackend.FlashAttention, AttentionBackend.FlashInfer],
  [AttentionFeature.PerHeadKvScales]: [AttentionBackend.FlashAttention],
};

/** No instruction for 8-bit floats below; whether an emulated cache works on a T4 was not found anywhere. */
const FP8_CACHE: Need = { capability: 8.9, what: "a cache in FP8", instead: KvCacheDtype.Auto };

/** auto_gptq.py and marlin_utils.py, 2026-06. */
const GPTQ_BITS = [4, 8];
const GPTQ_GROUPS = [-1, 32, 64, 128];

/** vllm-project/vllm #36802 and #57712, 2026-09: keys and values of a larger head do not fit into 64 KiB of shared memory. */
const SMALL_SHARED_MEMORY_KIB = 64;
const LARGEST_HEAD_THERE = 128;

export function capabilityFaults(prefix: string, gpu: GpuFacts, demands: GpuDemands): string[] {
  const { model, dtype, kvCacheDtype, attentionBackend } = demands;
  const cacheNeed = kvCacheDtype === KvCacheDtype.Auto ? undefined : FP8_CACHE;
  return [
    ...needFaults(`${prefix}dtype`, dtype, DTYPE_NEEDS[dtype], gpu),
    ...needFaults(`${prefix}model.quantization`, model.quantization, QUANTIZATION_NEEDS[model.quantization], gpu),
    ...needFaults(`${prefix}kvCacheDtype`, kvCacheDtype, cacheNeed, gpu),
    ...needFaults(`${prefix}attentionBackend`, attentionBackend, BACKEND_NEEDS[attentionBackend], gpu),
    ...featureFaults(prefix, gpu, demands),
    ...gptqFaults(prefix, model),
    ...headFaults(prefix, model, gpu),
  ];
}

function needFaults(property: string, value: string, need: Need | undefined, gpu: GpuFacts): string[] {
  if (need === undefined || gpu.computeCapability >= need.capability) return [];
  const rule = `${need.what} needs compute capability ${capabilityText(need.capability)}, and a ${gpu.title} has ${capabilityText(gpu.computeCapability)}`;
  return [`${property} is ${value}; ${rule}: use ${need.instead}, or ${anotherGpu(need.capability)}`];
}

/** The cheapest that can. */
function anotherGpu(capability: number): string {
  const able = GPU_MODELS.map((model) => GPUS[model]).find(({ computeCapability }) => computeCapability >= capability);
  return able === undefined ? "a newer GPU" : `an ${able.title} (${able.instance})`;
}

function featureFaults(prefix: string, gpu: GpuFacts, { attentionBackend, attentionFeatures }: GpuDemands): string[] {
  return attentionFeatures.flatMap((feature, index) => {
    const backends = FEATURE_BACKENDS[feature];
    const property = `${prefix}attentionFeatures[${index}]`;
    const [first = AttentionBackend.FlashAttention] = backends;
    const need = BACKEND_NEEDS[first];
    if (need !== undefined && gpu.computeCapability < need.capability) {
      const rule = `only ${backends.join(" and ")} can do that, and they need compute capability ${capabilityText(need.capability)}, where a ${gpu.title} has ${capabilityText(gpu.computeCapability)}`;
      return [`${property} is ${feature}; ${rule}: leave it out, or use ${anotherGpu(need.capability)}`];
    }
    if (backends.includes(attentionBackend)) return [];
    return [
      `${property} is ${feature}; only ${backends.join(" and ")} can do that, and attentionBackend is ${attentionBackend}: use ${first}`,
    ];
  });
}

function gptqFaults(prefix: string, { quantization, weightBits, groupSize, symmetric }: LanguageModelShape): string[] {
  if (quantization !== Quantization.Gptq) return [];
  const faults: string[] = [];
  if (!symmetric) faults.push(`${prefix}model.symmetric is false; vLLM reads GPTQ with symmetric weights only: quantise with sym=true`);
  if (!GPTQ_BITS.includes(weightBits)) {
    faults.push(`${prefix}model.weightBits is ${weightBits}; vLLM reads GPTQ with 4 or 8 bits only: quantise with one of these`);
  }
  if (!GPTQ_GROUPS.includes(groupSize)) {
    faults.push(
      `${prefix}model.groupSize is ${groupSize}; vLLM reads GPTQ with groups of 32, 64, 128 or -1 only: quantise with one of these`,
    );
  }
  return faults;
}

function headFaults(prefix: string, { headSize, name }: LanguageModelShape, gpu: GpuFacts): string[] {
  if (gpu.sharedMemoryKiB > SMALL_SHARED_MEMORY_KIB || headSize <= LARGEST_HEAD_THERE) return [];
  const rule = `a ${gpu.title} has ${gpu.sharedMemoryKiB} KiB of shared memory, into which heads up to ${LARGEST_HEAD_THERE} fit`;
  return [`${prefix}model.headSize is ${headSize} (${name}); ${rule}: use a model with smaller heads, or ${anotherGpu(8)}`];
}
