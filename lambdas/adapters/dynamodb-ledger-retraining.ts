import type { RetrainingDecision } from "../domain/decisions";
import { auditOfRetraining, auditOfRunEnd, THE_LOOP, type AuditRecord } from "../domain/ledger-audit";
import { abandonedRun, afterDecision, afterGivingBack, afterRunEnd, lostLock, retrainingView, withLease } from "../domain/ledger-changes";
import {
  ledgerKeys,
  lineRecordSchema,
  modelRecordSchema,
  type LedgerKey,
  type LineRecord,
  type ModelRecord,
} from "../domain/ledger-records";
import { latestDataQuality, leaseEnded, type Running } from "../domain/ledger-view";
import { summarise, wishDropped } from "../domain/pending";
import type { EndOutcome, RenewOutcome, RetrainingLedger, RetrainingQuestion, Waiting } from "../ports/ledger";
import { check, onlyIf, save, type Change, type Stored } from "./dynamodb-ledger-changes";
import { isThere, marked, shapes, told, type Mark } from "./dynamodb-ledger-shapes";
import type { Attempt, LedgerTable } from "./dynamodb-ledger-table";

export function retrainingLedger(table: LedgerTable): RetrainingLedger {
  return {
    settle: (question, decide) => table.persist(() => settle(table, question, decide)),

    renew: (line, run, leaseUntil) =>
      table.persist<RenewOutcome>(async () => {
        const { stored } = await table.read({ stored: shapes.line(line) });
        const next = withLease(stored.record, run, leaseUntil);
        if (next === undefined) return { answer: lostLock(stored.record), changes: [] };
        const { fence, releaseFence = fence, leaseUntil: until } = next.running;
        return { answer: { kind: "renewed", leaseUntil: until, fence: releaseFence }, changes: [save(stored, next)] };
      }),

    end: (line, run, outcome, now) =>
      table.persist<EndOutcome>(async () => {
        const { stored } = await table.read({ stored: shapes.line(line) });
        const { running } = stored.record;
        if (running?.run !== run) return { answer: { kind: "not-running" }, changes: [] };
        const { model } = await table.read({ model: shapes.model({ line, model: running.model }) });
        const after = afterRunEnd({ line: stored.record, model: model.record }, running, outcome, now);
        const { pending } = after.model;
        const dropped = wishDropped(running.demand, outcome)?.askedBy;
        return {
          answer: { kind: "ended", model: running.model, ...(pending && { pending }), ...(dropped && { dropped }) },
          changes: [save(stored, after.line), save(model, after.model), told(auditOfRunEnd(running, outcome, now))],
        };
      }),

    async holder(line) {
      const { stored } = await table.read({ stored: shapes.line(line) });
      return stored.record.running?.run;
    },

    async writtenEnd(line) {
      const { stored } = await table.read({ stored: shapes.line(line) });
      const { running } = stored.record;
      if (running === undefined) return undefined;
      const { progress } = await table.read({ progress: shapes.run(running.run) });
      const { outcome, endedAt } = progress.record;
      return outcome && endedAt ? { run: running.run, model: running.model, outcome, endedAt } : undefined;
    },

    async waiting(line, now) {
      const found = await table.range<LineRecord | ModelRecord>(
        ledgerKeys.line(line).pk,
        ledgerKeys.lineAndModels.from,
        ledgerKeys.lineAndModels.to,
        schemaAt,
      );
      const records = found.map(({ record }) => record);
      const { running } = records.find((record) => "fence" in record) ?? {};
      const hanging = running !== undefined && (!running.confirmed || leaseEnded(running, now)) ? running : undefined;
      return records
        .flatMap((record): Waiting[] => {
          if ("fence" in record) return [];
          const { model, pending } = record;
          const dueAt = hanging?.model === model ? now : pending && summarise(pending).dueAt;
          return dueAt === undefined ? [] : [{ subject: { line, model }, dueAt, ...(pending && { pending }) }];
        })
        .sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1));
    },

    recordDataQuality: (subject, news, now) =>
      table.persist(async () => {
        const { model } = await table.read({ model: shapes.model(subject) });
        const before = model.record.dataQuality;
        const after = latestDataQuality(before, news);
        const reason = news.kind === "broken" ? news.reason : "the data are sound";
        const values = { before: before.kind, after: after.kind };
        const record: AuditRecord = {
          ...{ schemaVersion: 1, event: "data-quality.changed", model: subject.model, user: THE_LOOP, time: now, reason, values },
        };
        const changes = [save(model, { ...model.record, dataQuality: after }), ...(before.kind === after.kind ? [] : [told(record)])];
        return { answer: undefined, changes };
      }),
  };
}

async function settle(
  table: LedgerTable,
  { subject, signal, now, leaseUntil }: RetrainingQuestion,
  decide: (view: ReturnType<typeof retrainingView>) => RetrainingDecision,
): Promise<Attempt<RetrainingDecision>> {
  const common = { line: shapes.line(subject.line), model: shapes.model(subject), switches: shapes.switches() };
  const read: Read =
    signal === undefined
      ? await table.read(common)
      : await table.read({ ...common, mark: shapes.signalMark(subject, signal, "retraining") });
  const handled = read.mark !== undefined && isThere(read.mark);
  const before = { line: read.line.record, model: read.model.record };
  const decision = decide(retrainingView({ ...before, stopped: read.switches.record.stopped, handled }));
  const after = afterDecision(before, decision, now, leaseUntil);

  const record = auditOfRetraining(decision, signal, now, abandonedRun(before.line, after.line));
  if (record === undefined) return { answer: decision, changes: [] };
  const taken = decision.kind === "start" && !decision.resumed;
  const changes = [
    // Says in the ledger's own words what the decision relies on: a lock that is held is not taken, whoever decided what.
    taken ? onlyIf(save(read.line, after.line), ...lockIsFree(now)) : save(read.line, after.line),
    save(read.model, after.model),
    ...(decision.kind === "start" && decision.automatic ? [check(read.switches)] : []),
    ...(after.givenBack === undefined ? [] : [await giveBack(table, subject.line, after.givenBack)]),
    ...(read.mark === undefined || handled ? [] : [marked(read.mark, now)]),
    told(record),
  ];
  return { answer: decision, changes };
}

interface Read {
  line: Stored<LineRecord>;
  model: Stored<ModelRecord>;
  switches: Stored<{ schemaVersion: 1; stopped: boolean }>;
  mark?: Stored<Mark>;
}

function lockIsFree(now: string): [string, Record<string, string>, Record<string, unknown>] {
  return [
    "attribute_not_exists(#running) OR #running.#leaseUntil < :now",
    { "#running": "running", "#leaseUntil": "leaseUntil" },
    { ":now": now },
  ];
}

async function giveBack(table: LedgerTable, line: string, overtaken: Running): Promise<Change> {
  const { other } = await table.read({ other: shapes.model({ line, model: overtaken.model }) });
  return save(other, afterGivingBack(other.record, overtaken));
}

function schemaAt({ sk }: LedgerKey) {
  return sk === ledgerKeys.lineAndModels.from ? lineRecordSchema : modelRecordSchema;
}
