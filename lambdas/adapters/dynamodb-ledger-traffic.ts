import { standsStill } from "../domain/decide-at-once";
import { auditOfAtOnce, type AuditEvent, type AuditRecord } from "../domain/ledger-audit";
import { lostLock, trafficView, withReleaseFence } from "../domain/ledger-changes";
import type { LineRecord, ModelRecord, SwitchesRecord } from "../domain/ledger-records";
import { changeTraffic, type TrafficChange } from "../domain/ledger-traffic";
import { type GivingUp, leaseEnded, standingOrder, type TrafficView } from "../domain/ledger-view";
import type { Instant } from "../domain/time";
import type { AtOnceQuestion, ReleaseOutcome, Subject, TrafficLedger, TrafficOutcome } from "../ports/ledger";
import { check, save, type Stored } from "./dynamodb-ledger-changes";
import { isDone, marked, shapes, told, type Mark } from "./dynamodb-ledger-shapes";
import type { LedgerTable } from "./dynamodb-ledger-table";

export function trafficLedger(table: LedgerTable): TrafficLedger {
  return {
    trafficView: async (subject, signal) => view(await read(table, subject, signal)),

    beginAtOnce: ({ subject, signal, now }, decide) =>
      table.persist(async () => {
        const before = await read(table, subject, signal);
        const seen = view(before);
        const decisions = decide(seen);
        const begun = before.mark?.record.begun;
        if (begun !== undefined && standsStill(begun, seen)) return { answer: begun, changes: [] };
        const { record: line } = before.line;
        const rollBack = decisions.find(({ kind }) => kind === "roll-back");
        const pause = decisions.find(({ kind }) => kind === "pause");
        const fence = rollBack === undefined ? line.fence : line.fence + 1;
        const rollOut = pause === undefined || line.rollOut === undefined ? line.rollOut : { ...line.rollOut, paused: true };
        // Which a run that gives up and the hourly look go on to give way to.
        const ordered = rollBack && standingOrder(line, now);
        const next = { ...line, fence, ...(rollOut && { rollOut }), ...(ordered && { ordered: { ...ordered, fence } }) };
        const touching = [rollBack, pause].filter((decision) => decision !== undefined);
        const records = touching.map((decision) => told(auditOfAtOnce(decision, signal, now)));
        // Not the model: its record changes with each alarm of a storm, and a roll-back must not queue behind them.
        const marks = before.mark === undefined || touching.length === 0 ? [] : [marked(before.mark, now, decisions)];
        return { answer: decisions, changes: [save(before.line, next), check(before.switches), ...records, ...marks] };
      }),

    finishAtOnce: (question, decisions) =>
      table.persist(async () => {
        const { mark } = await table.read({ mark: shapes.signalMark(question.subject, question.signal, "at-once") });
        if (isDone(mark)) return { answer: undefined, changes: [] };
        return { answer: undefined, changes: [marked(mark, question.now), ...toldAtTheEnd(question, decisions)] };
      }),

    takeFence: (line, run) =>
      table.persist<ReleaseOutcome>(async () => {
        const { stored } = await table.read({ stored: shapes.line(line) });
        const next = withReleaseFence(stored.record, run);
        if (next === undefined) return { answer: lostLock(stored.record), changes: [] };
        return { answer: { kind: "taken", fence: next.running.releaseFence }, changes: [save(stored, next)] };
      }),

    async checkFence(line, fence) {
      const { stored } = await table.read({ stored: shapes.line(line) });
      return stored.record.fence === fence ? { kind: "current" } : { kind: "stale", fence: stored.record.fence };
    },

    raiseFence: (line, record, byHand) =>
      table.persist(async () => {
        const { stored } = await table.read({ stored: shapes.line(line) });
        const fence = stored.record.fence + 1;
        const raised = { ...record, values: { ...record.values, fence } };
        const ordered = byHand && { ...byHand, fence, user: record.user, at: record.time };
        // One that is passed is nobody's way any more, and a version of the loop that knows of none must be able to read the line.
        const { ordered: _passed, ...rest } = stored.record;
        return { answer: fence, changes: [save(stored, { ...rest, fence, ...(ordered && { ordered }) }), told(raised)] };
      }),

    raiseFenceToGiveUp: (line, wish, record) =>
      table.persist<GivingUp>(async () => {
        const { stored } = await table.read({ stored: shapes.line(line) });
        const { givingUp: before } = stored.record;
        if (before?.run === wish.run) return { answer: before, changes: [] };
        const ordered = standingOrder(stored.record, record.time);
        if (ordered !== undefined) {
          const { fence, from, to, user } = ordered;
          const givingWay = { run: wish.run, hadUsers: wish.hadUsers, from, to, fence, user };
          return { answer: givingWay, changes: [save(stored, { ...stored.record, givingUp: givingWay })] };
        }
        const fence = stored.record.fence + 1;
        const givingUp = { ...wish, fence };
        const raised = { ...record, values: { ...record.values, fence } };
        const { ordered: _passed, ...rest } = stored.record;
        return { answer: givingUp, changes: [save(stored, { ...rest, fence, givingUp }), told(raised)] };
      }),

    async strandedRollOut(line, now) {
      const { stored } = await table.read({ stored: shapes.line(line) });
      const { running, rollOut } = stored.record;
      if (rollOut === undefined || standingOrder(stored.record, now) !== undefined) return undefined;
      return running?.run === rollOut.run && !leaseEnded(running, now) ? undefined : rollOut;
    },

    recordTraffic: (subject, change, user, now) =>
      table.persist<TrafficOutcome>(async () => {
        const { stored } = await table.read({ stored: shapes.line(subject.line) });
        const { fence, rollOut, promotion, ordered, ...others } = stored.record;
        if ("fence" in change && change.fence !== fence) return { answer: { kind: "stale", fence }, changes: [] };
        const changed = changeTraffic({ rollOut, promotion }, change, now);
        if (changed.kind === "refused") return { answer: changed, changes: [] };
        const carriedOut = change.kind === "rolled-back" && ordered?.fence === change.fence;
        const rest = { ...others, ...(ordered?.fence === fence && !carriedOut && { ordered }) };
        if (changed.kind === "unchanged") {
          const changes = carriedOut
            ? [save(stored, { ...rest, fence, ...(rollOut && { rollOut }), ...(promotion && { promotion }) })]
            : [];
          return { answer: { kind: "already-recorded" }, changes };
        }
        const next = { ...rest, fence, ...changed.state };
        return { answer: { kind: "recorded" }, changes: [save(stored, next), told(auditOfTraffic(subject, change, user, now))] };
      }),
  };
}

