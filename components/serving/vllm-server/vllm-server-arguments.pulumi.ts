import type * as pulumi from "@pulumi/pulumi";
import { type ClusterReference } from "../../compute/cluster/cluster-arguments.pulumi";
import { type GpuModel, type LanguageModel, type Quantization } from "../fit";

/** Where the files of one model lie: `config.json`, the tokenizer, weights as safetensors. Upload them once; never change what lies there. */
export interface ModelWeightsArgs {
  /** Name of the bucket. */
  bucketName: pulumi.Input<string>;
  /** Folder in it, with a slash at the end: `llm/llama-2-7b-gptq/v1/`. Another one is rolled out. */
  prefix: string;
  /** ARN of the KMS key of the bucket. @default - the bucket is encrypted with keys of S3's own */
  kmsKeyArn?: pulumi.Input<string>;
}

/** A model that is not in the list: numbers out of its `config.json` and `quantize_config.json`. */
export interface LanguageModelArgs {
  /** What people call it. */
  name: string;
  /** `num_hidden_layers`. */
  layers: number;
  /** `hidden_size`. */
  hiddenSize: number;
  /** `intermediate_size`. */
  intermediateSize: number;
  /** `num_attention_heads`. */
  attentionHeads: number;
  /** `num_key_value_heads`. */
  kvHeads: number;
  /** `head_dim`, or `hidden_size` by `num_attention_heads`. */
  headSize: number;
  /** `vocab_size`. */
  vocabulary: number;
  /** `tie_word_embeddings`. */
  tiedEmbeddings: boolean;
  /** `max_position_embeddings`. */
  maxContextTokens: number;
  /** How its weights are packed. */
  quantization: Quantization;
  /** `bits`; 16 without quantisation. */
  weightBits: number;
  /** `group_size`; -1: a whole column. */
  groupSize: number;
  /** `sym`. */
  symmetric: boolean;
}

/** The key that callers send as `Authorization: Bearer`. */
export interface VllmApiKeyArgs {
  /** Name of the external-secrets ClusterSecretStore that may read it (`AddOns`). */
  clusterSecretStoreName: pulumi.Input<string>;
  /** Name or ARN of the secret in Secrets Manager (`ManagedSecret`). */
  secretName: pulumi.Input<string>;
  /** Key within it, where it is a JSON object. @default - the whole secret */
  property?: string;
}

/** A queue in SQS whose length wakes the first pod. KEDA must be allowed to read it (`AddOns`, `scalingQueueArns`). */
export interface VllmWakeQueueArgs {
  /** URL of the queue. */
  queueUrl: pulumi.Input<string>;
  /** Messages for which one pod is enough. @default 8 */
  messagesPerReplica?: number;
}

/** Prometheus with its operator: the server is watched, alarmed on, and scaled by what waits in it. */
export interface VllmMonitoringArgs {
  /** Where KEDA asks: `http://prometheus-operated.monitoring.svc:9090`. */
  prometheusUrl: pulumi.Input<string>;
  /** Requests waiting for which one pod more is not worth its price. @default 4 */
  waitingPerReplica?: number;
  /** Namespace from which the metrics are read. @default "monitoring" */
  namespace?: string;
  /** Where the runbooks are published, as the alerts link them. @default - paths within this repository */
  runbooks?: string;
}

/** Kernels that vLLM compiles at its first start, kept for the next. */
export interface VllmCacheClaimArgs {
  /** Storage class of the EBS volume (`Cluster`, `storageClassName`). Its zone becomes the pod's. */
  storageClassName: string;
  /** GiB. @default 10 */
  sizeGiB?: number;
}

export interface VllmServerArgs {
  /** Cluster that it runs in: its pods get a role there. */
  cluster: ClusterReference;
  /** Namespace that it runs in. Changing it **replaces everything**. */
  namespace: pulumi.Input<string>;
  /** Name of the Service and of all that belongs to it. Changing it **replaces everything**. @default - the component's name */
  serviceName?: string;
  /** Which model. @default LanguageModel.Llama2With7BGptq */
  model?: LanguageModel;
  /** Another model. @default - none */
  customModel?: LanguageModelArgs;
  /** Name that requests carry as `model`. @default - the model's own */
  servedName?: string;
  /** Where its files lie. */
  weights: ModelWeightsArgs;
  /** The key that callers need. */
  apiKey: VllmApiKeyArgs;
  /** Image of vLLM. @default - the version that the flags were read from, from Docker Hub; better a copy in a registry of yours */
  image?: pulumi.Input<string>;
  /** Image of NGINX, which lets three paths through. @default - the unprivileged variant of the official one, by its digest */
  proxyImage?: pulumi.Input<string>;
  /** GPU of the nodes, for the fit check. @default GpuModel.T4 */
  gpu?: GpuModel;
  /** Type of the nodes, for the fit check. @default "g4dn.xlarge" */
  instanceType?: string;
  /** Root disk of the nodes in GiB, for the fit check. @default 100 */
  nodeDiskGiB?: number;
  /** Longest prompt and answer of one request together, in tokens. @default - the model's own, at most 4,096 */
  contextTokens?: number;
  /** Requests that are answered at once; others wait, and get 503 where they would wait too long. @default 4 */
  sequences?: number;
  /** Share of the GPU's memory that vLLM takes, 0.5 to 0.95. @default 0.9 */
  gpuMemoryUtilization?: number;
  /** Tokens of one step. @default 2048 */
  batchedTokens?: number;
  /** Jinja template that turns a conversation into a prompt; a model without one answers `/v1/completions` only. @default - the model's own */
  chatTemplate?: string;
  /** CPUs that the pod is promised. @default "3" */
  cpu?: string;
  /** Memory of the pod; weights pass through it. @default "11Gi" */
  memory?: string;
  /** Pods at least; 0 with a `wakeQueue`, or to let the server sleep. Each takes a GPU. @default 1 */
  minReplicas?: number;
  /** Pods at most. @default - `minReplicas`; 1 where something scales from 0 */
  maxReplicas?: number;
  /** What wakes the first pod. @default - nothing */
  wakeQueue?: VllmWakeQueueArgs;
  /** Metrics, alerts, and scaling by waiting requests. The definitions of Prometheus' operator must be there. @default - none */
  monitoring?: VllmMonitoringArgs;
  /** Namespaces whose pods may call. @default - its own */
  callerNamespaces?: string[];
  /** Minutes that a pod has to load and compile, 10 or more. @default 15 */
  startMinutes?: number;
  /** Seconds after which a caller gets 504. @default 60 */
  answerSeconds?: number;
  /** Seconds that a pod which goes has to finish its answers. @default 60 */
  drainSeconds?: number;
  /** Volume for compiled kernels, with one pod at most. @default - a pod compiles at each start */
  cacheClaim?: VllmCacheClaimArgs;
  /** Tags of what AWS makes of it. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}
