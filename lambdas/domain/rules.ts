/**
 * What is watched, from where on it is bad, and what it then asks for: requirements A1 to A7, A10 and the triggers of R1, as tables.
 *
 * Intervals are half-open upwards, and the bound that the documents write as "more than" stays outside: psi 0.3 warns, above 0.3 is critical.
 */
import type { Ask, RetrainAsk } from "./asks";
import type { Severity } from "./severity";

/** One line of a rule's table. */
export interface Tier {
  severity: Severity;
  /** In the unit of the rule's measure. */
  bound: number;
  /** Whether a value that equals the bound has passed it. */
  boundIsInside: boolean;
  /** How long it must have been passed without a break; until then the next milder tier holds. */
  forMinutes: number;
  asks: readonly Ask[];
}

/** A rule about a number. */
export interface MeasuredRule {
  requirement: string;
  measure: string;
  worseWhen: "above" | "below";
  /** With less evidence than this the measure counts as not observed: neither good nor bad. */
  fewest: number;
  /** What the evidence is counted in. */
  evidence: string;
  /** From the worst down; the first that is passed for long enough holds, and none means `ok`. */
  tiers: readonly Tier[];
}

/** A rule about something that simply happens. */
export interface EventRule {
  requirement: string;
  severity: Severity;
  asks: readonly Ask[];
}

const RECORD: Ask = { kind: "record" };
const OBSERVE_MORE_OFTEN: Ask = { kind: "observe-more-often" };
const PAGE: Ask = { kind: "page" };

/** R1: drift and performance look back two weeks, everything else one. */
function retrain(withinHours: number, windowDays: 7 | 14): RetrainAsk {
  return { kind: "retrain", withinHours, windowDays };
}

const AT_ONCE = { boundIsInside: true, forMinutes: 0 };

/**
 * Below these, chance alone passes a bound. 500 rows: with 10 bins and no drift psi has a mean of 9 × (1/n + 1/m), 0.018 at n = 500 against
 * a large baseline (0.046 at 200, where 2 % of windows pass 0.1). 1,000 labels: A2's window; an accuracy of 0.85 then has a standard error
 * of 1.1 points. 200 rows: a precision of 0.80 has one of 2.8 points. 100 requests: at a true error rate of 1 %, more than 5 % come about
 * once in 1,900 windows.
 */
const FEWEST = { effectiveRows: 500, labels: 1_000, positives: 200, requests: 100 };

