/**
 * What the records become when a decision is written or a run ends. Pure: whoever stores them adds the conditions under which the write
 * counts, and nothing else.
 */
import type { RetrainingDecision } from "./decisions";
import type { LineRecord, ModelRecord } from "./ledger-records";
import { leaseEnded, type RetrainingView, type Running, type TrafficView } from "./ledger-view";
import { mergePending, pendingAfterRun, type Pending, type RunOutcome } from "./pending";
import { hoursAfter, latest, type Instant } from "./time";

export interface Known {
  stopped: boolean;
  handled: boolean;
  line: LineRecord;
  model: ModelRecord;
}

export function retrainingView({ stopped, handled, line, model }: Known): RetrainingView {
  const { mode, lastRun, automaticStarts, pending, dataQuality } = model;
  return { mode, stopped, handled, fence: line.fence, running: line.running, lastRun, automaticStarts, pending, dataQuality };
}

export function trafficView({ stopped, handled, line, model }: Known): TrafficView {
  const { fence, rollOut, promotion, givingUp, ordered } = line;
  return { mode: model.mode, stopped, handled, fence, rollOut, promotion, ...(givingUp && { givingUp }), ...(ordered && { ordered }) };
}

export interface Changed {
  line: LineRecord;
  model: ModelRecord;
  /** The run of another model of the line whose lock was taken over: what it was to answer goes back to that model. */
  givenBack?: Running | undefined;
}

/** The weekly limit looks back 7 days; the eighth is for clocks that disagree. */
const STARTS_KEPT_HOURS = 8 * 24;

export function afterDecision(known: Changed, decision: RetrainingDecision, now: Instant, leaseUntil: Instant): Changed {
  switch (decision.kind) {
    case "start":
      return decision.resumed ? known : started(known, decision, now, leaseUntil);
    case "schedule":
    case "pend":
      return withPending(withoutAbandoned(known, now), decision.demand);
    case "ignore":
      return decision.because === "already-answered" ? withPending(withoutAbandoned(known, now), undefined) : known;
    case "refuse":
    case "observe-only":
      return known;
  }
}

/** The lock is free, and what the run leaves unanswered is pending again. */
export function afterRunEnd({ line, model }: Changed, running: Running, outcome: RunOutcome, now: Instant): Changed {
  const { running: _ended, ...rest } = line;
  const lastRun = { startedAt: running.startedAt, endedAt: now, outcome };
  const pending = pendingAfterRun(running.demand, outcome, model.pending);
  return withPending({ line: rest, model: { ...model, lastRun } }, pending);
}

/** Undefined where the lock is not that run's. */
export function withLease(line: LineRecord, run: string, leaseUntil: Instant): (LineRecord & { running: Running }) | undefined {
  const { running } = line;
  if (running?.run !== run) return undefined;
  return { ...line, running: { ...running, leaseUntil: latest([running.leaseUntil, leaseUntil]), confirmed: true } };
}

/** The run that has lost the lock without ever telling how it ended. */
export function abandonedRun(before: LineRecord, after: LineRecord): string | undefined {
  return before.running !== undefined && before.running.run !== after.running?.run ? before.running.run : undefined;
}

export function lostLock({ running }: LineRecord): { kind: "lost"; by?: string } {
  return running === undefined ? { kind: "lost" } : { kind: "lost", by: running.run };
}

/**
 * Once a run: hours pass between its start and its release, and a roll-back in that time concerns the version before it, not the one it
 * brings. Taken again it would raise the dead: a step that is repeated after a roll-back must find its fence stale. Undefined where the lock
 * is not that run's.
 */
export function withReleaseFence(
  line: LineRecord,
  run: string,
): (LineRecord & { running: Running & { releaseFence: number } }) | undefined {
  const { running, fence } = line;
  if (running?.run !== run) return undefined;
  if (running.releaseFence !== undefined) return { ...line, running: { ...running, releaseFence: running.releaseFence } };
  return { ...line, fence: fence + 1, running: { ...running, releaseFence: fence + 1 } };
}

function started(
  { line, model }: Changed,
  { run, fence, demand, automatic }: Extract<RetrainingDecision, { kind: "start" }>,
  now: Instant,
  leaseUntil: Instant,
): Changed {
  const overtaken = line.running;
  const running: Running = { schemaVersion: 1, model: model.model, run, fence, startedAt: now, leaseUntil, confirmed: false, demand };
  const kept = model.automaticStarts.filter((start) => start > hoursAfter(now, -STARTS_KEPT_HOURS));
  const automaticStarts = automatic ? [...kept, now] : kept;
  // The decision has taken along what an overtaken run of its own model was to answer; another model's it cannot answer.
  const givenBack = overtaken !== undefined && overtaken.model !== model.model ? overtaken : undefined;
  const own = overtaken === undefined || givenBack !== undefined ? model : withTimedOut(model, overtaken);
  return { ...withPending({ line: { ...line, fence, running }, model: { ...own, automaticStarts } }, undefined), givenBack };
}

/**
 * What an abandoned run was to answer has become pending, so it must not also stay in the lock: it would be answered twice. The fence rises
 * with it, because that run may only be slow, and must not write traffic when it wakes.
 */
function withoutAbandoned(known: Changed, now: Instant): Changed {
  const { running, ...rest } = known.line;
  if (running === undefined || running.model !== known.model.model || !leaseEnded(running, now)) return known;
  return { model: withTimedOut(known.model, running), line: { ...rest, fence: rest.fence + 1 } };
}

/** A run that let its lease end has ended then, as far as the loop knows: the cool-down counts from it like from any other. */
function withTimedOut(model: ModelRecord, { startedAt, leaseUntil }: Running): ModelRecord {
  return { ...model, lastRun: { startedAt, endedAt: leaseUntil, outcome: "timed-out" } };
}

/** The model whose run was overtaken by another model's. */
export function afterGivingBack(model: ModelRecord, overtaken: Running): ModelRecord {
  return { ...withTimedOut(model, overtaken), pending: mergePending(model.pending, overtaken.demand) };
}

function withPending({ line, model: { pending: _before, ...model } }: Changed, pending: Pending | undefined): Changed {
  return { line, model: pending === undefined ? model : { ...model, pending } };
}
