/**
 * The ledger's records and their names. Each says which version of its schema it is of, so that a function which does not know it stops
 * there: an execution that began before an upgrade still runs beside those that began after it.
 */
import { z } from "zod";
import type { QuestionKey } from "./approvals/approval";
import type { AuditRecord } from "./ledger-audit";
import { type GivingUp, MODES, type OrderByHand, runningSchema, type Promotion, type RollOutInProgress } from "./ledger-view";
import { modelNameSchema } from "./names";
import { pendingSchema, RUN_OUTCOMES, type RunOutcome } from "./pending";
import { sha256 } from "./sha256";
import { instant, instantSchema } from "./time";

const rollOutSchema = z.strictObject({
  run: z.string(),
  candidate: z.string(),
  champion: z.string(),
  paused: z.boolean(),
}) satisfies z.ZodType<RollOutInProgress>;

const promotionSchema = z.strictObject({
  version: z.string(),
  previousVersion: z.string(),
  promotedAt: instantSchema,
  oldSlotKeptUntil: instantSchema,
  rolledBack: z.boolean(),
}) satisfies z.ZodType<Promotion>;

const givingUpSchema = z.strictObject({
  run: z.string(),
  fence: z.int().min(1),
  hadUsers: z.boolean(),
  from: z.string().optional(),
  to: z.string().optional(),
  user: z.string().optional(),
}) satisfies z.ZodType<GivingUp>;

const orderedSchema = z.strictObject({
  fence: z.int().min(1),
  from: z.string(),
  to: z.string(),
  user: z.string(),
  at: instantSchema,
}) satisfies z.ZodType<OrderByHand>;

const endedRunSchema = z.strictObject({
  startedAt: instantSchema,
  endedAt: instantSchema,
  outcome: z.enum(Object.keys(RUN_OUTCOMES) as [RunOutcome, ...RunOutcome[]]),
});

const dataQualitySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("unknown") }),
  z.strictObject({ kind: z.literal("sound"), at: instantSchema.optional() }),
  z.strictObject({ kind: z.literal("broken"), reason: z.string(), at: instantSchema.optional() }),
]);

/** What the models of one server share. */
export const lineRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** The last one given out. */
  fence: z.int().min(0),
  running: runningSchema.optional(),
  rollOut: rollOutSchema.optional(),
  promotion: promotionSchema.optional(),
  givingUp: givingUpSchema.optional(),
  ordered: orderedSchema.optional(),
});

export const modelRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  model: modelNameSchema,
  mode: z.enum(MODES),
  /** Since when it acts. What alarms said before was answered in mode observe, which is to say not at all. */
  actsSince: instantSchema.optional(),
  dataQuality: dataQualitySchema,
  automaticStarts: z.array(instantSchema),
  lastRun: endedRunSchema.optional(),
  pending: pendingSchema.optional(),
});

export const switchesRecordSchema = z.strictObject({ schemaVersion: z.literal(1), stopped: z.boolean() });

/**
 * What the workflow writes down of a run (`retraining-workflow.ts`), as far as it is read here. Loose, and without the ledger's conditions: the
 * workflow adds to it what it likes, and counts no revisions.
 */
export const runProgressSchema = z.object({
  outcome: z.enum(Object.keys(RUN_OUTCOMES) as [RunOutcome, ...RunOutcome[]]).optional(),
  endedAt: z.iso.datetime().transform(instant).optional(),
});

export type RunProgress = z.infer<typeof runProgressSchema>;
/** Where a model acts. Its lock, its demand and its marks lie with its line, so one that is declared on another begins there with nothing. */
export const homeRecordSchema = z.strictObject({ schemaVersion: z.literal(1), line: z.string().optional() });

export type HomeRecord = z.infer<typeof homeRecordSchema>;
export type LineRecord = z.infer<typeof lineRecordSchema>;
export type ModelRecord = z.infer<typeof modelRecordSchema>;
export type SwitchesRecord = z.infer<typeof switchesRecordSchema>;

export const NEW_LINE: LineRecord = { schemaVersion: 1, fence: 0 };
export const NEW_SWITCHES: SwitchesRecord = { schemaVersion: 1, stopped: false };

