/** What a model server for tree models is made of, and whether its arguments make sense. */
import { TRITON_READS } from "../../../lambdas/domain/packages/contract";
import { Accelerator, ModelKind, tritonModelsOf } from "../../../lambdas/domain/packages/model-kind";
import { enumFaults, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { orderFaults, quantityFaults } from "../../shared/quantity";
import { fitFaults, type FitSubject, TreeBackend, TreeLibrary } from "../fit";
import { DEFAULT_SERVICE_NAME } from "../model-router/model-router";
import { egressRangeFaults } from "../web-service/network-policy";
import { imageFaults } from "../web-service/image";
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

const DEFAULTS = {
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

const SERVER_NAME = /^[a-z]([a-z0-9-]{0,59}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const MODEL_NAME = /^[a-z][a-z0-9_]{0,39}$/;
const PREFIX = /^([a-z0-9][a-z0-9._-]*\/)+$/;
const REPLICAS = { min: 1, max: 1_000, rule: "pods are counted" };
const PERCENT = { min: 1, max: 100, rule: "it is the share of the CPUs that the pods ask for" };
const QUEUE = { min: 1, max: 10_000_000, rule: "a call waits for microseconds" };
const START = { min: 2, max: 60, rule: "an image of 10 GB and the models take minutes" };
const DISK = { min: 20, max: 16_384, rule: "a gp3 volume holds as much" };

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
function withDefaults(shape: TritonServerShape<unknown>): typeof DEFAULTS {
  const keys = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
  return Object.fromEntries(keys.map((key) => [key, shape[key] ?? DEFAULTS[key]])) as typeof DEFAULTS;
}

function fitSubject(shape: TritonServerShape<unknown>): FitSubject {
  const { accelerator, cpu, memoryRequest, modelStorage } = withDefaults(shape);
  const { image = TRITON_IMAGE, instanceType = INSTANCE_TYPES[accelerator], nodeDiskGiB = 100 } = shape;
  const gpus = accelerator === Accelerator.Gpu ? 1 : 0;
  const images = typeof image === "string" ? [image] : [];
  return {
    pod: { cpu, memory: memoryRequest, ephemeralStorage: modelStorage, gpus, images },
    node: { instanceType, diskGiB: nodeDiskGiB },
  };
}

export function tritonServerFaults(name: string, shape: TritonServerShape<unknown>): string[] {
  const own = ownFaults(name, shape);
  if (own.length > 0) return own;
  // By the name that the argument has here.
  const unfit = fitFaults(fitSubject(shape)).map((fault) => fault.replace(/^diskGiB/, "nodeDiskGiB"));
  return [...unfit, ...releaseFaults(shape)];
}

/** Of an image whose tag says which release it is. */
function releaseFaults({ image = TRITON_IMAGE, models }: TritonServerShape<unknown>): string[] {
  const [, release] = typeof image === "string" ? (/:(\d\d\.\d\d)-/.exec(image) ?? []) : [];
  if (release === undefined || !models.some(({ kind }) => kind === ModelKind.XGBoost)) return [];
  const [major, minor] = TRITON_READS.xgboost;
  const subject = { library: TreeLibrary.XgBoost, backend: TreeBackend.Fil, name: "xgboost", features: 1, contractFeatures: 1 };
  const faults = fitFaults({ treeModels: [{ ...subject, libraryVersion: `${major}.${minor}`, tritonRelease: release }] });
  if (faults.length === 0) return [];
  const rule = `packages may hold files of XGBoost ${major}.${minor}, which it cannot read`;
  return [`image is ${JSON.stringify(image)}; ${rule}: use ${TRITON_READS.triton} or newer`];
}

function ownFaults(name: string, shape: TritonServerShape<unknown>): string[] {
  const { serverName, namespace, image, models } = shape;
  const server = withDefaults(shape);
  return [
    ...nameFaults(serverName ?? name, serverName === undefined),
    ...namespaceFaults(namespace),
    ...(typeof image === "string" ? imageFaults("image", image) : []),
    ...prefixFaults(server.releasesPrefix),
    ...modelFaults(models),
    ...enumFaults("accelerator", server.accelerator, Accelerator),
    ...replicaFaults(server),
    ...wholeNumberFaults("targetCpuPercent", server.targetCpuPercent, PERCENT),
    ...wholeNumberFaults("targetQueueMicroseconds", server.targetQueueMicroseconds, QUEUE),
    ...wholeNumberFaults("startMinutes", server.startMinutes, START),
    ...wholeNumberFaults("nodeDiskGiB", shape.nodeDiskGiB, DISK),
    ...quantityFaults("cpu", server.cpu),
    ...quantityFaults("memoryRequest", server.memoryRequest),
    ...quantityFaults("memoryLimit", server.memoryLimit),
    ...orderFaults("memoryRequest", server.memoryRequest, "memoryLimit", server.memoryLimit),
    ...quantityFaults("modelStorage", server.modelStorage),
    ...callerFaults(server.callers),
    ...stsFaults(shape.stsCidrs, shape.allowStsAnywhere),
  ];
}

function nameFaults(serverName: string, isDefault: boolean): string[] {
  if (SERVER_NAME.test(serverName)) return [];
  const rule = "with -a and -b it becomes host names: up to 61 lower-case letters, digits and hyphens, the first a letter";
  return [
    `serverName is ${JSON.stringify(serverName)}; ${rule}: ${isDefault ? "choose such a name, or give a serverName" : "choose such a name"}`,
  ];
}

function namespaceFaults(namespace: unknown): string[] {
  if (typeof namespace !== "string" || NAMESPACE.test(namespace)) return [];
  return [
    `namespace is ${JSON.stringify(namespace)}; Kubernetes takes up to 63 lower-case letters, digits and hyphens: choose such a name`,
  ];
}

function prefixFaults(prefix: string): string[] {
  if (PREFIX.test(prefix)) return [];
  const rule = "it is a folder of the bucket: lower-case letters, digits, dots, hyphens, and a slash at the end";
  return [`releasesPrefix is ${JSON.stringify(prefix)}; ${rule}: write it like ${DEFAULT_RELEASES_PREFIX}`];
}

function modelFaults(models: readonly TritonModel[]): string[] {
  if (models.length === 0) return ["models is empty; a server without models never gets ready: name one"];
  const named = models.flatMap(({ name, kind }, index) => [
    ...(MODEL_NAME.test(name)
      ? []
      : [
          `models[${index}].name is ${JSON.stringify(name)}; Triton serves up to 40 characters of a-z, 0-9 and _, the first a letter: write one such as anomaly_xgboost`,
        ]),
    ...enumFaults(`models[${index}].kind`, kind, ModelKind),
  ]);
  return [
    ...named,
    ...repeatFaults(
      "models",
      models.flatMap(({ name, kind }) => tritonModelsOf(name, kind)),
    ),
  ];
}

function callerFaults(callers: readonly TritonCaller[]): string[] {
  if (callers.length === 0)
    return ["callers is empty; nobody could ask for a prediction: name the labels of a pod that does, or leave it out"];
  return callers.flatMap(({ podLabels: labels }, index) =>
    Object.keys(labels).length > 0
      ? []
      : [`callers[${index}].podLabels is empty; to Kubernetes that is every pod of the namespace: name the labels of those that call`],
  );
}

function replicaFaults({ minReplicas, maxReplicas }: typeof DEFAULTS): string[] {
  const faults = [...wholeNumberFaults("minReplicas", minReplicas, REPLICAS), ...wholeNumberFaults("maxReplicas", maxReplicas, REPLICAS)];
  if (minReplicas <= maxReplicas) return faults;
  return [...faults, `minReplicas is ${minReplicas}; maxReplicas is ${maxReplicas}: lower the one, or raise the other`];
}

function stsFaults(cidrs: readonly unknown[], allowAnywhere = false): string[] {
  if (cidrs.length === 0) {
    return [
      "stsCidrs is empty; without AWS STS the pods get no credentials, and read no model: name the VPC's range where it has an endpoint for STS",
    ];
  }
  return egressRangeFaults("sts", cidrs, allowAnywhere).map((fault) =>
    fault.replace("sts.cidrs", "stsCidrs").replace("sts.allowAnywhere", "allowStsAnywhere"),
  );
}
