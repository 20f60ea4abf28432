/** Whether a release of Triton can serve a tree model: who reads which file, and what must be said of it beforehand. */
import { enumFaults, wholeNumberFaults } from "../../shared/faults";

export enum TreeLibrary {
  XgBoost = "xgboost",
  CatBoost = "catboost",
}

export enum TreeBackend {
  /** Reads XGBoost's own file. */
  Fil = "fil",
  /** Reads a graph that the model was turned into. */
  OnnxRuntime = "onnxruntime",
}

export interface TreeModelRequest {
  /** What faults call it. */
  name: string;
  library: TreeLibrary;
  /** Of the library that wrote the file: `3.0.5`. */
  libraryVersion?: string;
  backend: TreeBackend;
  /** `26.07` */
  tritonRelease: string;
  /** Columns that the model was trained on. */
  features: number;
  /** Columns that callers send: `[n, 37]`. */
  contractFeatures: number;
  /** Whether it asks Triton for a GPU (`KIND_GPU`). @default false */
  onGpu?: boolean;
  /** GPUs of the pod that serves it. @default 0 */
  gpus?: number;
  /** Whether it was trained with XGBoost's own categorical columns. @default false */
  categorical?: boolean;
}

interface Reader {
  /** First release of Triton. */
  readonly since: string;
  /** The newest XGBoost whose files it reads. */
  readonly newest: string;
}

/**
 * Newest first. fil_backend, cmake/thirdparty/get_treelite.cmake of each release (2026-06-12) and Treelite's changes: 4.6.1 reads 3.1's vector
 * base_score (dmlc/treelite #638), 4.7.0 is tested with 3.2.
 */
const READERS: readonly Reader[] = [
  { since: "26.06", newest: "3.2" },
  { since: "26.01", newest: "3.1" },
  { since: "24.10", newest: "3.0" },
];

/** From then on a categorical column is written as text, at which Treelite stops (dmlc/treelite #638, 2025-10-31). */
const NEW_CATEGORIES = "3.1";

const RELEASE = /^\d\d\.\d\d$/;
const FEATURES = { min: 1, max: 100_000, rule: "columns are counted" };

export function treeModelFaults(request: TreeModelRequest, prefix = ""): string[] {
  const { library, backend, tritonRelease, features, contractFeatures } = request;
  const wrong = [
    ...enumFaults(`${prefix}library`, library, TreeLibrary),
    ...enumFaults(`${prefix}backend`, backend, TreeBackend),
    ...wholeNumberFaults(`${prefix}features`, features, FEATURES),
    ...wholeNumberFaults(`${prefix}contractFeatures`, contractFeatures, FEATURES),
    ...(RELEASE.test(tritonRelease)
      ? []
      : [`${prefix}tritonRelease is ${JSON.stringify(tritonRelease)}; Triton's releases are called year.month: write one such as 26.07`]),
  ];
  return wrong.length > 0 ? wrong : [...readingFaults(request, prefix), ...contractFaults(request, prefix), ...slotFaults(request, prefix)];
}

function readingFaults(request: TreeModelRequest, prefix: string): string[] {
  const { name, library, libraryVersion, backend, tritonRelease, categorical = false } = request;
  if (backend !== TreeBackend.Fil) return [];
  if (library === TreeLibrary.CatBoost) {
    return [`${prefix}backend is fil; it has no reader for CatBoost, whose ${name} it would refuse: use onnxruntime`];
  }
  if (libraryVersion === undefined) return [];
  const property = `${prefix}libraryVersion is ${libraryVersion}`;
  const reader = READERS.find(({ since }) => since <= tritonRelease);
  if (reader === undefined) {
    return [`${prefix}tritonRelease is ${tritonRelease}; what older ones than 24.10 read was not looked up: use 26.07`];
  }
  if (compareVersions(libraryVersion, reader.newest) > 0) {
    const newer = [...READERS].reverse().find(({ newest }) => compareVersions(libraryVersion, newest) <= 0);
    const cure = newer === undefined ? `train with ${reader.newest}` : `use Triton ${newer.since} or newer, or train with ${reader.newest}`;
    return [`${property}; Triton ${tritonRelease} reads XGBoost's files up to ${reader.newest}: ${cure}`];
  }
  if (categorical && compareVersions(libraryVersion, NEW_CATEGORIES) >= 0) {
    return [`${property}; its categorical columns are written in a way that Triton cannot read: encode them as numbers beforehand`];
  }
  return [];
}

function contractFaults({ name, features, contractFeatures }: TreeModelRequest, prefix: string): string[] {
  if (features === contractFeatures) return [];
  return [
    `${prefix}features is ${features}; callers send ${contractFeatures} columns, and ${name} would read them as something else: train it on these, or change the contract with all callers`,
  ];
}

function slotFaults({ name, onGpu = false, gpus = 0 }: TreeModelRequest, prefix: string): string[] {
  if (!onGpu || gpus > 0) return [];
  return [
    `${prefix}onGpu is true; the pod of ${name} has no GPU, and Triton would not load it: ask for one, or leave it on the CPU, which needs some 10 microseconds a row`,
  ];
}

/** By major and minor: a patch changes no file. */
function compareVersions(one: string, other: string): number {
  const [first, second] = [one, other].map((version) => version.split(".").map(Number));
  const [major = 0, minor = 0] = first ?? [];
  const [otherMajor = 0, otherMinor = 0] = second ?? [];
  return major - otherMajor || minor - otherMinor;
}