/** The first day of a model: it observes, and nobody has looked at its data. */
export function newModel(model: string): ModelRecord {
  return { schemaVersion: 1, model, mode: "observe", dataQuality: { kind: "unknown" }, automaticStarts: [] };
}

/** A version that has served: what it takes to send users back to it, without asking the registry (O5). */
export const keptVersionSchema = z.strictObject({
  schemaVersion: z.literal(1),
  version: z.string().min(1),
  semanticVersion: z.string().min(1),
  /** Traffic knows it by this name. */
  release: z.string().min(1),
  run: z.string().min(1),
  promotedAt: instantSchema,
});

export type KeptVersion = z.infer<typeof keptVersionSchema>;

/** How the table must be made. Records of every kind share it, so that one transaction can write any of them. */
export const LEDGER_TABLE = { partitionKey: "pk", sortKey: "sk", timeToLive: "expiresAt" } as const;

/** All that a function needs to be allowed. There is no deletion in it: what was told stays told. */
export const LEDGER_ACTIONS = [
  "dynamodb:BatchGetItem",
  "dynamodb:ConditionCheckItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "dynamodb:UpdateItem",
] as const;

/**
 * A mark that a message was dealt with must outlive the message: SNS tries a queue for 23 days, the queue keeps it for 14, and once more 14
 * after somebody has sent it back from the dead-letter queue (quotas of SNS and SQS, 2026). Afterwards DynamoDB may delete the mark or not.
 */
export const MARK_KEPT_DAYS = 60;

export interface LedgerKey {
  pk: string;
  sk: string;
}

type Part = "retraining" | "at-once";

/** Within a line, the line and its models sort side by side, so that one read finds them all. */
export const ledgerKeys = {
  line: (line: string): LedgerKey => inLine(line, "LINE"),
  model: (line: string, model: string): LedgerKey => inLine(line, `MODEL#${named(model)}`),
  lineAndModels: { from: "LINE", to: "MODEL#~" },
  signal: (line: string, dedupKey: string, part: Part): LedgerKey => inLine(line, `SIGNAL#${dedupKey}#${part}`),
  feedback: (line: string, model: string): LedgerKey => inLine(line, `FEEDBACK#${named(model)}`),
  /** Digested, because a batch is named by its sender: at any length, in any characters. */
  feedbackBatch: (line: string, model: string, batch: string): LedgerKey => inLine(line, `BATCH#${named(model)}#${sha256(batch)}`),
  /** A run's second question lies beside its first, and in the same range. */
  approval: (line: string, model: string, { run, question }: QuestionKey): LedgerKey =>
    inLine(line, `APPROVAL#${named(model)}#${run}${question === "release" ? "" : `#${question}`}`),
  approvals: (model: string) => ({ from: `APPROVAL#${named(model)}#`, to: `APPROVAL#${named(model)}#~` }),
  /** By the run that brought it: told twice, it is one. */
  keptVersion: (line: string, model: string, run: string): LedgerKey => inLine(line, `VERSION#${named(model)}#${run}`),
  keptVersions: (model: string) => ({ from: `VERSION#${named(model)}#`, to: `VERSION#${named(model)}#~` }),
  /** The workflow's own record, under the key that its definition makes (`RUN_RECORD`). */
  run: (run: string): LedgerKey => ({ pk: `RUN#${run}`, sk: "PROGRESS" }),
  home: (model: string): LedgerKey => ({ pk: "LOOP", sk: `HOME#${named(model)}` }),
  switches: { pk: "LOOP", sk: "SWITCHES" },
  audit: (record: AuditRecord): LedgerKey => ({
    pk: auditPartition(record.model),
    sk: `${record.time}#${record.event}#${sha256(JSON.stringify(record)).slice(0, 16)}`,
  }),
} as const;

export function auditPartition(model: string | undefined): string {
  return model === undefined ? "AUDIT" : `AUDIT#${named(model)}`;
}

function inLine(line: string, sk: string): LedgerKey {
  return { pk: `LINE#${named(line)}`, sk };
}

/** Lines are named as models are. A name with a # in it would lie among another's records. */
function named(name: string): string {
  const read = modelNameSchema.safeParse(name);
  if (read.success) return name;
  throw new RangeError(`No ledger record can be kept under ${JSON.stringify(name)}: ${read.error.issues[0]?.message ?? "it is no name"}`);
}
