/** Where each record lies and what must be in it. */
import { z } from "zod";
import { approvalRecordSchema, type ApprovalRecord, type QuestionKey } from "../domain/approvals/approval";
import { atOnceDecisionSchema } from "../domain/decisions";
import { auditRecordSchema, type AuditRecord } from "../domain/ledger-audit";
import { feedbackCountSchema, type FeedbackCount } from "../domain/ledger-feedback";
import {
  homeRecordSchema,
  keptVersionSchema,
  ledgerKeys,
  lineRecordSchema,
  MARK_KEPT_DAYS,
  modelRecordSchema,
  NEW_LINE,
  NEW_SWITCHES,
  newModel,
  runProgressSchema,
  switchesRecordSchema,
  type HomeRecord,
  type KeptVersion,
  type LedgerKey,
  type LineRecord,
  type ModelRecord,
  type RunProgress,
  type SwitchesRecord,
} from "../domain/ledger-records";
import { dedupKey } from "../domain/names";
import { sha256 } from "../domain/sha256";
import type { Signal } from "../domain/signals";
import { hoursAfter, instantSchema, type Instant } from "../domain/time";
import type { Subject } from "../ports/ledger";
import { mark, once, save, type Change, type Stored } from "./dynamodb-ledger-changes";
import type { Shape } from "./dynamodb-ledger-table";

/** That a message was dealt with, and when; or, with `begun`, what was decided and is still to be carried out. */
const markSchema = z.strictObject({ schemaVersion: z.literal(1), at: instantSchema, begun: z.array(atOnceDecisionSchema).optional() });

export type Mark = z.infer<typeof markSchema>;

export const shapes = {
  line: (line: string): Shape<LineRecord> => ({ key: ledgerKeys.line(line), schema: lineRecordSchema, absent: NEW_LINE }),
  model: ({ line, model }: Subject): Shape<ModelRecord> => ({
    key: ledgerKeys.model(line, model),
    schema: modelRecordSchema,
    absent: newModel(model),
  }),
  run: (run: string): Shape<RunProgress> => ({ key: ledgerKeys.run(run), schema: runProgressSchema, absent: {} }),
  home: (model: string): Shape<HomeRecord> => ({ key: ledgerKeys.home(model), schema: homeRecordSchema, absent: { schemaVersion: 1 } }),
  switches: (): Shape<SwitchesRecord> => ({ key: ledgerKeys.switches, schema: switchesRecordSchema, absent: NEW_SWITCHES }),
  feedback: ({ line, model }: Subject): Shape<FeedbackCount> => ({
    key: ledgerKeys.feedback(line, model),
    schema: feedbackCountSchema,
    absent: { schemaVersion: 1, model, total: 0, untold: [] },
  }),
  signalMark: ({ line }: Subject, signal: Signal, part: "retraining" | "at-once"): Shape<Mark> =>
    markAt(ledgerKeys.signal(line, dedupKey(signal), part)),
  /** One that is not there was never asked for. */
  approval: ({ line, model }: Subject, question: QuestionKey): Shape<ApprovalRecord | undefined> => ({
    key: ledgerKeys.approval(line, model, question),
    schema: approvalRecordSchema,
    absent: undefined,
  }),
  keptVersion: ({ line, model }: Subject, run: string): Shape<KeptVersion | undefined> => ({
    key: ledgerKeys.keptVersion(line, model, run),
    schema: keptVersionSchema,
    absent: undefined,
  }),
  batchMark: ({ line, model }: Subject, batch: string): Shape<Mark> => markAt(ledgerKeys.feedbackBatch(line, model, batch)),
};

/** A mark that is not there was never made: its `at` is nobody's. */
function markAt(key: LedgerKey): Shape<Mark> {
  return { key, schema: markSchema, absent: { schemaVersion: 1, at: "1970-01-01T00:00:00.000Z" } };
}

export function isThere(stored: Stored<unknown>): boolean {
  return stored.revision > 0;
}

export function isDone(mark: Stored<Mark>): boolean {
  return isThere(mark) && mark.record.begun === undefined;
}

export function marked(stored: Stored<Mark>, at: Instant, begun?: Mark["begun"]): Change {
  const record: Mark = { schemaVersion: 1, at, ...(begun && { begun }) };
  if (isThere(stored)) return save(stored, record);
  const { key } = stored;
  // Whole: an item whose time to live has a fraction is never deleted.
  return mark(key, record, Math.ceil(Date.parse(hoursAfter(at, MARK_KEPT_DAYS * 24)) / 1_000));
}

export function told(record: AuditRecord): Change {
  const checked = auditRecordSchema.parse(record);
  return once(ledgerKeys.audit(checked), checked, sha256(JSON.stringify(checked)));
}