interface Read {
  line: Stored<LineRecord>;
  model: Stored<ModelRecord>;
  switches: Stored<SwitchesRecord>;
  mark?: Stored<Mark>;
}

function read(table: LedgerTable, subject: Subject, signal: AtOnceQuestion["signal"] | undefined): Promise<Read> {
  const common = { line: shapes.line(subject.line), model: shapes.model(subject), switches: shapes.switches() };
  return signal === undefined ? table.read(common) : table.read({ ...common, mark: shapes.signalMark(subject, signal, "at-once") });
}

function view({ line, model, switches, mark }: Read): TrafficView {
  const handled = mark !== undefined && isDone(mark);
  return trafficView({ line: line.record, model: model.record, stopped: switches.record.stopped, handled });
}

/** Roll-back and pause were told when they began: they must be in the trail even if whoever carried them out did not live to the end. */
function toldAtTheEnd({ signal, now }: AtOnceQuestion, decisions: Parameters<TrafficLedger["finishAtOnce"]>[1]) {
  return decisions
    .filter(({ kind }) => kind !== "roll-back" && kind !== "pause")
    .map((decision) => told(auditOfAtOnce(decision, signal, now)));
}

const EVENTS: Record<TrafficChange["kind"], AuditEvent> = {
  begun: "roll-out.begun",
  promoted: "roll-out.promoted",
  "rolled-back": "roll-out.rolled-back",
  paused: "roll-out.paused",
  resumed: "roll-out.resumed",
};

function auditOfTraffic({ model }: Subject, change: TrafficChange, user: string, time: Instant): AuditRecord {
  const { kind, ...values } = change;
  const version = versionOf(change);
  const why = "reason" in change ? `: ${change.reason}` : "";
  const reason = "run" in change ? `the roll-out of ${change.run} was ${kind}${why}` : `${version ?? model} was ${kind}`;
  return { schemaVersion: 1, event: EVENTS[kind], model, ...(version && { version }), user, time, reason, values };
}

function versionOf(change: TrafficChange): string | undefined {
  switch (change.kind) {
    case "begun":
      return change.candidate;
    case "promoted":
      return change.version;
    case "rolled-back":
      return change.to;
    case "paused":
    case "resumed":
      return undefined;
  }
}
