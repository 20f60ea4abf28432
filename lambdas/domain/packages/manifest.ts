/** `manifest.json`: what a release is made of, where it comes from, and how to see that it is whole. Written last: a release without it is none. */
import { z } from "zod";
import { releaseNameFaults } from "../release-name";
import { CONTRACT, PARITY_TOLERANCE, TRITON_READS } from "./contract";
import { featureOrderHash } from "./description";
import { Accelerator, MODEL_KINDS } from "./model-kind";
import { type ParityOutcome } from "./parity";
import { type PackagedVariant } from "./variant";

export const MANIFEST_FILE = "manifest.json";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  release: z.string().refine((name) => releaseNameFaults("release", name).length === 0),
  contract: z.object({ input: z.string(), features: z.number(), label: z.string(), probabilities: z.string() }),
  featureOrderSha256: hash,
  features: z.array(z.string()),
  servedBy: z.object({ triton: z.string(), onnxRuntime: z.string(), treelite: z.string() }),
  variants: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(MODEL_KINDS),
      models: z.array(z.string()),
      threshold: z.number(),
      trainer: z.string(),
      createdBy: z.string(),
      /** What its `config.pbtxt` asks of a slot; `slot-fit.ts` compares. */
      serving: z.object({ accelerator: z.enum(Accelerator), threads: z.number() }),
      parity: z.object({ rows: z.number(), largestDifference: z.number(), tolerance: z.number(), comparedBy: z.string() }),
    }),
  ),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: hash })),
});

export type Manifest = z.infer<typeof manifestSchema>;

export interface CheckedVariant {
  readonly variant: PackagedVariant;
  readonly parity: ParityOutcome;
  /** What answered in the place of Triton. */
  readonly comparedBy: string;
}

export interface Checksum {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export function manifestOf(release: string, checked: readonly CheckedVariant[], files: readonly Checksum[]): Manifest {
  const { input, label, probabilities } = CONTRACT;
  const { triton, onnxRuntime, treelite } = TRITON_READS;
  const features = checked[0]?.variant.description.features ?? [];
  return {
    schemaVersion: 1,
    release,
    contract: {
      input: `${input.name} ${input.type}[n,${features.length}]`,
      features: features.length,
      label: `${label.name} ${label.type}[n,${label.columns}]`,
      probabilities: `${probabilities.name} ${probabilities.type}[n,${probabilities.columns}]`,
    },
    featureOrderSha256: featureOrderHash(features),
    features: [...features],
    servedBy: { triton, onnxRuntime, treelite },
    variants: checked.map(({ variant: { description, models }, parity, comparedBy }) => ({
      name: description.name,
      kind: description.kind,
      models: [...models],
      threshold: description.threshold,
      trainer: description.trainer,
      createdBy: description.createdBy,
      serving: { accelerator: description.serving.accelerator, threads: description.serving.threads },
      parity: { rows: parity.rows, largestDifference: parity.largestDifference, tolerance: PARITY_TOLERANCE, comparedBy },
    })),
    files: [...files].sort((one, other) => (one.path < other.path ? -1 : 1)),
  };
}

/** Whether these are the files that were packaged: all of them, unchanged, and no other. */
export function releaseFaults({ release, files }: Manifest, found: readonly Checksum[]): string[] {
  const [wanted, there] = [new Map(files.map((file) => [file.path, file])), new Map(found.map((file) => [file.path, file]))];
  const cure = "package the model anew";
  const missing = files
    .filter(({ path }) => !there.has(path))
    .map(({ path }) => `${release} lacks ${path}, which its manifest names: ${cure}`);
  const changed = found.flatMap(({ path, sha256 }) => {
    const file = wanted.get(path);
    if (file === undefined) return [`${release} holds ${path}, which its manifest does not name: ${cure}`];
    if (file.sha256 === sha256) return [];
    return [
      `${release}'s ${path} has the checksum ${sha256.slice(0, 12)}; its manifest says ${file.sha256.slice(0, 12)}, so it was changed: ${cure}`,
    ];
  });
  return [...missing, ...changed];
}
