/**
 * May a retraining start now? Decided here, from one signal and what the ledger knows: start, schedule, keep as pending, refuse or ignore.
 * Not decided here: how bad the signal is (`judge.ts`), and what happens to traffic (`decide-at-once.ts`), which waits for none of this.
 *
 * Three promises hold whatever arrives: one run a model, nothing lost, a reason always. A decision is a wish until the ledger has written it
 * on condition that the view still holds; when it does not, the view is read and decided again.
 */
import { DEFAULT_RETRAINING_LIMITS, restAfterRuns, type RetrainingLimits } from "./cool-down";
import type { RetrainingDecision } from "./decisions";
import { leaseEnded, type RetrainingView, type Running } from "./ledger-view";
import { dedupKey, runName } from "./names";
import { mergePending, pendingOf, RUN_OUTCOMES, summarise, type Pending, type PendingReason } from "./pending";
import type { Signal } from "./signals";
import { hoursAfter, type Instant } from "./time";
import type { Values } from "./values";

export function decideRetraining(
  signal: Signal,
  view: RetrainingView,
  now: Instant,
  limits: RetrainingLimits = DEFAULT_RETRAINING_LIMITS,
): RetrainingDecision {
  const { model, rule } = signal;
  const key = dedupKey(signal);
  const said = { model, values: { signal: key, rule, severity: signal.severity } };
  if (view.handled) {
    const own = summariseSignals(view.running).includes(key) ? resumption(model, view, now) : undefined;
    return own ?? ignore(said, "duplicate", `signal ${key} was dealt with before`);
  }
  const asked = pendingOf(signal, now);
  if (asked === undefined) return ignore(said, "asks-no-retraining", `${rule} at ${signal.severity} asks for no retraining`);
  if (view.mode === "observe" && rule === "manual") {
    const reason = `${model} is in mode observe, in which the loop touches nothing: set its mode to act, then ask again`;
    return { kind: "refuse", schemaVersion: 1, ...said, reason };
  }
  return examine(model, mergePending(view.pending, asked), { view, now, limits, automatic: rule !== "manual" }, said.values);
}

/**
 * The same question without a new signal: when a run ends, when something pending is due, and every hour. Automatic whoever asked for what is
 * pending: a person's word passes the limits once, when it is spoken. Else a run that fails, or that somebody aborts, would start again at once
 * for ever, and the stop switch could not stop it.
 */
export function reexamine(
  model: string,
  view: RetrainingView,
  now: Instant,
  limits: RetrainingLimits = DEFAULT_RETRAINING_LIMITS,
): RetrainingDecision {
  const resumed = resumption(model, view, now);
  if (resumed !== undefined) return resumed;
  const left = mergePending(view.pending, demandOf(model, abandoned(view, now)));
  if (left === undefined) return ignore({ model, values: {} }, "nothing-pending", "no retraining is pending");
  return examine(model, left, { view, now, limits, automatic: true }, {});
}

interface Question {
  /** False only where a person is asking in this very moment. */
  automatic: boolean;
  view: RetrainingView;
  now: Instant;
  limits: RetrainingLimits;
}

interface Case extends Question {
  demand: Pending;
}

interface Obstacle {
  blockedBy: Extract<RetrainingDecision, { kind: "pend" }>["blockedBy"];
  reason: string;
  at?: Instant | undefined;
  values?: Values;
  page?: boolean;
}

/** What can stand in the way, in the order in which it is told; a person passes the first two and the limits, nobody passes a running run. */
const OBSTACLES: readonly ((examined: Case) => Obstacle | undefined)[] = [
  ({ automatic, view }) => {
    if (!automatic || !view.stopped) return undefined;
    return { blockedBy: "stop-switch", reason: "the stop switch is on" };
  },
  ({ automatic, view: { dataQuality } }) => {
    if (!automatic || dataQuality.kind !== "broken") return undefined;
    return { blockedBy: "data-quality", reason: `the data are broken, which is no drift: ${dataQuality.reason}` };
  },
  ({ view, now }) => {
    const running = inForce(view, now);
    if (running === undefined) return undefined;
    const { run, leaseUntil } = running;
    return { blockedBy: "running", reason: `${run} is running`, at: leaseUntil, values: { run, leaseUntil } };
  },
  ({ automatic, view: { lastRun, automaticStarts }, limits, now }) => {
    if (!automatic) return undefined;
    const rest = restAfterRuns({ lastEndedAt: lastRun?.endedAt, automaticStarts }, limits, now);
    if (rest.kind === "free") return undefined;
    return { blockedBy: rest.kind, reason: rest.reason, at: rest.until, values: rest.values, page: rest.kind === "weekly-limit" };
  },
];

