/**
 * Which versions of a model there are, what is known of each, and which one serves. Types only.
 *
 * A version is found by the run that made it, so that a step which is tried again finds its own. Whatever moves an alias says what it has
 * read there: between reading and moving, a person may have moved it by the registry's own means, and theirs is not to be undone unseen. The
 * registry itself compares nothing (MLflow 3 sets an alias without a condition): what keeps two runs apart is the line's lock and its fence.
 *
 * What cannot be done is an answer. What could not be asked is thrown (`RegistryAwayError`), so that the step is tried again.
 */
import type { ModelVersion, NewCandidate } from "../domain/registry/model-version";
import type {
  AliasMoved,
  ApproveRequest,
  NotEligible,
  PromoteRequest,
  RejectRequest,
  RestoreRequest,
  UnknownVersion,
} from "../domain/registry/version-changes";

export type { ModelVersion, NewCandidate, VersionStatus } from "../domain/registry/model-version";
export type {
  AliasMoved,
  ApprovalNote,
  ApproveRequest,
  NotEligible,
  PromoteRequest,
  RejectRequest,
  RestoreRequest,
  UnknownVersion,
} from "../domain/registry/version-changes";

/** Of the trained model at its registration, of the release when it is to serve. Nothing was changed. */
export interface FilesGone {
  kind: "files-gone";
  uri: string;
}

/** `found`: the run had registered it before. A version whose fate is decided keeps it. */
export type RegisterOutcome = { kind: "registered"; version: ModelVersion; found: boolean } | FilesGone;
export type PromoteOutcome = { kind: "promoted"; previous?: string } | AliasMoved | UnknownVersion | FilesGone | NotEligible;
export type ApproveOutcome = { kind: "approved" } | UnknownVersion | NotEligible;
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
  /** Notes who decided about a candidate that nobody rolls out. */
  approve(request: ApproveRequest): Promise<ApproveOutcome>;
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
