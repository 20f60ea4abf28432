/** R9: what is known of a version of a model, and how the registry keeps it: as tags, which are text. */
import { z } from "zod";
import { instant, type Instant } from "../time";

/** The life of a version; MLflow's own stages are deprecated since 2.9 and not used. */
export const VERSION_STATUSES = ["candidate", "production", "archived", "rejected"] as const;

export type VersionStatus = (typeof VERSION_STATUSES)[number];

export interface ModelVersion {
  model: string;
  /** The registry's own count: `7`. */
  version: string;
  semanticVersion: string;
  status: VersionStatus;
  /** The run of the loop that made it. */
  run: string;
  /** Name of its release, which holds all variants of the line. */
  release: string;
  /** Proof that the release is whole. */
  releaseManifest?: string;
  /** Folder of each variant's trained model. */
  models: Record<string, string>;
  /** Kind of each variant, as it was trained; empty where it was not said. */
  kinds: Record<string, string>;
  /** Of the features that callers send. */
  featureOrderSha256?: string;
  /** `s3://` folder with `MLmodel` in it. */
  source: string;
  modelCard: string;
  createdAt: Instant;
  /** When it was approved or refused, by people or without them; absent where nobody has come so far. */
  decidedAt?: Instant;
  /** When it last began to serve everybody. */
  deployedAt?: Instant;
}

export interface NewCandidate extends Pick<
  ModelVersion,
  "model" | "run" | "semanticVersion" | "release" | "releaseManifest" | "source" | "models" | "kinds" | "featureOrderSha256" | "modelCard"
> {
  datasetVersion: string;
  /** What made the loop retrain. */
  trigger: string;
  /** Of training. */
  parameters: Record<string, string>;
  metrics: Record<string, number>;
  startedAt: Instant;
  now: Instant;
}

/** The registry's aliases of a model; those of other people are theirs. */
export const ALIASES = { champion: "champion", candidate: "candidate" } as const;

export type Alias = keyof typeof ALIASES;

export type VersionTags = Record<string, string>;

const FOLDER = "model.";
const KIND = "kind.";

/** MLflow 2 takes 5,000 characters of a version's tag (`MAX_MODEL_REGISTRY_TAG_VALUE_LENGTH` of its validation, 2.9). */
const LONGEST_TAG = 5_000;

export function tagsOfCandidate(candidate: NewCandidate): VersionTags {
  const { run, semanticVersion, release, releaseManifest, models, modelCard, datasetVersion, trigger } = candidate;
  const { kinds, featureOrderSha256 } = candidate;
  return cut({
    lifecycle: "candidate",
    validation_status: "passed",
    approval_status: "pending",
    semantic_version: semanticVersion,
    ...{ run, release, trigger },
    dataset_version: datasetVersion,
    model_card: modelCard,
    ...(releaseManifest !== undefined && { release_manifest: releaseManifest }),
    ...(featureOrderSha256 !== undefined && { feature_order_sha256: featureOrderSha256 }),
    ...withBeginning(FOLDER, models),
    ...withBeginning(KIND, kinds),
  });
}

export function cut(tags: VersionTags): VersionTags {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, value.slice(0, LONGEST_TAG)]));
}

/** As far as a version is one of ours; other people's versions of the model have other tags, and are none of our business. */
const ownTagsSchema = z.object({
  lifecycle: z.enum(VERSION_STATUSES),
  semantic_version: z.string().min(1),
  run: z.string().min(1),
  release: z.string().min(1),
  release_manifest: z.string().min(1).optional(),
  model_card: z.string().min(1),
  feature_order_sha256: z.string().min(1).optional(),
  approved_at: z.iso.datetime().optional(),
  production_deployment_date: z.iso.datetime().optional(),
});

export interface StoredVersion {
  model: string;
  version: string;
  source: string;
  createdAt: Instant;
  tags: VersionTags;
}

/** Undefined where it was not registered by a loop. */
export function ownVersion({ model, version, source, createdAt, tags }: StoredVersion): ModelVersion | undefined {
  const read = ownTagsSchema.safeParse(tags);
  if (!read.success) return undefined;
  const { lifecycle, semantic_version, run, release, release_manifest, model_card, approved_at, production_deployment_date } = read.data;
  const { feature_order_sha256: featureOrderSha256 } = read.data;
  return {
    ...{ model, version, semanticVersion: semantic_version, status: lifecycle, run, release },
    ...(release_manifest !== undefined && { releaseManifest: release_manifest }),
    ...{ models: havingBeginning(FOLDER, tags), kinds: havingBeginning(KIND, tags) },
    ...(featureOrderSha256 !== undefined && { featureOrderSha256 }),
    ...{ source, modelCard: model_card, createdAt },
    ...(approved_at !== undefined && { decidedAt: instant(approved_at) }),
    ...(production_deployment_date !== undefined && { deployedAt: instant(production_deployment_date) }),
  };
}

function withBeginning(beginning: string, values: Record<string, string>): VersionTags {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${beginning}${name}`, value]));
}

function havingBeginning(beginning: string, tags: VersionTags): Record<string, string> {
  const own = Object.entries(tags).filter(([name]) => name.startsWith(beginning));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(beginning.length), value]));
}
