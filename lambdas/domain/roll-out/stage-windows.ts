/** What is measured of the old and the new release during a stage, and which of it a stage is judged by. */
import type { BreachRule, ComparedWindow } from "../windows";
import { minutesBetween, type Instant } from "../time";

/** One release in one window. NaN where nothing was measured. */
export interface MeasuredWindow {
  endedAt: Instant;
  /** Requests that a model answered, or should have. */
  requests: number;
  errorRate: number;
  p95Milliseconds: number;
  accuracy: number;
  /** Predictions of known truth behind the accuracy. */
  labels: number;
}

export interface StageWindows {
  /** Of each window. */
  minutes: number;
  candidate: MeasuredWindow[];
  /** In the same windows; at the stage of all users, what was last recorded before it. */
  champion: MeasuredWindow[];
}

/**
 * Times the interval between checks. A release with few users fills no window of 5 minutes with enough requests, and would never be judged; a
 * longer window sees a fault later, but sees it.
 */
export const WINDOW_LENGTHS = [1, 3, 12] as const;

/** As many as are asked for: three times the four of the default rule, because a quiet quarter of an hour must not empty them. */
export const MOST_WINDOWS = 12;

/** Windows of that length that lie wholly within the stage. */
export function windowsSince(since: Instant, now: Instant, minutes: number): number {
  return Math.max(0, Math.min(MOST_WINDOWS, Math.floor(minutesBetween(since, now) / minutes)));
}

export type Supply = "enough" | "thin" | "none";

/** Whether so many windows have the evidence that a limit can be broken at all. */
export function supplyOf({ candidate, champion }: StageWindows, alone: boolean, rule: BreachRule): Supply {
  if (candidate.every(({ requests }) => !(requests > 0))) return "none";
  const full = candidate.filter(({ endedAt, requests }) => {
    const other = alone ? lastRecorded(champion, rule) : champion.find((window) => window.endedAt === endedAt);
    return requests >= rule.fewestEvidence && (other?.requests ?? 0) >= rule.fewestEvidence;
  });
  return full.length >= rule.breaches ? "enough" : "thin";
}

/**
 * What was last recorded of the old release, as one: of all its full windows that were asked for, an hour of them. One window of five minutes would
 * do by O2's words; but it is compared with for a whole day, and where it happened to be a good one, every window after it would seem a bad one.
 */
export function lastRecorded(champion: readonly MeasuredWindow[], { fewestEvidence }: BreachRule): MeasuredWindow | undefined {
  const full = champion.filter(({ requests }) => requests >= fewestEvidence);
  const [first] = full;
  if (first === undefined) return undefined;
  const sum = (of: (window: MeasuredWindow) => number): number => full.reduce((total, window) => total + of(window), 0);
  const requests = sum((window) => window.requests);
  // Of quantiles a mean by requests is near enough: they are of neighbouring minutes.
  const mean = (measure: "errorRate" | "p95Milliseconds"): number => sum((window) => window.requests * window[measure]) / requests;
  const endedAt = full.reduce((newest, window) => (window.endedAt > newest ? window.endedAt : newest), first.endedAt);
  return {
    endedAt,
    requests,
    errorRate: mean("errorRate"),
    p95Milliseconds: mean("p95Milliseconds"),
    accuracy: first.accuracy,
    labels: first.labels,
  };
}

type Measure = "errorRate" | "p95Milliseconds" | "accuracy";

/** @param alone at the stage of all users: then nothing of the old release is measured any more. */
export function compared({ candidate, champion }: StageWindows, measure: Measure, alone: boolean, rule: BreachRule): ComparedWindow[] {
  const before = alone ? lastRecorded(champion, rule) : undefined;
  return candidate.map((window) => {
    const other = alone ? before : champion.find(({ endedAt }) => endedAt === window.endedAt);
    return {
      endedAt: window.endedAt,
      candidate: armOf(window, measure),
      ...(other !== undefined && { champion: armOf(other, measure) }),
    };
  });
}

function armOf(window: MeasuredWindow, measure: Measure): ComparedWindow["candidate"] {
  return { value: window[measure], evidence: measure === "accuracy" ? window.labels : window.requests };
}