const MEASURED = {
  "data-drift": {
    requirement: "A1",
    measure: "psi of the worst feature",
    worseWhen: "above",
    fewest: FEWEST.effectiveRows,
    evidence: "effective rows",
    tiers: [
      { severity: "critical", bound: 0.3, boundIsInside: false, forMinutes: 60, asks: [retrain(0, 14)] },
      { severity: "warning", bound: 0.2, ...AT_ONCE, asks: [retrain(48, 14)] },
      { severity: "monitor", bound: 0.1, ...AT_ONCE, asks: [OBSERVE_MORE_OFTEN] },
    ],
  },
  "accuracy-drop": {
    requirement: "A2",
    measure: "accuracy drop in percent of the baseline",
    worseWhen: "above",
    fewest: FEWEST.labels,
    evidence: "labels",
    tiers: [
      { severity: "critical", bound: 10, boundIsInside: false, forMinutes: 0, asks: [retrain(0, 14)] },
      { severity: "warning", bound: 5, ...AT_ONCE, asks: [retrain(24, 14)] },
      { severity: "monitor", bound: 2, ...AT_ONCE, asks: [OBSERVE_MORE_OFTEN] },
    ],
  },
  // Retraining is not asked for: that the answers shifted does not say that they are wrong. A2 asks once labels say so.
  "prediction-drift": {
    requirement: "A3",
    measure: "psi of the predictions",
    worseWhen: "above",
    fewest: FEWEST.effectiveRows,
    evidence: "effective rows",
    tiers: [
      { severity: "warning", bound: 0.2, ...AT_ONCE, asks: [OBSERVE_MORE_OFTEN] },
      { severity: "monitor", bound: 0.1, ...AT_ONCE, asks: [OBSERVE_MORE_OFTEN] },
    ],
  },
  "accuracy-floor": {
    requirement: "A4",
    measure: "accuracy",
    worseWhen: "below",
    fewest: FEWEST.labels,
    evidence: "labels",
    tiers: [
      {
        severity: "critical",
        bound: 0.85,
        boundIsInside: false,
        forMinutes: 30,
        asks: [{ kind: "roll-back" }, PAGE, retrain(0, 14)],
      },
    ],
  },
  latency: {
    requirement: "A5",
    measure: "p95 latency in milliseconds",
    worseWhen: "above",
    fewest: FEWEST.requests,
    evidence: "requests",
    // KEDA owns the number of replicas; a second hand on it would fight the first.
    tiers: [{ severity: "warning", bound: 1_000, boundIsInside: false, forMinutes: 5, asks: [{ kind: "record-scaling" }] }],
  },
  "error-rate": {
    requirement: "A6",
    measure: "error rate",
    worseWhen: "above",
    fewest: FEWEST.requests,
    evidence: "requests",
    tiers: [{ severity: "critical", bound: 0.05, boundIsInside: false, forMinutes: 10, asks: [{ kind: "pause" }, PAGE] }],
  },
  "accuracy-collapse": {
    requirement: "A7",
    measure: "accuracy",
    worseWhen: "below",
    fewest: FEWEST.labels,
    evidence: "labels",
    tiers: [{ severity: "critical", bound: 0.8, boundIsInside: false, forMinutes: 0, asks: [PAGE] }],
  },
  precision: {
    requirement: "A10",
    measure: "precision",
    worseWhen: "below",
    fewest: FEWEST.positives,
    evidence: "rows called positive",
    tiers: [{ severity: "warning", bound: 0.8, boundIsInside: false, forMinutes: 0, asks: [RECORD] }],
  },
  recall: {
    requirement: "A10",
    measure: "recall",
    worseWhen: "below",
    fewest: FEWEST.positives,
    evidence: "rows that are positive",
    tiers: [{ severity: "warning", bound: 0.8, boundIsInside: false, forMinutes: 0, asks: [RECORD] }],
  },
  feedback: {
    requirement: "R1",
    measure: "corrections not yet used",
    worseWhen: "above",
    fewest: 0,
    evidence: "corrections",
    tiers: [{ severity: "info", bound: 1_000, ...AT_ONCE, asks: [retrain(0, 7)] }],
  },
} satisfies Record<string, MeasuredRule>;

const EVENTS = {
  // Paged, never retrained: a model trained on what a broken pipeline delivers is worse than a stale one.
  "data-quality": { requirement: "A3", severity: "critical", asks: [PAGE] },
  "system-down": { requirement: "A7", severity: "critical", asks: [PAGE] },
  deployment: { requirement: "A7", severity: "info", asks: [RECORD] },
  weekly: { requirement: "R1", severity: "info", asks: [retrain(0, 7)] },
  "code-push": { requirement: "R1", severity: "info", asks: [retrain(0, 7)] },
  manual: { requirement: "R1", severity: "info", asks: [retrain(0, 7)] },
} satisfies Record<string, EventRule>;

export type MeasuredRuleName = keyof typeof MEASURED;
export type RuleName = MeasuredRuleName | keyof typeof EVENTS;

export const MEASURED_RULES: Readonly<Record<MeasuredRuleName, MeasuredRule>> = MEASURED;
export const EVENT_RULES: Readonly<Record<keyof typeof EVENTS, EventRule>> = EVENTS;

export const MEASURED_RULE_NAMES = Object.keys(MEASURED) as MeasuredRuleName[];
export const RULE_NAMES = [...Object.keys(MEASURED), ...Object.keys(EVENTS)] as [RuleName, ...RuleName[]];
