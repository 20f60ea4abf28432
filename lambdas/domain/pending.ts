/**
 * What a model still has to be retrained for. A trigger that may not start a run now is merged in here and examined again, so that none is
 * lost however many are refused.
 *
 * Merging is a join: the order, the grouping and the repetition of messages make no difference. That is what lets a queue that delivers
 * twice, late and out of order write here without a lock.
 */
import { z } from "zod";
import { modelNameSchema, dedupKey } from "./names";
import { RULE_NAMES } from "./rules";
import { compareSeverities, severitySchema, worstSeverity } from "./severity";
import { retrainingAskedBy, type Signal } from "./signals";
import { earliest, hoursAfter, instantSchema, latest, type Instant } from "./time";

/**
 * A ledger item holds 400 KB (DynamoDB's limit, 2026), and an alarm may flap for weeks while the loop is stopped. 200 keys of 25 characters
 * for each of the 16 rules are about a fifth of it; the audit trail has every signal anyway.
 */
export const MOST_SIGNALS_KEPT = 200;

const worstSignalSchema = z.strictObject({ severity: severitySchema, firedAt: instantSchema, reason: z.string() });

/** All that one rule still asks for. */
export const pendingReasonSchema = z.strictObject({
  rule: z.enum(RULE_NAMES),
  /** The most severe of its signals, the newest of equals. */
  worst: worstSignalSchema,
  firstAt: instantSchema,
  lastAt: instantSchema,
  /** When a run is to start for it at the latest. */
  dueAt: instantSchema,
  windowDays: z.int().min(1),
  /** Dedup keys, oldest first; the newest `MOST_SIGNALS_KEPT` of them. */
  signals: z.array(z.string()).min(1).max(MOST_SIGNALS_KEPT),
  /** Whether older keys were left out. */
  more: z.boolean(),
  /** Principals who asked, for the rule that nobody approves a run of their own. */
  askedBy: z.array(z.string()),
});

export type PendingReason = z.infer<typeof pendingReasonSchema>;

export const pendingSchema = z.strictObject({
  schemaVersion: z.literal(1),
  model: modelNameSchema,
  /** One for each rule, sorted by rule. */
  reasons: z.array(pendingReasonSchema).min(1),
});

export type Pending = z.infer<typeof pendingSchema>;

/** What a signal adds; nothing when it asks for no retraining. */
export function pendingOf(signal: Signal, now: Instant): Pending | undefined {
  const ask = retrainingAskedBy(signal);
  if (ask === undefined) return undefined;
  const { model, rule, severity, firedAt, reason, askedBy } = signal;
  // A sender's clock may run ahead of ours; "now" must not turn into "in two seconds", which would cost a wake-up.
  const asked = earliest([firedAt, now]);
  const only: PendingReason = {
    rule,
    worst: { severity, firedAt, reason },
    firstAt: firedAt,
    lastAt: firedAt,
    dueAt: hoursAfter(asked, ask.withinHours),
    windowDays: ask.windowDays,
    signals: [dedupKey(signal)],
    more: false,
    askedBy: askedBy === undefined ? [] : [askedBy],
  };
  return { schemaVersion: 1, model, reasons: [only] };
}

export function mergePending(one: Pending, other: Pending | undefined): Pending;
export function mergePending(one: Pending | undefined, other: Pending): Pending;
export function mergePending(one: Pending | undefined, other: Pending | undefined): Pending | undefined;
export function mergePending(one: Pending | undefined, other: Pending | undefined): Pending | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.model !== other.model) throw new RangeError(`pending retrainings of ${one.model} and of ${other.model} cannot be merged`);
  const rules = [...new Set([...one.reasons, ...other.reasons].map(({ rule }) => rule))].sort();
  const reasons = rules.map((rule) => {
    const [first, second] = [one, other].flatMap(({ reasons }) => reasons.filter((reason) => reason.rule === rule));
    if (first === undefined) throw new Error(`no reason of rule ${rule}`);
    return second === undefined ? first : mergeReasons(first, second);
  });
  return { schemaVersion: 1, model: one.model, reasons };
}

