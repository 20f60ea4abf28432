/**
 * When is a limit broken, rather than brushed? M of the last N windows must break it, each with enough evidence in both arms, and beyond a
 * floor below which nobody is harmed: one slow minute, an arm of three requests or a ratio over zero errors must not throw out a release.
 */
import type { Instant } from "./time";
import { figure, type Values } from "./values";

export type Limit =
  /** Of the champion's value; a value at or below the floor never breaks it. */
  { kind: "at-most-times"; times: number; floor: number } | { kind: "at-most"; bound: number } | { kind: "at-least"; bound: number };

export interface WindowArm {
  /** NaN where nothing was measured. */
  value: number;
  /** Requests, or labels where labels are judged. */
  evidence: number;
}

export interface ComparedWindow {
  endedAt: Instant;
  candidate: WindowArm;
  /** Needed by `at-most-times` only. */
  champion?: WindowArm | undefined;
}

export interface BreachRule {
  /** M: so many windows must break the limit ... */
  breaches: number;
  /** ... of the last N. */
  of: number;
  /** In each arm that the limit looks at; windows with less are not judged, and do not take a place among the N. */
  fewestEvidence: number;
}

/** With windows of 5 minutes (O2) a real fault is seen within a quarter of an hour. */
export const DEFAULT_BREACH_RULE: BreachRule = { breaches: 3, of: 4, fewestEvidence: 100 };

export type WindowsVerdict = { reason: string; values: Values } & (
  | { kind: "breach" }
  | { kind: "holds" }
  /** Too few windows with enough evidence to break the limit at all. */
  | { kind: "not-observed" }
);

export function judgeWindows(
  measure: string,
  windows: readonly ComparedWindow[],
  limit: Limit,
  rule: BreachRule = DEFAULT_BREACH_RULE,
): WindowsVerdict {
  const judged = [...windows]
    .filter((window) => hasEvidence(window, limit, rule.fewestEvidence))
    .sort((one, other) => (one.endedAt < other.endedAt ? -1 : 1))
    .slice(-rule.of);
  const broken = judged.filter((window) => breaks(window, limit));
  const newest = judged[judged.length - 1];
  const values: Values = {
    measure,
    breaches: broken.length,
    judged: judged.length,
    allowedBreaches: rule.breaches - 1,
    ...(newest && { candidate: newest.candidate.value }),
    // Of a release that has no users any more nothing is measured; an absolute limit does not need it, and the trail takes no NaN.
    ...(newest?.champion && Number.isFinite(newest.champion.value) && { champion: newest.champion.value }),
  };
  if (newest === undefined || judged.length < rule.breaches) {
    const reason = `${measure}: ${judged.length} windows with at least ${rule.fewestEvidence} a side; judged from ${rule.breaches}`;
    return { kind: "not-observed", reason, values };
  }
  const count = `${broken.length} of ${judged.length} windows`;
  const kind = broken.length >= rule.breaches ? "breach" : "holds";
  return { kind, reason: `${measure}: ${describe(newest, limit)}; ${count} broke it, ${rule.breaches} of ${rule.of} decide`, values };
}

function hasEvidence({ candidate, champion }: ComparedWindow, limit: Limit, fewest: number): boolean {
  const arms = limit.kind === "at-most-times" ? [candidate, champion] : [candidate];
  return arms.every((arm) => arm !== undefined && arm.evidence >= fewest && !Number.isNaN(arm.value));
}

function breaks({ candidate, champion }: ComparedWindow, limit: Limit): boolean {
  switch (limit.kind) {
    case "at-most":
      return candidate.value > limit.bound;
    case "at-least":
      return candidate.value < limit.bound;
    case "at-most-times":
      return candidate.value > limit.floor && candidate.value > limit.times * (champion?.value ?? 0);
  }
}

function describe({ candidate, champion }: ComparedWindow, limit: Limit): string {
  const value = figure(candidate.value);
  if (limit.kind === "at-most") return `${value}, allowed at most ${limit.bound}`;
  if (limit.kind === "at-least") return `${value}, required at least ${limit.bound}`;
  const old = champion?.value ?? 0;
  const times = old > 0 ? `${figure(candidate.value / old)} times the old version's` : "where the old version has 0";
  return `${value}, ${times}; allowed ${limit.times} times, or up to ${limit.floor} whatever the old version has`;
}
