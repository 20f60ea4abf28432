import { answered, approvalRecordSchema, asked, isOpen, isUndelivered, reminded, type ApprovalRecord } from "../domain/approvals/approval";
import { THE_LOOP, type AuditRecord } from "../domain/ledger-audit";
import { keptVersionSchema, ledgerKeys } from "../domain/ledger-records";
import type { AnswerOutcome, ApprovalLedger, Subject, VersionLedger } from "../ports/ledger";
import { save } from "./dynamodb-ledger-changes";
import { isThere, shapes, told } from "./dynamodb-ledger-shapes";
import type { LedgerTable } from "./dynamodb-ledger-table";

export function approvalLedger(table: LedgerTable): ApprovalLedger {
  /** Nothing where the run was never asked about. */
  function change(subject: Subject, run: string, next: (record: ApprovalRecord) => ApprovalRecord): Promise<void> {
    return table.persist(async () => {
      const { stored } = await table.read({ stored: shapes.approval(subject, run) });
      return { answer: undefined, changes: stored.record === undefined ? [] : [save(stored, next(stored.record))] };
    });
  }

  return {
    askApproval: (subject, question, now) =>
      table.persist(async () => {
        const { stored } = await table.read({ stored: shapes.approval(subject, question.run) });
        const record = asked(stored.record, question, now);
        const isNew = record.askedAt !== stored.record?.askedAt;
        return { answer: record, changes: [save(stored, record), ...(isNew ? [told(auditOfAsking(record))] : [])] };
      }),

    answerApproval: (subject, run, answer) =>
      table.persist<AnswerOutcome>(async () => {
        const { stored } = await table.read({ stored: shapes.approval(subject, run) });
        if (stored.record === undefined) return { answer: { kind: "not-asked" }, changes: [] };
        const counted = answered(stored.record, answer);
        if (counted.kind === "refused") return { answer: counted, changes: [] };
        const { record } = counted;
        const kind = record.verdict === undefined ? "counted" : "decided";
        if (counted.kind === "deliver") return { answer: { kind, record }, changes: [] };
        return { answer: { kind, record }, changes: [save(stored, record), told(auditOfAnswer(record))] };
      }),

    approvalDelivered: (subject, run) => change(subject, run, (record) => ({ ...record, delivered: true })),

    approvalReminded: (subject, run, reminder) => change(subject, run, (record) => reminded(record, reminder)),

    async openApprovals({ line, model }, now) {
      const { from, to } = ledgerKeys.approvals(model);
      const found = await table.range(ledgerKeys.line(line).pk, from, to, () => approvalRecordSchema);
      return found
        .map(({ record }) => record)
        .filter((record) => isOpen(record, now) || isUndelivered(record, now))
        .sort((one, other) => (one.askedAt < other.askedAt ? -1 : 1));
    },
  };
}

export function versionLedger(table: LedgerTable): VersionLedger {
  return {
    keepVersion: (subject, version) =>
      table.persist(async () => {
        const { stored } = await table.read({ stored: shapes.keptVersion(subject, version.run) });
        return { answer: undefined, changes: isThere(stored) ? [] : [save(stored, { schemaVersion: 1 as const, ...version })] };
      }),

    async keptVersions({ line, model }) {
      const { from, to } = ledgerKeys.keptVersions(model);
      const found = await table.range(ledgerKeys.line(line).pk, from, to, () => keptVersionSchema);
      return found.map(({ record }) => record).sort((one, other) => (one.promotedAt > other.promotedAt ? -1 : 1));
    },
  };
}

function auditOfAsking({ run, model, version, until, needed, approvers, because, askedAt }: ApprovalRecord): AuditRecord {
  const reason = because.join("; ") || "automatic approval is off";
  const values = { run, until, needed, approvers: approvers.join(" ") };
  return { schemaVersion: 1, event: "approval.asked", model, version, user: THE_LOOP, time: askedAt, reason, values };
}

function auditOfAnswer({ run, model, version, answers, needed, verdict }: ApprovalRecord): AuditRecord {
  const answer = answers.at(-1);
  if (answer === undefined) throw new Error(`an answer about ${run} that nobody has given`);
  const { by, reason, at: time } = answer;
  const values = { run, said: answer.verdict, answers: answers.length, needed, verdict: verdict ?? "open" };
  return { schemaVersion: 1, event: "approval.answered", model, version, user: by.slice(0, 500), time, reason, values };
}
