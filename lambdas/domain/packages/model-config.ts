/**
 * `config.pbtxt` of every model of a variant. Fields: triton-inference-server/common, protobuf/model_config.proto; FIL's parameters:
 * fil_backend, docs/model_config.md and src/shared_state.h (25.09 and later).
 */
import { CONTRACT } from "./contract";
import { RAW_PROBABILITIES } from "./label-model";
import { Accelerator, ModelKind, tritonModelsOf } from "./model-kind";
import { pbtxt, pbtxtMap, type PbtxtMessage, Token } from "./pbtxt";

/** How a variant is served: the same for every model that it is made of. */
export interface Serving {
  readonly accelerator: Accelerator;
  /** Rows of one call, and of one batch made of many calls. */
  readonly maxBatchSize: number;
  /** How long a call may wait for others to share its batch. */
  readonly batchDelayMicroseconds: number;
  /** Calls that may wait; the next one is refused at once. */
  readonly maxQueueSize: number;
  /** A call that waited so long is refused: its client has given up. */
  readonly queueTimeoutMicroseconds: number;
  /** CPUs of a pod. Without it each library starts a thread for every core of the node, and they take turns on the pod's share. */
  readonly threads: number;
}

export const DEFAULT_SERVING: Serving = {
  accelerator: Accelerator.Cpu,
  maxBatchSize: 1_024,
  batchDelayMicroseconds: 500,
  maxQueueSize: 256,
  queueTimeoutMicroseconds: 200_000,
  threads: 2,
};

export interface ConfiguredVariant {
  readonly name: string;
  readonly kind: ModelKind;
  readonly features: number;
  readonly serving: Serving;
}

export interface ModelConfig {
  readonly model: string;
  readonly text: string;
}

/** Milliseconds. Triton's own (100, 500, 2,000, 5,000) put every answer of a tree model into the first; above 1 s, because alarms ask there. */
const LATENCY_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500];
const LATENCY_FAMILY = "nv_inference_first_response_histogram_ms";

const FP32 = new Token("TYPE_FP32");
const INT64 = new Token("TYPE_INT64");

const FIL_INPUT = "input__0";
const FIL_OUTPUT = "output__0";
/** FIL demands it of a classifier, and uses it for labels only, which this ensemble makes itself. */
const FIL_THRESHOLD = "0.5";

/** In the order of `tritonModelsOf`. */
export function modelConfigs(variant: ConfiguredVariant): ModelConfig[] {
  const models = tritonModelsOf(variant.name, variant.kind);
  const [called = variant.name, fil = "", label = ""] = models;
  const configs =
    variant.kind === ModelKind.XGBoost
      ? [ensemble(variant, { called, fil, label }), filModel(variant, fil), labelModelConfig(variant, label)]
      : [onnxModel(variant, called)];
  return configs.map((config, index) => ({ model: models[index] ?? "", text: pbtxt(config) }));
}

function ensemble(variant: ConfiguredVariant, models: { called: string; fil: string; label: string }): PbtxtMessage {
  const { input, label, probabilities } = CONTRACT;
  const step = (name: string, from: Record<string, string>, to: Record<string, string>): PbtxtMessage => ({
    model_name: name,
    // The newest there is; a release has one.
    model_version: -1,
    input_map: pbtxtMap(from),
    output_map: pbtxtMap(to),
  });
  return {
    name: models.called,
    platform: "ensemble",
    max_batch_size: variant.serving.maxBatchSize,
    ...contractTensors(variant),
    ensemble_scheduling: {
      step: [
        step(models.fil, { [FIL_INPUT]: input.name }, { [FIL_OUTPUT]: RAW_PROBABILITIES }),
        step(
          models.label,
          { [RAW_PROBABILITIES]: RAW_PROBABILITIES },
          { [label.name]: label.name, [probabilities.name]: probabilities.name },
        ),
      ],
    },
    ...latencyBuckets(),
  };
}

