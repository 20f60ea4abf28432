/** What a model server for tree models is made of. */
import { TRITON_READS } from "../../../lambdas/domain/packages/contract";
import { Accelerator, ModelKind, tritonModelsOf } from "../../../lambdas/domain/packages/model-kind";
import { type FitSubject } from "../fit";
import { DEFAULT_SERVICE_NAME } from "../model-router/model-router";
import { podLabels } from "../web-service/workload";

export { Accelerator, ModelKind } from "../../../lambdas/domain/packages/model-kind";

export interface TritonModel {
  readonly name: string;
  readonly kind: ModelKind;
}

/** Pods that may ask for predictions: those that have all the labels. */
export interface TritonCaller {
  readonly podLabels: Readonly<Record<string, string>>;
  readonly namespace?: string;
}

export interface TritonServerShape<Text> {
  readonly namespace: Text;
  readonly bucketName: Text;
  readonly models: readonly TritonModel[];
  readonly stsCidrs: readonly Text[];
  readonly allowStsAnywhere?: boolean;
  readonly readerCidrs?: readonly Text[];
  readonly releasesPrefix?: string;
  readonly image?: Text;
  readonly serverName?: string;
  readonly accelerator?: Accelerator;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly targetCpuPercent?: number;
  readonly targetQueueMicroseconds?: number;
  readonly cpu?: string;
  readonly memoryRequest?: string;
  readonly memoryLimit?: string;
  readonly modelStorage?: string;
  readonly startMinutes?: number;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly callers?: readonly TritonCaller[];
  readonly allowGrpc?: boolean;
  readonly writersGroup?: string;
  readonly instanceType?: string;
  readonly nodeDiskGiB?: number;
  readonly monitoring?: { readonly prometheusUrl: Text; readonly namespace?: string };
}

/** A server whose settings are all known: what its objects are made from. */
export interface TritonServerFacts<Text> {
  readonly name: string;
  readonly namespace: Text;
  readonly image: Text;
  /** `--model-repository=...` */
  readonly repositoryFlag: Text;
  readonly region: Text;
  /** All that are loaded, ensembles with their members. */
  readonly models: readonly string[];
  /** Those that are called, and asked whether they are ready. */
  readonly calledModels: readonly string[];
  /** Those with a queue of their own: an ensemble has none. */
  readonly queueingModels: readonly string[];
  readonly accelerator: Accelerator;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly targetCpuPercent: number;
  readonly targetQueueMicroseconds: number;
  readonly cpu: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
  readonly modelStorage: string;
  readonly startMinutes: number;
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Absent namespace: the server's own. */
  readonly callers: readonly { readonly podLabels: Record<string, string>; readonly namespace?: string }[];
  readonly allowGrpc: boolean;
  /** Absent: nobody reads the metrics. */
  readonly watcherNamespace?: string;
  readonly releasesPrefix: string;
  readonly writersGroup: string;
  readonly fit: FitSubject;
}

/**
 * The newest whose notes were read; mirrored by `image` where nodes cannot reach it, or pull it often. A tag, which its owner could move: NVIDIA
 * publishes no list of digests, and a digest that nobody here has seen in the registry would be a guess that no pod starts from. Give the one that
 * your mirror shows.
 */
export const TRITON_IMAGE = `nvcr.io/nvidia/tritonserver:${TRITON_READS.triton}-py3`;

export const DEFAULT_RELEASES_PREFIX = "releases/";

/** Whom the loop's role is mapped to by its access entry. */
export const RELEASE_WRITERS_GROUP = "release-writers";

export const DEFAULTS = {
  accelerator: Accelerator.Cpu,
  // S1: three at least, ten at most.
  minReplicas: 3,
  maxReplicas: 10,
  targetCpuPercent: 60,
  // A call waits up to 500 microseconds for others to share its batch; ten times that is a queue.
  targetQueueMicroseconds: 5_000,
  // As many as the packages' threads; a share of a CPU more would be a thread that takes turns.
  cpu: "2",
  memoryRequest: "2Gi",
  memoryLimit: "4Gi",
  modelStorage: "2Gi",
  // The image alone is 10 GB, and new to a node that was just bought.
  startMinutes: 10,
  nodeSelector: {},
  callers: [{ podLabels: podLabels({ name: DEFAULT_SERVICE_NAME }) }] as readonly TritonCaller[],
  allowGrpc: false,
  releasesPrefix: DEFAULT_RELEASES_PREFIX,
  writersGroup: RELEASE_WRITERS_GROUP,
};

/** Triton's own GPU nodes have a T4; which type counts for the fit check only. */
const INSTANCE_TYPES = { [Accelerator.Cpu]: "m6i.xlarge", [Accelerator.Gpu]: "g4dn.xlarge" };

export function serverOf<Text>(
  name: string,
  shape: TritonServerShape<Text>,
  { repositoryFlag, region }: Pick<TritonServerFacts<Text>, "repositoryFlag" | "region">,
): TritonServerFacts<Text> {
  const { namespace, image, serverName, monitoring, models } = shape;
  return {
    ...withDefaults(shape),
    ...{ name: serverName ?? name, namespace, image: image ?? (TRITON_IMAGE as Text), repositoryFlag, region },
    models: models.flatMap(({ name: model, kind }) => tritonModelsOf(model, kind)),
    calledModels: models.map(({ name: model }) => model),
    queueingModels: models.map(({ name: model, kind }) => tritonModelsOf(model, kind)[kind === ModelKind.XGBoost ? 1 : 0] ?? model),
    ...(monitoring && { watcherNamespace: monitoring.namespace ?? "monitoring" }),
    fit: fitSubject(shape),
  };
}

/** Programs in other languages, and configuration, say `undefined` where they say nothing. */
export function withDefaults(shape: TritonServerShape<unknown>): typeof DEFAULTS {
  const keys = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
  return Object.fromEntries(keys.map((key) => [key, shape[key] ?? DEFAULTS[key]])) as typeof DEFAULTS;
}

export function fitSubject(shape: TritonServerShape<unknown>): FitSubject {
  const { accelerator, cpu, memoryRequest, modelStorage } = withDefaults(shape);
  const { image = TRITON_IMAGE, instanceType = INSTANCE_TYPES[accelerator], nodeDiskGiB = 100 } = shape;
  const gpus = accelerator === Accelerator.Gpu ? 1 : 0;
  const images = typeof image === "string" ? [image] : [];
  return {
    pod: { cpu, memory: memoryRequest, ephemeralStorage: modelStorage, gpus, images },
    node: { instanceType, diskGiB: nodeDiskGiB },
  };
}
