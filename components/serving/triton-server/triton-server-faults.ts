/** Whether a server's arguments make sense: whole sentences, all at once, before anything is created. */
import { TRITON_READS } from "../../../lambdas/domain/packages/contract";
import { Accelerator, ModelKind, tritonModelsOf } from "../../../lambdas/domain/packages/model-kind";
import { enumFaults, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { orderFaults, quantityFaults } from "../../shared/quantity";
import { fitFaults, TreeBackend, TreeLibrary } from "../fit";
import { rangeFaults } from "../web-service/faults";
import { imageFaults } from "../web-service/image";
import { egressRangeFaults } from "../web-service/network-policy";
import {
  DEFAULT_RELEASES_PREFIX,
  type DEFAULTS,
  fitSubject,
  TRITON_IMAGE,
  type TritonCaller,
  type TritonModel,
  type TritonServerShape,
  withDefaults,
} from "./triton-server";

const SERVER_NAME = /^[a-z]([a-z0-9-]{0,59}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const MODEL_NAME = /^[a-z][a-z0-9_]{0,39}$/;
const PREFIX = /^([a-z0-9][a-z0-9._-]*\/)+$/;
const REPLICAS = { min: 1, max: 1_000, rule: "pods are counted" };
const PERCENT = { min: 1, max: 100, rule: "it is the share of the CPUs that the pods ask for" };
const QUEUE = { min: 1, max: 10_000_000, rule: "a call waits for microseconds" };
const START = { min: 2, max: 60, rule: "an image of 10 GB and the models take minutes" };
const DISK = { min: 20, max: 16_384, rule: "a gp3 volume holds as much" };

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
    ...readerFaults(shape.readerCidrs ?? []),
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

export function readerFaults(cidrs: readonly unknown[]): string[] {
  return rangeFaults(
    "readerCidrs",
    cidrs,
    "everybody in the network could ask past the split and the rate limit: name the ranges of the loop's functions",
  );
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
