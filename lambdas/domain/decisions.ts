/**
 * Every decision of the loop as a record: what was decided, why in one sentence, and the figures it was made with. Written to the audit trail
 * as it is, refusals included.
 */
import { z } from "zod";
import { modelNameSchema } from "./names";
import { pendingSchema } from "./pending";
import { severitySchema } from "./severity";
import { instantSchema } from "./time";
import { valuesSchema } from "./values";

const common = { schemaVersion: z.literal(1), model: modelNameSchema, reason: z.string().min(1), values: valuesSchema };

/** What keeps a retraining that is due from starting. All of it passes, and what is kept is then examined again. */
export const BLOCKS = ["stop-switch", "data-quality", "running", "cool-down", "weekly-limit"] as const;

/**
 * `demand` is all that is pending once the decision is written: it takes the place of PENDING, or, with `start`, moves into the lock. The
 * write is conditional on the view being unchanged, so that nothing which came meanwhile is replaced.
 */
export const retrainingDecisionSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    kind: z.literal("start"),
    run: z.string(),
    /** The fence that the run carries with every write of traffic. */
    fence: z.int().min(1),
    severity: severitySchema,
    windowDays: z.int().min(1),
    /** All that the run answers; leaves PENDING when the lock is taken. */
    demand: pendingSchema,
    /** False where a person is asking in this very decision: such a start passes the limits, and does not count against the weekly one. */
    automatic: z.boolean(),
    /** Whether the lock is already this run's, and only its workflow is missing. */
    resumed: z.boolean(),
    /** The run whose lease ended and whose lock is taken over. */
    takesOver: z.string().optional(),
  }),
  /** Kept, and due later. */
  z.strictObject({ ...common, kind: z.literal("schedule"), at: instantSchema, demand: pendingSchema }),
  /** Due, but may not start; kept, and examined again at `at`, where a time is known, and whenever what blocks it changes. */
  z.strictObject({
    ...common,
    kind: z.literal("pend"),
    blockedBy: z.enum(BLOCKS),
    at: instantSchema.optional(),
    demand: pendingSchema,
    /** Whether a person must be woken, because only a person can go on. Said at each examination: pages of one model and block are one page. */
    page: z.boolean(),
  }),
  /** A person's wish that is not kept: they are told, and can ask again. */
  z.strictObject({ ...common, kind: z.literal("refuse") }),
  /** Mode observe: what would have been decided. */
  z.strictObject({ ...common, kind: z.literal("observe-only"), would: z.enum(["start", "schedule", "pend"]) }),
  /** Nothing changes; but what is pending may be deleted when it is already answered. */
  z.strictObject({
    ...common,
    kind: z.literal("ignore"),
    because: z.enum(["duplicate", "asks-no-retraining", "already-answered", "nothing-pending"]),
  }),
]);

export type RetrainingDecision = z.infer<typeof retrainingDecisionSchema>;

export const atOnceDecisionSchema = z.discriminatedUnion("kind", [
  /** All traffic to `to`; the fence is raised first, so that whatever still writes for `from` is refused. */
  z.strictObject({
    ...common,
    kind: z.literal("roll-back"),
    from: z.string(),
    to: z.string(),
    fence: z.int().min(1),
    /** The roll-out to be stopped. */
    aborts: z.string().optional(),
  }),
  z.strictObject({ ...common, kind: z.literal("pause"), run: z.string() }),
  z.strictObject({ ...common, kind: z.literal("page") }),
  z.strictObject({ ...common, kind: z.literal("record-scaling") }),
  z.strictObject({ ...common, kind: z.literal("observe-more-often") }),
  z.strictObject({ ...common, kind: z.literal("record") }),
  /** Asked for, and not done. */
  z.strictObject({ ...common, kind: z.literal("withhold"), action: z.enum(["roll-back", "pause"]) }),
]);

export type AtOnceDecision = z.infer<typeof atOnceDecisionSchema>;