/** What a run for all of it amounts to: the highest severity wins, the earliest time, the longest window. */
export function summarise({ reasons }: Pending): PendingSummary {
  const times = reasons.map(({ dueAt }) => dueAt) as [Instant, ...Instant[]];
  const [heaviest] = [...reasons].sort((one, other) => compareWorst(other.worst, one.worst));
  if (heaviest === undefined) throw new Error("a pending retraining without a reason");
  return {
    severity: worstSeverity(reasons.map(({ worst }) => worst.severity)),
    dueAt: earliest(times),
    windowDays: Math.max(...reasons.map(({ windowDays }) => windowDays)),
    heaviest,
    firstAt: earliest(reasons.map(({ firstAt }) => firstAt) as [Instant, ...Instant[]]),
    signals: reasons.flatMap(({ signals }) => signals).sort(),
    askedBy: sortedUnion(reasons.flatMap(({ askedBy }) => askedBy)),
  };
}

export interface PendingSummary {
  severity: PendingReason["worst"]["severity"];
  dueAt: Instant;
  windowDays: number;
  /** The reason that a run is named after. */
  heaviest: PendingReason;
  firstAt: Instant;
  signals: string[];
  askedBy: string[];
}

/** How a run can end, and whether that answers what it was started for. */
export const RUN_OUTCOMES = {
  promoted: { answers: true },
  /** Trained, judged, registered and packaged, in a loop that rolls nothing out: the rest is somebody else's. */
  packaged: { answers: true },
  /** A gate or an approver said no: the same data would say it again. */
  rejected: { answers: true },
  "rolled-back": { answers: true },
  failed: { answers: false },
  aborted: { answers: false },
  "timed-out": { answers: false },
} as const;

export type RunOutcome = keyof typeof RUN_OUTCOMES;

/** What is pending after a run: one that did not finish gives back what it was started for, and the limits decide when it is tried again. */
export function pendingAfterRun(demand: Pending, outcome: RunOutcome, pending: Pending | undefined): Pending | undefined {
  if (RUN_OUTCOMES[outcome].answers) return pending;
  const reasons = demand.reasons.filter(({ rule }) => rule !== "manual");
  return reasons.length === 0 ? pending : mergePending(pending, { ...demand, reasons });
}

/**
 * The one thing that a run which did not finish does not give back: a person's wish. They are told, and ask again or do not; a run that somebody
 * has just aborted must not come back because somebody had asked for it. Undefined where there is none.
 */
export function wishDropped(demand: Pending, outcome: RunOutcome): PendingReason | undefined {
  return RUN_OUTCOMES[outcome].answers ? undefined : demand.reasons.find(({ rule }) => rule === "manual");
}

function mergeReasons(one: PendingReason, other: PendingReason): PendingReason {
  const signals = sortedUnion([...one.signals, ...other.signals]);
  return {
    rule: one.rule,
    worst: compareWorst(one.worst, other.worst) >= 0 ? one.worst : other.worst,
    firstAt: earliest([one.firstAt, other.firstAt]),
    lastAt: latest([one.lastAt, other.lastAt]),
    dueAt: earliest([one.dueAt, other.dueAt]),
    windowDays: Math.max(one.windowDays, other.windowDays),
    signals: signals.slice(-MOST_SIGNALS_KEPT),
    more: one.more || other.more || signals.length > MOST_SIGNALS_KEPT,
    askedBy: sortedUnion([...one.askedBy, ...other.askedBy]),
  };
}

/** A total order, down to the text: a merge that leaves ties to the order of arrival is not commutative. */
function compareWorst(one: PendingReason["worst"], other: PendingReason["worst"]): number {
  return (
    compareSeverities(one.severity, other.severity) || compareText(one.firedAt, other.firedAt) || compareText(one.reason, other.reason)
  );
}

/** By code unit: `localeCompare` would make the result depend on the machine. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function sortedUnion(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
