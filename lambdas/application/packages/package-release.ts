import { CONTRACT } from "../../domain/packages/contract";
import { featureOrderHash, orderFaults, readDescription } from "../../domain/packages/description";
import { RAW_PROBABILITIES } from "../../domain/packages/label-model";
import { type CheckedVariant, type Manifest, MANIFEST_FILE, manifestOf } from "../../domain/packages/manifest";
import {
  judgeParity,
  parityRowFaults,
  type ParityRows,
  readParity,
  releasedParity,
  releasedParityFile,
} from "../../domain/packages/parity";
import { type Answering, packageVariant, type PackagedVariant, type ReleaseFile } from "../../domain/packages/variant";
import { xgboostAnswer } from "../../domain/packages/xgboost";
import { releaseNameFaults } from "../../domain/release-name";
import type { GraphInput, GraphRunner, Hash, ReleaseStore } from "../../ports/releases";

export const DESCRIPTION_FILE = "model.json";
export const PARITY_FILE = "parity.f32";

export interface ModelSource {
  /** How faults call it. */
  readonly origin: string;
  /** The model, `model.json` and `parity.f32`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface ReleaseOrder {
  readonly release: string;
  readonly sources: readonly ModelSource[];
  /** Hash of the order in which callers send the features; absent for the first release. */
  readonly featureOrderSha256?: string;
}

export interface ReleaseTools {
  readonly runner: GraphRunner;
  readonly store: ReleaseStore;
  readonly hash: Hash;
}

export type ReleaseOutcome =
  { readonly kind: "released"; readonly manifest: Manifest } | { readonly kind: "refused"; readonly faults: string[] };

/** Packages, tries, and only then writes: what is refused has left nothing behind. */
export async function packageRelease(order: ReleaseOrder, { runner, store, hash }: ReleaseTools): Promise<ReleaseOutcome> {
  const packaged = order.sources.map((source) => ({ source, ...packagedSource(source) }));
  const faults = [...packaged.flatMap((each) => each.faults), ...releaseFaults(order, variantsOf(packaged))];
  if (faults.length > 0) return { kind: "refused", faults };

  const checked: CheckedVariant[] = [];
  const rows: ReleaseFile[] = [];
  for (const { source, variant, parityRows } of packaged) {
    if (variant === undefined || parityRows === undefined) continue;
    const parity = await parityOf(source.origin, variant, parityRows, runner);
    faults.push(...parity.faults);
    checked.push({ variant, parity, comparedBy: comparedBy(variant.answering, runner) });
    const { name, serving } = variant.description;
    const content = releasedParity(parityRows, serving.maxBatchSize);
    if (content !== undefined) rows.push({ path: releasedParityFile(name), content });
  }
  if (faults.length > 0) return { kind: "refused", faults };

  const files = [...checked.flatMap(({ variant }) => variant.files), ...rows];
  const sums = files.map(({ path, content }) => ({ path, bytes: content.length, sha256: hash(content) }));
  const manifest = manifestOf(order.release, checked, sums);
  const outcome = await store.write(order.release, files, manifestFile(manifest));
  if (outcome.kind === "written") return { kind: "released", manifest };
  return {
    kind: "refused",
    faults: [`${outcome.path} is there already, with other content; a release is written once: choose another name`],
  };
}

export function manifestFile(manifest: Manifest): ReleaseFile {
  return { path: MANIFEST_FILE, content: new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`) };
}

interface PackagedSource {
  readonly variant?: PackagedVariant;
  readonly parityRows?: ParityRows;
  readonly faults: string[];
}

function packagedSource({ origin, files }: ModelSource): PackagedSource {
  const text = files.get(DESCRIPTION_FILE);
  if (text === undefined) {
    const rule = "name, kind and order of the features are not in the model itself";
    return { faults: [`${origin} holds no ${DESCRIPTION_FILE}; ${rule}: add one`] };
  }
  const described = readDescription(`${origin}: ${DESCRIPTION_FILE}`, new TextDecoder().decode(text));
  if (described.kind === "refused") return { faults: described.faults };
  const packaged = packageVariant(origin, described.description, files);
  const parityRows = readParity(files.get(PARITY_FILE) ?? new Uint8Array(), described.description.features.length);
  const faults = packaged.kind === "refused" ? packaged.faults : [];
  if (parityRows === undefined) {
    const width = described.description.features.length + 1;
    const rule = `without rows and the model's own answers nothing shows that the package answers alike: write rows of ${width} single-precision numbers`;
    faults.push(`${origin} holds no ${PARITY_FILE} that can be read; ${rule}`);
  } else {
    faults.push(...parityRowFaults(`${origin}: ${PARITY_FILE}`, parityRows));
  }
  return { faults, ...(packaged.kind === "packaged" && { variant: packaged.variant }), ...(parityRows && { parityRows }) };
}

function variantsOf(packaged: readonly PackagedSource[]): PackagedVariant[] {
  return packaged.flatMap(({ variant }) => (variant === undefined ? [] : [variant]));
}

/** What no variant alone can get wrong. */
function releaseFaults({ release, sources, featureOrderSha256 }: ReleaseOrder, variants: readonly PackagedVariant[]): string[] {
  const faults = releaseNameFaults("release", release);
  if (sources.length === 0) faults.push("no model is named; a release has at least one: name one");
  const names = variants.flatMap(({ models }) => models);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  faults.push(...[...twice].map((name) => `two models are called ${name}; Triton serves one of each name: rename one`));
  const [first] = variants;
  const expected = featureOrderSha256 ?? (first && featureOrderHash(first.description.features));
  return [...faults, ...variants.flatMap(({ description }) => orderFaults(description.name, description.features, expected))];
}

async function parityOf(origin: string, { description, answering }: PackagedVariant, rows: ParityRows, runner: GraphRunner) {
  const { name, threshold } = description;
  try {
    const answers = await runner.run(answering.kind === "graph" ? answering.graph : answering.labelGraph, inputOf(answering, rows));
    return judgeParity(name, rows, answers, threshold);
  } catch (error) {
    const faults = [
      `${origin} is not loaded by ${runner.name} (${(error as Error).message}); Triton would not load it either: export it anew`,
    ];
    return { rows: rows.count, largestDifference: Number.POSITIVE_INFINITY, faults };
  }
}

function inputOf(answering: Answering, { values, count, features }: ParityRows): GraphInput {
  if (answering.kind === "graph") return { name: CONTRACT.input.name, values, columns: features };
  const raw = new Float32Array(2 * count);
  for (let row = 0; row < count; row++) {
    const positive = xgboostAnswer(answering.trees, values.subarray(row * features, (row + 1) * features));
    raw.set([1 - positive, positive], 2 * row);
  }
  return { name: RAW_PROBABILITIES, values: raw, columns: 2 };
}

function comparedBy(answering: Answering, runner: GraphRunner): string {
  return answering.kind === "graph" ? runner.name : `modelloop's reading of the trees, label by ${runner.name}; FIL itself was not run`;
}