function filModel({ features, serving }: ConfiguredVariant, name: string): PbtxtMessage {
  const parameters = {
    model_type: "xgboost_ubj",
    is_classifier: "true",
    predict_proba: "true",
    threshold: FIL_THRESHOLD,
    ...(serving.accelerator === Accelerator.Cpu && { cpu_nthread: String(serving.threads) }),
  };
  return {
    name,
    backend: "fil",
    max_batch_size: serving.maxBatchSize,
    input: [tensor(FIL_INPUT, FP32, features)],
    output: [tensor(FIL_OUTPUT, FP32, CONTRACT.probabilities.columns)],
    instance_group: [instances(serving.accelerator, 1)],
    parameters: parametersOf(parameters),
    ...served(serving, { [FIL_INPUT]: features }),
  };
}

function labelModelConfig({ serving }: ConfiguredVariant, name: string): PbtxtMessage {
  const { columns } = CONTRACT.probabilities;
  return {
    name,
    backend: "onnxruntime",
    max_batch_size: serving.maxBatchSize,
    input: [tensor(RAW_PROBABILITIES, FP32, columns)],
    output: contractOutputs(),
    // A comparison a row: a GPU would spend longer on being asked.
    instance_group: [instances(Accelerator.Cpu, 1)],
    parameters: parametersOf(ONE_THREAD),
    ...served({ ...serving, batchDelayMicroseconds: 0 }, { [RAW_PROBABILITIES]: columns }),
  };
}

/** Its own threads cost more than they bring: 4 on 2 cores turned a p99 of 0.63 ms into 20.6 ms at 64 rows (measured, 300 trees). */
const ONE_THREAD = { intra_op_thread_count: "1", inter_op_thread_count: "1" };

function onnxModel(variant: ConfiguredVariant, name: string): PbtxtMessage {
  const { features, serving } = variant;
  const { accelerator, threads } = serving;
  return {
    name,
    backend: "onnxruntime",
    max_batch_size: serving.maxBatchSize,
    ...contractTensors(variant),
    instance_group: [instances(accelerator, accelerator === Accelerator.Cpu ? threads : 1)],
    parameters: parametersOf(ONE_THREAD),
    ...served(serving, { [CONTRACT.input.name]: features }),
  };
}

function contractTensors({ features }: ConfiguredVariant): PbtxtMessage {
  return { input: [tensor(CONTRACT.input.name, FP32, features)], output: contractOutputs() };
}

function contractOutputs(): PbtxtMessage[] {
  const { label, probabilities } = CONTRACT;
  return [tensor(label.name, INT64, label.columns), tensor(probabilities.name, FP32, probabilities.columns)];
}

function tensor(name: string, dataType: Token, columns: number): PbtxtMessage {
  return { name, data_type: dataType, dims: [columns] };
}

function instances(accelerator: Accelerator, count: number): PbtxtMessage {
  return { count, kind: new Token(accelerator === Accelerator.Cpu ? "KIND_CPU" : "KIND_GPU") };
}

function parametersOf(values: Readonly<Record<string, string>>): PbtxtMessage[] {
  return pbtxtMap(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { string_value: value }])));
}

/** Queue, warm-up and buckets. A queue without bounds answers everybody late instead of refusing some at once. */
function served(serving: Serving, inputs: Readonly<Record<string, number>>): PbtxtMessage {
  const zeros = Object.entries(inputs).map(([name, columns]): [string, PbtxtMessage] => [
    name,
    { data_type: FP32, dims: [columns], zero_data: true },
  ]);
  return {
    dynamic_batching: {
      max_queue_delay_microseconds: serving.batchDelayMicroseconds,
      default_queue_policy: {
        timeout_action: new Token("REJECT"),
        default_timeout_microseconds: serving.queueTimeoutMicroseconds,
        // A client that may raise it makes the queue as long as it likes.
        allow_timeout_override: false,
        max_queue_size: serving.maxQueueSize,
      },
    },
    // Before the model is ready, so that nobody's call pays for the first allocation.
    model_warmup: [{ name: "one-row", batch_size: 1, inputs: pbtxtMap(Object.fromEntries(zeros)) }],
    ...latencyBuckets(),
  };
}

function latencyBuckets(): PbtxtMessage {
  return {
    model_metrics: {
      metric_control: [{ metric_identifier: { family: LATENCY_FAMILY }, histogram_options: { buckets: LATENCY_BUCKETS } }],
    },
  };
}
