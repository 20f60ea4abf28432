import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { THE_LOOP, auditRecordSchema, type AuditRecord } from "../domain/ledger-audit";
import { addCorrections, withoutTold, type FeedbackTrigger } from "../domain/ledger-feedback";
import { auditPartition } from "../domain/ledger-records";
import type { Instant } from "../domain/time";
import {
  LineInUseError,
  type AuditTrail,
  type FeedbackLedger,
  type FeedbackOutcome,
  type Ledger,
  type Subject,
  type Switchboard,
} from "../ports/ledger";
import { approvalLedger, versionLedger } from "./dynamodb-ledger-approvals";
import { save } from "./dynamodb-ledger-changes";
import { retrainingLedger } from "./dynamodb-ledger-retraining";
import { isThere, marked, shapes, told } from "./dynamodb-ledger-shapes";
import { LedgerTable, type Patience } from "./dynamodb-ledger-table";
import { trafficLedger } from "./dynamodb-ledger-traffic";

/** A table that does not answer must not take a handler's whole time: the queue delivers again. */
const CLIENT: DynamoDBClientConfig = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

export function dynamoDbLedger(tableName: string, client = new DynamoDBClient(CLIENT), patience?: Patience): Ledger {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const table = new LedgerTable(documents, tableName, patience);
  return {
    ...{ ...approvalLedger(table), ...versionLedger(table) },
    ...{ ...retrainingLedger(table), ...trafficLedger(table), ...feedbackLedger(table), ...switchboard(table), ...auditTrail(table) },
  };
}

function feedbackLedger(table: LedgerTable): FeedbackLedger {
  return {
    addFeedback: (subject, { batch, corrections }, now) =>
      table.persist<FeedbackOutcome>(async () => {
        const { count, mark } = await table.read({ count: shapes.feedback(subject), mark: shapes.batchMark(subject, batch) });
        const { total, untold } = count.record;
        if (isThere(mark)) return { answer: { kind: "duplicate", total, triggers: untold }, changes: [] };
        const next = addCorrections(count.record, corrections, now);
        const filled = next.untold.slice(untold.length);
        return {
          answer: { kind: "counted", total: next.total, triggers: next.untold },
          changes: [
            save(count, next),
            marked(mark, now),
            ...(filled.length === 0 ? [] : [told(auditOfTriggers(subject, filled, next.total, now))]),
          ],
        };
      }),

    async untoldFeedback(subject) {
      const { count } = await table.read({ count: shapes.feedback(subject) });
      return count.record.untold;
    },

    feedbackTold: (subject, triggers) =>
      table.persist(async () => {
        const { count } = await table.read({ count: shapes.feedback(subject) });
        return { answer: undefined, changes: [save(count, withoutTold(count.record, triggers))] };
      }),
  };
}

function auditOfTriggers({ model }: Subject, filled: readonly FeedbackTrigger[], total: number, time: Instant): AuditRecord {
  const thousands = filled.map(({ thousand }) => thousand).join(" ");
  const reason = `${total} corrections have come in, which fills thousand number ${thousands}`;
  return { schemaVersion: 1, event: "feedback.trigger", model, user: THE_LOOP, time, reason, values: { total, thousands } };
}

function switchboard(table: LedgerTable): Switchboard {
  return {
    async stopped() {
      const { switches } = await table.read({ switches: shapes.switches() });
      return switches.record.stopped;
    },

    setStopped: (stopped, { user, reason, now }) =>
      table.persist(async () => {
        const { switches } = await table.read({ switches: shapes.switches() });
        const record: AuditRecord = {
          ...{ schemaVersion: 1, event: stopped ? "loop.stopped" : "loop.resumed", user, time: now, reason, values: { stopped } },
        };
        return { answer: undefined, changes: [save(switches, { ...switches.record, stopped }), told(record)] };
      }),

    async mode(subject) {
      const { model } = await table.read({ model: shapes.model(subject) });
      return model.record.mode;
    },

    async actsSince(subject) {
      const { model } = await table.read({ model: shapes.model(subject) });
      return model.record.actsSince;
    },

    setMode: (subject, mode, { user, reason, now }) =>
      table.persist(async () => {
        const { model, home } = await table.read({ model: shapes.model(subject), home: shapes.home(subject.model) });
        const before = model.record.mode;
        if (before === mode) return { answer: undefined, changes: [] };
        if (mode === "act") await refuseToLeave(table, subject, home.record.line);
        const record: AuditRecord = {
          ...{ schemaVersion: 1, event: "loop.mode", model: subject.model, user, time: now, reason, values: { before, after: mode } },
        };
        const actsSince = mode === "act" ? now : undefined;
        const moved = mode === "act" ? [save(home, { ...home.record, line: subject.line })] : [];
        return { answer: undefined, changes: [save(model, { ...model.record, mode, actsSince }), ...moved, told(record)] };
      }),
  };
}

/** @throws LineInUseError where the model has left something unfinished on another line, where nobody would look for it any more. */
async function refuseToLeave(table: LedgerTable, { line, model }: Subject, left: string | undefined): Promise<void> {
  if (left === undefined || left === line) return;
  const { before, demand } = await table.read({ before: shapes.line(left), demand: shapes.model({ line: left, model }) });
  const { running, rollOut } = before.record;
  const unfinished = [
    ...(running?.model === model ? [`run ${running.run} is under way`] : []),
    ...(rollOut?.run.startsWith(`${model}-`) ? [`the roll-out of ${rollOut.candidate} is in progress`] : []),
    ...(demand.record.pending === undefined ? [] : ["a retraining is pending"]),
  ];
  if (unfinished.length === 0) return;
  throw new LineInUseError(
    `line of ${model} is ${JSON.stringify(line)}; it was ${JSON.stringify(left)}, where ${unfinished.join(" and ")}, and a model changes its ` +
      `line only while nothing of it is under way: declare line ${left} again, deploy, wait until it is done, then change the line`,
  );
}

function auditTrail(table: LedgerTable): AuditTrail {
  return {
    audit: (record) => table.persist(() => Promise.resolve({ answer: undefined, changes: [told(record)] })),

    async auditRecords({ model, from, until, newest }) {
      const found = await table.range(auditPartition(model), from, until, () => auditRecordSchema, newest);
      return found.map(({ record }) => record);
    },
  };
}
