/** How vLLM is started: its flags, and the variables that keep it to itself. */
import { type LanguageModelShape } from "../fit/language-models";

/**
 * Built for compute capability 7.5 and newer; `vllm[runai]` is inside (vllm 0.33.0, CMakeLists.txt and docker/Dockerfile, read 2026-11-21). A tag:
 * no public source that was found names its digest, and one that was never seen in the registry would be a guess. `image` takes one.
 */
export const VLLM_VERSION = "0.33.0";
export const VLLM_IMAGE = `docker.io/vllm/vllm-openai:v${VLLM_VERSION}`;

/** Only the proxy beside it reaches it: a third of its paths ask for no key (docs/usage/security.md, "Unprotected Endpoints"). */
export const VLLM_PORT = 8_001;

export interface Engine {
  readonly model: LanguageModelShape;
  /** Name that requests carry. */
  readonly servedName: string;
  readonly contextTokens: number;
  readonly sequences: number;
  /** Requests that are answered or wait; more are refused with 503. */
  readonly admittedRequests: number;
  readonly gpuMemoryUtilization: number;
  readonly batchedTokens: number;
  readonly drainSeconds: number;
  readonly hasChatTemplate: boolean;
}

export const CHAT_TEMPLATE_FOLDER = "/etc/vllm";
export const CHAT_TEMPLATE_FILE = "chat-template.jinja";

/** Where everything is written that may be lost; the rest of the file system cannot be written. */
export const CACHE_FOLDER = "/cache";

/** Weights pass through host memory; g4dn.xlarge has 16 GiB of it, and the pod has 11. */
const STREAMER = JSON.stringify({ concurrency: 8, memory_limit: 4 * 2 ** 30 });

/** Each flag is one of `test/support/vllm/arguments-0.33.0.json`, vLLM's own list. `weights` is an address such as `s3://bucket/prefix/`. */
export function serveFlags(engine: Engine): string[] {
  const { servedName, contextTokens, sequences, admittedRequests, gpuMemoryUtilization, batchedTokens, drainSeconds, hasChatTemplate } =
    engine;
  return [
    "--load-format=runai_streamer",
    `--model-loader-extra-config=${STREAMER}`,
    `--served-model-name=${servedName}`,
    // A T4 has no bfloat16, and FlashAttention and FlashInfer want a newer GPU; named, so that a newer vLLM does not choose otherwise.
    "--dtype=float16",
    "--attention-backend=TRITON_ATTN",
    `--max-model-len=${contextTokens}`,
    `--max-num-seqs=${sequences}`,
    // By default the queue has no end, and each who waits in it waits for an answer that comes when its caller is gone.
    `--max-num-queued-reqs=${admittedRequests}`,
    `--max-num-batched-tokens=${batchedTokens}`,
    `--gpu-memory-utilization=${gpuMemoryUtilization}`,
    // By default a pod that is asked to go cuts every answer off.
    `--shutdown-timeout=${drainSeconds}`,
    "--host=127.0.0.1",
    `--port=${VLLM_PORT}`,
    "--disable-fastapi-docs",
    ...(hasChatTemplate ? [`--chat-template=${CHAT_TEMPLATE_FOLDER}/${CHAT_TEMPLATE_FILE}`] : []),
  ];
}

/** vllm 0.33.0, vllm/envs.py; the others are PyTorch's, Triton's and Hugging Face's own. */
export const SERVE_VARIABLES: Readonly<Record<string, string>> = {
  // Nothing leaves for anybody's statistics, and nothing is looked up on the Hub.
  VLLM_DO_NOT_TRACK: "1",
  VLLM_NO_USAGE_STATS: "1",
  HF_HUB_OFFLINE: "1",
  // One request may ask for `n` answers: 16,384 of them by default.
  VLLM_MAX_N_SEQUENCES: "4",
  HOME: CACHE_FOLDER,
  VLLM_CACHE_ROOT: `${CACHE_FOLDER}/vllm`,
  TRITON_CACHE_DIR: `${CACHE_FOLDER}/triton`,
  TORCHINDUCTOR_CACHE_DIR: `${CACHE_FOLDER}/inductor`,
  HF_HOME: `${CACHE_FOLDER}/huggingface`,
  // The node's role must never stand in for the pod's own.
  AWS_EC2_METADATA_DISABLED: "true",
};
