/**
 * What the ledger remembers of a line's traffic, and how that changes. Written after the traffic itself, so the memory may be one step
 * behind, never ahead: a promotion that is remembered has happened.
 */
import type { Promotion, RollOutInProgress } from "./ledger-view";
import { hoursAfter, type Instant } from "./time";

export interface TrafficState {
  rollOut?: RollOutInProgress | undefined;
  promotion?: Promotion | undefined;
}

/** `fence` is the writer's: whoever writes traffic has one. People pause and resume without. */
export type TrafficChange =
  | { kind: "begun"; fence: number; run: string; candidate: string; champion: string }
  | { kind: "promoted"; fence: number; version: string; oldSlotKeptHours: number }
  | { kind: "rolled-back"; fence: number; from: string; to: string }
  | { kind: "paused" | "resumed"; run: string; reason?: string };

export type ChangedTraffic = { kind: "changed"; state: TrafficState } | { kind: "unchanged" } | { kind: "refused"; reason: string };

/** Repeating a change is no change: the step that made it may be tried again after its answer was lost. */
export function changeTraffic(state: TrafficState, change: TrafficChange, now: Instant): ChangedTraffic {
  switch (change.kind) {
    case "begun":
      return begin(state, change);
    case "promoted":
      return promote(state, change, now);
    case "rolled-back":
      return rollBack(state, change, now);
    case "paused":
    case "resumed":
      return pause(state, change);
  }
}

function begin({ rollOut, promotion }: TrafficState, { run, candidate, champion }: ChangeOf<"begun">): ChangedTraffic {
  if (rollOut !== undefined && rollOut.run === run) return { kind: "unchanged" };
  // The one before never told how it ended. Its traffic is the new run's to set, and the fence keeps it from setting any.
  return { kind: "changed", state: { rollOut: { run, candidate, champion, paused: false }, promotion } };
}

function promote({ rollOut, promotion }: TrafficState, { version, oldSlotKeptHours }: ChangeOf<"promoted">, now: Instant): ChangedTraffic {
  if (rollOut === undefined && promotion?.version === version) return { kind: "unchanged" };
  if (rollOut === undefined) return { kind: "refused", reason: `${version} cannot be promoted: no roll-out is in progress` };
  if (rollOut.candidate !== version) {
    return { kind: "refused", reason: `${version} cannot be promoted: the roll-out in progress is that of ${rollOut.candidate}` };
  }
  const oldSlotKeptUntil = hoursAfter(now, oldSlotKeptHours);
  const promoted = { version, previousVersion: rollOut.champion, promotedAt: now, oldSlotKeptUntil, rolledBack: false };
  return { kind: "changed", state: { promotion: promoted } };
}

function rollBack({ rollOut, promotion }: TrafficState, { from, to }: ChangeOf<"rolled-back">, now: Instant): ChangedTraffic {
  if (rollOut?.candidate === from) return { kind: "changed", state: { promotion: leftFor(promotion, rollOut.champion, to, now) } };
  const serves = promotion && servingVersion(promotion);
  // Whoever leaves the version that serves has sent what was climbing home before: its roll-out is over as well.
  if ((serves === from || rollOut?.champion === from) && from !== to)
    return { kind: "changed", state: { promotion: leftFor(promotion, from, to, now) } };
  return rollOut === undefined || serves === to
    ? { kind: "unchanged" }
    : { kind: "refused", reason: `${from} is neither the candidate of the roll-out in progress nor the last version promoted` };
}

/** A person may go back further than the version before, and forth again; none of it is undone by the loop, which rolls back once a promotion. */
function leftFor(promotion: Promotion | undefined, from: string, to: string, now: Instant): Promotion | undefined {
  if (promotion === undefined || from === to) return promotion;
  if (promotion.version !== to) return { ...promotion, previousVersion: to, rolledBack: true };
  return { version: to, previousVersion: from, promotedAt: now, oldSlotKeptUntil: now, rolledBack: false };
}

/** Of a line without a roll-out in progress. */
export function servingVersion({ version, previousVersion, rolledBack }: Promotion): string {
  return rolledBack ? previousVersion : version;
}

function pause({ rollOut, promotion }: TrafficState, { kind, run }: ChangeOf<"paused" | "resumed">): ChangedTraffic {
  const paused = kind === "paused";
  if (rollOut === undefined || rollOut.run !== run) return { kind: "refused", reason: `${run} has no roll-out in progress` };
  return rollOut.paused === paused ? { kind: "unchanged" } : { kind: "changed", state: { rollOut: { ...rollOut, paused }, promotion } };
}

type ChangeOf<Kind extends TrafficChange["kind"]> = Extract<TrafficChange, { kind: Kind }>;