function examine(model: string, asked: Pending, question: Question, known: Values): RetrainingDecision {
  const { view, now, limits } = question;
  const takenOver = abandoned(view, now);
  const { demand, answered } = withoutAnswered(mergePending(asked, demandOf(model, takenOver)), view, limits);
  const said = answered.length === 0 ? known : { ...known, answered: answered.join(" ") };
  if (demand === undefined) {
    const endedAt = view.lastRun?.endedAt ?? "";
    const reason = `the run that ended at ${endedAt} has just done what is asked`;
    return ignore({ model, values: { ...said, endedAt } }, "already-answered", reason);
  }
  const decision = withDemand(model, { ...question, demand }, said, takenOver);
  if (view.mode === "act" || !(decision.kind === "start" || decision.kind === "schedule" || decision.kind === "pend")) return decision;
  const reason = `mode observe, nothing is done; in mode act: ${decision.kind}, ${decision.reason}`;
  return { kind: "observe-only", schemaVersion: 1, model, would: decision.kind, reason, values: decision.values };
}

function withDemand(model: string, examined: Case, known: Values, takenOver: Running | undefined): RetrainingDecision {
  const { demand, automatic, view, now } = examined;
  const { severity, dueAt, windowDays, heaviest, firstAt, signals } = summarise(demand);
  const values = { ...known, rule: heaviest.rule, severity, dueAt, windowDays, reasons: demand.reasons.length };
  const common = { schemaVersion: 1, model, demand } as const;
  if (dueAt > now) return { ...common, kind: "schedule", at: dueAt, reason: `${heaviest.worst.reason}; due at ${dueAt}`, values };

  for (const obstacle of OBSTACLES) {
    const found = obstacle(examined);
    if (found === undefined) continue;
    const { blockedBy, reason, at, page = false } = found;
    return { ...common, kind: "pend", blockedBy, ...(at && { at }), page, reason, values: { ...values, ...found.values } };
  }
  const fence = view.fence + 1;
  return {
    ...common,
    kind: "start",
    run: runName({ model, rule: heaviest.rule, firedAt: firstAt, signals, fence }),
    fence,
    severity,
    windowDays,
    automatic,
    resumed: false,
    ...(takenOver && { takesOver: takenOver.run }),
    reason: heaviest.worst.reason,
    values: { ...values, fence },
  };
}

/**
 * The lock was taken, and nobody knows whether the workflow started. Starting it again under the same name is harmless, as long as its input
 * is made of the run, the fence and the demand alone, which are the same both times; not starting it would leave the lock to its lease.
 */
function resumption(model: string, view: RetrainingView, now: Instant): RetrainingDecision | undefined {
  const running = inForce(view, now);
  if (running?.model !== model || running.confirmed || view.stopped || view.mode === "observe") return undefined;
  const { run, fence, demand, leaseUntil } = running;
  const { severity, windowDays } = summarise(demand);
  return {
    kind: "start",
    schemaVersion: 1,
    model,
    run,
    fence,
    severity,
    windowDays,
    demand,
    automatic: true,
    resumed: true,
    reason: `${run} has the lock, but is not known to have started`,
    values: { run, fence, leaseUntil },
  };
}

function inForce({ running }: RetrainingView, now: Instant): Running | undefined {
  return running === undefined || leaseEnded(running, now) ? undefined : running;
}

/** A run that stopped renewing its lease never told how it ended: what it was to answer is asked again. */
function abandoned({ running }: RetrainingView, now: Instant): Running | undefined {
  return running !== undefined && leaseEnded(running, now) ? running : undefined;
}

/** What another model's run was to answer is that model's: the ledger gives it back when the lock is taken over. */
function demandOf(model: string, running: Running | undefined): Pending | undefined {
  return running?.model === model ? running.demand : undefined;
}

/** The weekly retraining only asks that the model be fresh; a run that has just finished made it so. All other reasons stay. */
function withoutAnswered(
  asked: Pending,
  { lastRun }: RetrainingView,
  { coolDownHours }: RetrainingLimits,
): { demand?: Pending; answered: readonly string[] } {
  if (lastRun === undefined || !RUN_OUTCOMES[lastRun.outcome].answers) return { demand: asked, answered: [] };
  const freshUntil = hoursAfter(lastRun.endedAt, coolDownHours);
  const isAnswered = ({ rule, lastAt }: PendingReason): boolean => rule === "weekly" && lastAt < freshUntil;
  const reasons = asked.reasons.filter((reason) => !isAnswered(reason));
  const answered = asked.reasons.filter(isAnswered).flatMap(({ signals }) => signals);
  return reasons.length === 0 ? { answered } : { demand: { ...asked, reasons }, answered };
}

function summariseSignals(running: Running | undefined): string[] {
  return running === undefined ? [] : summarise(running.demand).signals;
}

function ignore(
  said: { model: string; values: Values },
  because: Extract<RetrainingDecision, { kind: "ignore" }>["because"],
  reason: string,
): RetrainingDecision {
  return { kind: "ignore", schemaVersion: 1, ...said, because, reason };
}
