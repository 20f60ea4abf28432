/**
 * Which versions of a model there are, what is known of each, and which one serves. Types only.
 *
 * A version is found by the run that made it, so that a step which is tried again finds its own. Whatever moves an alias says what it has
 * read there: between reading and moving, a person may have moved it by the registry's own means, and theirs is not to be undone unseen. The
 * registry itself compares nothing (MLflow 3 sets an alias without a condition): what keeps two runs apart is the line's lock and its fence.
 *
 * What cannot be done is an answer. What could not be asked is thrown (`RegistryAwayError`), so that the step is tried again.
 */
import type { Instant } from "../domain/time";

/** R9: the life of a version, as tags say it; MLflow's own stages are deprecated since 2.9 and not used. */
export type VersionStatus = "candidate" | "production" | "archived" | "rejected";

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
  /** Folder of each variant's trained model. */
  models: Record<string, string>;
  /** `s3://` folder with `MLmodel` in it. */
  source: string;
  modelCard?: string;
  createdAt: Instant;
  /** When it last began to serve everybody. */
  deployedAt?: Instant;
}

export interface NewCandidate {
  model: string;
  run: string;
  semanticVersion: string;
  release: string;
  /** Proof that the release is whole; looked for before the version is ever made champion. Absent where the loop serves nothing. */
  releaseManifest?: string;
  source: string;
  models: Record<string, string>;
  modelCard: string;
  datasetVersion: string;
  /** What made the loop retrain. */
  trigger: string;
  /** Of training; MLflow takes no more than 6,000 characters of a value. */
  parameters: Record<string, string>;
  metrics: Record<string, number>;
  startedAt: Instant;
  now: Instant;
}

/** R9's tags of who decided. */
export interface ApprovalNote {
  status: "automatic" | "approved";
  by: readonly string[];
  comments: string;
}

export interface PromoteRequest {
  model: string;
  version: string;
  /** The champion as it was when the run read it; absent where there was none. */
  expected?: string;
  approval: ApprovalNote;
  now: Instant;
}

export interface RejectRequest {
  model: string;
  version: string;
  reason: string;
  /** Who refused it, where people did. */
  by: readonly string[];
  now: Instant;
}

export interface RestoreRequest {
  model: string;
  /** The champion that is given up. */
  from: string;
  to: string;
  reason: string;
  now: Instant;
}

/** Neither what was read nor what is asked for: somebody else has moved the alias. Nothing was changed. */
export interface AliasMoved {
  kind: "moved";
  /** Absent where the alias is gone. */
  champion?: string;
}

export interface UnknownVersion {
  kind: "unknown-version";
}

export interface FilesGone {
  kind: "files-gone";
  uri: string;
}

/** Of a version that a gate or a person has refused, or that never served. Nothing was changed. */
export interface NotEligible {
  kind: "not-eligible";
  status: VersionStatus;
}

/** `found`: the run had registered it before. A version whose fate is decided keeps it. */
export type RegisterOutcome = { kind: "registered"; version: ModelVersion; found: boolean } | FilesGone;
export type PromoteOutcome = { kind: "promoted"; previous?: string } | AliasMoved | UnknownVersion | FilesGone | NotEligible;
export type RejectOutcome = { kind: "rejected" } | UnknownVersion | NotEligible;
export type RestoreOutcome = { kind: "restored" } | AliasMoved | UnknownVersion | FilesGone | NotEligible;

export interface ModelRegistry {
  /** The version that serves; undefined on the first day of a model. */
  champion(model: string): Promise<ModelVersion | undefined>;
  version(model: string, version: string): Promise<ModelVersion | undefined>;
  /** Newest first: all that are kept, to be gone back to by hand (O5). */
  versions(model: string): Promise<ModelVersion[]>;
  /** Finds before it creates: the same run twice is one version. `MLmodel` and the model card must be there before. */
  registerCandidate(candidate: NewCandidate): Promise<RegisterOutcome>;
  /** The alias `champion` moves, the version before it is archived by its tags, and the alias `candidate` is dropped. */
  promote(request: PromoteRequest): Promise<PromoteOutcome>;
  /** Never of the champion. */
  reject(request: RejectRequest): Promise<RejectOutcome>;
  /** The alias `champion` goes back to a version that has served before. */
  restore(request: RestoreRequest): Promise<RestoreOutcome>;
}

/** Files in S3 that belong to a version. */
export interface Artifacts {
  exists(uri: string): Promise<boolean>;
  /** The same again is no fault; other words in its place are written over it. */
  write(uri: string, text: string): Promise<void>;
  /** Undefined where there is none. */
  read(uri: string): Promise<string | undefined>;
}

/** The registry does not answer, or answers that it cannot at the moment: nothing is known, ask again. */
export class RegistryAwayError extends Error {
  override readonly name = "RegistryAwayError";
}
