/**
 * What promoting, rejecting and going back mean for aliases and tags, in the order in which they must be written: whoever dies between two of
 * them does all of them again, finds the alias where it left it, and comes to the same end. The alias moves before the tags that tell of it: the
 * alias is what is read, and what is told must have happened.
 */
import type { Instant } from "../time";
import { cut, type Alias, type ModelVersion, type VersionStatus, type VersionTags } from "./model-version";

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

/** Of a version that nobody rolls out: what was decided is noted, and the alias `candidate` stays. */
export interface ApproveRequest {
  model: string;
  version: string;
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
  /** The champion that is given up; absent where there is none. */
  from?: string;
  to: string;
  reason: string;
  now: Instant;
  /** When traffic got it, where its run ended before the registry heard of it: whatever the registry says of the version, users have it. */
  promotedAt?: Instant;
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

/** Of a version that a gate or a person has refused, that serves, or that never served. Nothing was changed. */
export interface NotEligible {
  kind: "not-eligible";
  status: VersionStatus;
}

export interface Aliases {
  champion?: string | undefined;
  candidate?: string | undefined;
}

export type RegistryWrite =
  { kind: "tag"; version: string; tags: VersionTags } | { kind: "point"; alias: Alias; version: string } | { kind: "drop"; alias: Alias };

export type PlannedChange<Refused> = { kind: "do"; writes: RegistryWrite[] } | Refused;

export function planPromotion(
  aliases: Aliases,
  target: ModelVersion | undefined,
  { version, expected, approval, now }: PromoteRequest,
): PlannedChange<AliasMoved | UnknownVersion | NotEligible> {
  const { champion, candidate } = aliases;
  if (target === undefined) return { kind: "unknown-version" };
  const done = champion === version;
  if (target.status === "rejected" || (target.status === "archived" && !done)) return { kind: "not-eligible", status: target.status };
  if (!done && champion !== expected) return moved(champion);
  return {
    kind: "do",
    writes: [
      tag(version, { ...approvalTags(approval, now), ...(expected !== undefined && { previous_version: expected }) }),
      { kind: "point", alias: "champion", version },
      // The first attempt's date, where it came so far.
      tag(version, { lifecycle: "production", production_deployment_date: (done ? target.deployedAt : undefined) ?? now }),
      ...(expected === undefined || expected === version ? [] : [tag(expected, { lifecycle: "archived", archived_at: now })]),
      ...dropped(candidate, version),
    ],
  };
}

export function planApproval(
  target: ModelVersion | undefined,
  { version, approval, now }: ApproveRequest,
): PlannedChange<UnknownVersion | NotEligible> {
  if (target === undefined) return { kind: "unknown-version" };
  if (target.status !== "candidate") return { kind: "not-eligible", status: target.status };
  return { kind: "do", writes: [tag(version, approvalTags(approval, now))] };
}

export function planRejection(
  { champion, candidate }: Aliases,
  target: ModelVersion | undefined,
  { version, reason, by, now }: RejectRequest,
): PlannedChange<UnknownVersion | NotEligible> {
  if (target === undefined) return { kind: "unknown-version" };
  if (champion === version) return { kind: "not-eligible", status: "production" };
  if (target.status === "archived") return { kind: "not-eligible", status: "archived" };
  const refused: VersionTags = by.length === 0 ? {} : { approval_status: "refused", approved_by: by.join(" "), approved_at: now };
  const tags = { ...refused, lifecycle: "rejected", validation_status: "failed", approval_comments: reason };
  return { kind: "do", writes: [tag(version, tags), ...dropped(candidate, version)] };
}

export function planRestoration(
  { champion, candidate }: Aliases,
  target: ModelVersion | undefined,
  { from, to, reason, now, promotedAt }: RestoreRequest,
): PlannedChange<AliasMoved | UnknownVersion | NotEligible> {
  if (target === undefined) return { kind: "unknown-version" };
  const done = champion === to;
  const served = target.deployedAt !== undefined && target.status !== "rejected";
  if (!served && promotedAt === undefined) return { kind: "not-eligible", status: target.status };
  if (!done && champion !== from) return moved(champion);
  const archived = from === undefined || from === to ? [] : [{ lifecycle: "archived", archived_at: now }];
  if (promotedAt !== undefined) {
    const production = { lifecycle: "production", validation_status: "passed", approval_comments: reason };
    return {
      kind: "do",
      writes: [
        { kind: "point", alias: "champion", version: to },
        tag(to, { ...production, production_deployment_date: promotedAt }),
        ...archived.map((tags) => tag(from ?? to, tags)),
        ...dropped(candidate, to),
      ],
    };
  }
  return {
    kind: "do",
    writes: [
      { kind: "point", alias: "champion", version: to },
      tag(to, {
        lifecycle: "production",
        production_deployment_date: (done && target.status === "production" ? target.deployedAt : undefined) ?? now,
      }),
      ...archived.map((tags) => tag(from ?? to, { ...tags, rolled_back_to: to, rolled_back_because: reason })),
    ],
  };
}

function approvalTags({ status, by, comments }: ApprovalNote, now: Instant): VersionTags {
  const decided = { approval_status: status, approved_by: by.join(" "), approved_at: now, approval_comments: comments };
  return { validation_status: "passed", ...decided };
}

function tag(version: string, tags: VersionTags): RegistryWrite {
  // MLflow's own client takes no empty value for one that says nothing.
  return { kind: "tag", version, tags: cut(Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ""))) };
}

function dropped(candidate: string | undefined, version: string): RegistryWrite[] {
  return candidate === version ? [{ kind: "drop", alias: "candidate" }] : [];
}

function moved(champion: string | undefined): AliasMoved {
  return champion === undefined ? { kind: "moved" } : { kind: "moved", champion };
}
