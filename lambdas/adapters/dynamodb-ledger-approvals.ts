import {
  answered,
  approvalRecordSchema,
  asked,
  isOpen,
  isUndelivered,
  questionMeant,
  reminded,
  unnamedFault,
  type ApprovalRecord,
  type QuestionKey,
} from "../domain/approvals/approval";
import { THE_LOOP, type AuditRecord } from "../domain/ledger-audit";
import { keptVersionSchema, ledgerKeys } from "../domain/ledger-records";
import type { AnswerOutcome, ApprovalLedger, Subject, VersionLedger } from "../ports/ledger";
import { save } from "./dynamodb-ledger-changes";
import { isThere, shapes, told } from "./dynamodb-ledger-shapes";
import type { LedgerTable } from "./dynamodb-ledger-table";

export function approvalLedger(table: LedgerTable): ApprovalLedger {
  /** Nothing where that was never asked. */
  function change(subject: Subject, question: QuestionKey, next: (record: ApprovalRecord) => ApprovalRecord): Promise<void> {
    return table.persist(async () => {
      const { stored } = await table.read({ stored: shapes.approval(subject, question) });
      return { answer: undefined, changes: stored.record === undefined ? [] : [save(stored, next(stored.record))] };
    });
  }

  return {
    askApproval: (subject, question, now) =>
      table.persist(async () => {
        const { stored } = await table.read({ stored: shapes.approval(subject, question) });
        const record = asked(stored.record, question, now);
        const isNew = record.askedAt !== stored.record?.askedAt;
        return { answer: record, changes: [save(stored, record), ...(isNew ? [told(auditOfAsking(record))] : [])] };
      }),

    answerApproval: (subject, run, answer, question) =>
      table.persist<AnswerOutcome>(async () => {
        const both = await table.read({
          release: shapes.approval(subject, { run, question: "release" }),
          promotion: shapes.approval(subject, { run, question: "promotion" }),
        });
        const known = [both.release.record, both.promotion.record].flatMap((each) => each ?? []);
        const meant = questionMeant(known, answer.at, question);
        if (meant === undefined) return { answer: { kind: "not-asked" }, changes: [] };
        const fault = unnamedFault(meant, question, answer.at);
        if (fault !== undefined) return { answer: { kind: "refused", fault }, changes: [] };
        const stored = both[meant.question];
        const counted = answered(meant, answer);
        if (counted.kind === "refused") return { answer: counted, changes: [] };
        const { record } = counted;
        const kind = record.verdict === undefined ? "counted" : "decided";
        if (counted.kind === "deliver") return { answer: { kind, record }, changes: [] };
        return { answer: { kind, record }, changes: [save(stored, record), told(auditOfAnswer(record))] };
      }),

    approvalDelivered: (subject, question) => change(subject, question, (record) => ({ ...record, delivered: true })),

    approvalReminded: (subject, question, reminder) => change(subject, question, (record) => reminded(record, reminder)),

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

function auditOfAsking({ run, question, model, version, until, needed, approvers, because, askedAt }: ApprovalRecord): AuditRecord {
  const reason = because.join("; ") || "automatic approval is off";
  const values = { run, question, until, needed, approvers: approvers.join(" ") };
  return { schemaVersion: 1, event: "approval.asked", model, version, user: THE_LOOP, time: askedAt, reason, values };
}

function auditOfAnswer({ run, question, model, version, answers, needed, verdict }: ApprovalRecord): AuditRecord {
  const answer = answers.at(-1);
  if (answer === undefined) throw new Error(`an answer about ${run} that nobody has given`);
  const { by, reason, at: time } = answer;
  const values = { run, question, said: answer.verdict, answers: answers.length, needed, verdict: verdict ?? "open" };
  return { schemaVersion: 1, event: "approval.answered", model, version, user: by.slice(0, 500), time, reason, values };
}
