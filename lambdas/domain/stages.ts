/** The ladder that a release climbs, and what holds on each rung (O1, O2). */
import type { Limit } from "./windows";

export interface Stage {
  /** Share of users on the candidate; 1 to 100. */
  percent: number;
  hours: number;
  limits: StageLimits;
}

/** The candidate against the champion in the same window, at the last stage against the champion's last recorded one. */
export interface StageLimits {
  errorRate: Limit;
  p95Milliseconds: Limit;
  accuracy: Limit;
}

/** Below these the ratio does not matter: nobody is harmed by 0.2 % of errors where it was 0.05 %, or by 9 ms where it was 5 ms. */
const NEGLIGIBLE = { errorRate: 0.01, p95Milliseconds: 50 };

export const DEFAULT_STAGES: readonly Stage[] = [
  { percent: 5, hours: 6, limits: limits(2.0, 1.5, 0.85) },
  { percent: 20, hours: 12, limits: limits(2.0, 1.5, 0.87) },
  { percent: 50, hours: 24, limits: limits(1.5, 1.3, 0.9) },
  // Nothing is left to compare with at the same time; a day shows each hour of the day once.
  { percent: 100, hours: 24, limits: limits(1.2, 1.1, 0.92) },
];

function limits(errorRatio: number, latencyRatio: number, accuracy: number): StageLimits {
  return {
    errorRate: { kind: "at-most-times", times: errorRatio, floor: NEGLIGIBLE.errorRate },
    p95Milliseconds: { kind: "at-most-times", times: latencyRatio, floor: NEGLIGIBLE.p95Milliseconds },
    accuracy: { kind: "at-least", bound: accuracy },
  };
}
