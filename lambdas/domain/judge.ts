/**
 * How bad is what was observed? Decided here: the severity, by the tables of `rules.ts`. Not decided here: what happens then.
 */
import type { Ask } from "./asks";
import { MEASURED_RULES, type MeasuredRule, type MeasuredRuleName, type Tier } from "./rules";
import type { Severity } from "./severity";
import type { Instant } from "./time";
import { figure, type Values } from "./values";

/** One window of a measure. */
export interface Observation {
  endedAt: Instant;
  /** How long the window is. */
  minutes: number;
  /** In the unit of the rule's measure; NaN where there was nothing to measure. */
  value: number;
  /** How much evidence lies behind it, in the unit that the rule counts in. */
  evidence: number;
}

export type Verdict =
  | { kind: "judged"; rule: MeasuredRuleName; severity: Severity; asks: readonly Ask[]; reason: string; values: Values }
  | { kind: "not-observed"; rule: MeasuredRuleName; reason: string; values: Values };

/**
 * Judges the newest window, with those before it for bounds that must be passed for a time.
 *
 * Windows with too little evidence are left out rather than counted as good: an hour without labels between two bad ones is no recovery.
 */
export function judge(
  rule: MeasuredRuleName,
  observations: readonly Observation[],
  rules: Readonly<Record<MeasuredRuleName, MeasuredRule>> = MEASURED_RULES,
): Verdict {
  const { measure, evidence, fewest, tiers, worseWhen } = rules[rule];
  const newestFirst = [...observations].sort((one, other) => (one.endedAt < other.endedAt ? 1 : -1));
  const newest = newestFirst[0];
  if (newest === undefined) return { kind: "not-observed", rule, reason: `no window of ${measure}`, values: {} };
  if (!isObserved(newest, fewest)) {
    const reason = Number.isNaN(newest.value)
      ? `${measure} has no value in the newest window`
      : `${figure(newest.evidence)} ${evidence}; ${measure} is judged from ${fewest}`;
    return { kind: "not-observed", rule, reason, values: { evidence: newest.evidence, fewest } };
  }

  const observed = newestFirst.filter((observation) => isObserved(observation, fewest));
  const held = tiers.map((tier) => ({ tier, minutes: minutesHeld(observed, tier, worseWhen) }));
  const values = { value: newest.value, evidence: newest.evidence };
  const waiting = held.find(({ tier, minutes }) => minutes > 0 && minutes < tier.forMinutes);
  const still =
    waiting === undefined ? "" : `; ${worseWhen} ${waiting.tier.bound} for ${waiting.minutes} of ${waiting.tier.forMinutes} min`;
  const holding = held.find(({ tier, minutes }) => minutes > 0 && minutes >= tier.forMinutes);
  if (holding === undefined) {
    return {
      kind: "judged",
      rule,
      severity: "ok",
      asks: [{ kind: "record" }],
      reason: `${measure} ${figure(newest.value)} is ok${still}`,
      values,
    };
  }
  const { tier, minutes } = holding;
  const lasted = tier.forMinutes === 0 ? "" : ` for ${minutes} min`;
  return {
    kind: "judged",
    rule,
    severity: tier.severity,
    asks: tier.asks,
    reason: `${measure} ${figure(newest.value)} is ${bound(tier, worseWhen)}${lasted}: ${tier.severity}${still}`,
    values: { ...values, bound: tier.bound, minutes },
  };
}

/**
 * The drop that A2 judges, in percent of the baseline; negative when accuracy rose.
 * Rounded, because a drop of exactly 5 % must not depend on the last bit: (0.8 - 0.76) / 0.8 × 100 is 5.000000000000004 in binary.
 */
export function accuracyDropPercent(baseline: number, current: number): number {
  return Number((((baseline - current) / baseline) * 100).toFixed(9));
}

function isObserved({ value, evidence }: Observation, fewest: number): boolean {
  return !Number.isNaN(value) && evidence >= fewest;
}

/** Minutes of the unbroken stretch, newest window first, that passed the bound; 0 when the newest did not. */
function minutesHeld(newestFirst: readonly Observation[], tier: Tier, worseWhen: MeasuredRule["worseWhen"]): number {
  const breakAt = newestFirst.findIndex(({ value }) => !passes(value, tier, worseWhen));
  const stretch = breakAt === -1 ? newestFirst : newestFirst.slice(0, breakAt);
  return stretch.reduce((sum, { minutes }) => sum + minutes, 0);
}

function passes(value: number, { bound, boundIsInside }: Tier, worseWhen: MeasuredRule["worseWhen"]): boolean {
  if (value === bound) return boundIsInside;
  return worseWhen === "above" ? value > bound : value < bound;
}

function bound({ bound, boundIsInside }: Tier, worseWhen: MeasuredRule["worseWhen"]): string {
  return boundIsInside ? `at or ${worseWhen} ${bound}` : `${worseWhen} ${bound}`;
}
