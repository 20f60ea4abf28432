/**
 * Corrections are counted, and each full thousand of them asks for a retraining: exactly once, whatever is delivered twice and whoever dies
 * in between (D4, R1). So a full thousand is noted together with the count that filled it, and stands until its signal is known to be sent.
 */
import { z } from "zod";
import { modelNameSchema } from "./names";
import { EVENT_RULES, MEASURED_RULES } from "./rules";
import { signalSchema, type Signal } from "./signals";
import { instantSchema, type Instant } from "./time";

const [FEEDBACK_TIER] = MEASURED_RULES.feedback.tiers;

/** The bound of the rule table: 1,000. */
export const CORRECTIONS_PER_TRIGGER = FEEDBACK_TIER?.bound ?? Infinity;

export const feedbackTriggerSchema = z.strictObject({
  model: modelNameSchema,
  /** The first is 1. */
  thousand: z.int().min(1),
  /** When it was filled; part of the signal's identity, so it is kept and not taken anew. */
  filledAt: instantSchema,
});

export type FeedbackTrigger = z.infer<typeof feedbackTriggerSchema>;

export const feedbackCountSchema = z.strictObject({
  schemaVersion: z.literal(1),
  model: modelNameSchema,
  total: z.int().min(0),
  untold: z.array(feedbackTriggerSchema),
});

export type FeedbackCount = z.infer<typeof feedbackCountSchema>;

export function addCorrections(count: FeedbackCount, corrections: number, now: Instant): FeedbackCount {
  if (!Number.isSafeInteger(corrections) || corrections < 1) {
    throw new RangeError(`corrections is ${corrections}; a batch has a whole number of at least 1: leave empty batches out`);
  }
  const { model } = count;
  const total = count.total + corrections;
  const [before, after] = [count.total, total].map((sum) => Math.floor(sum / CORRECTIONS_PER_TRIGGER)) as [number, number];
  const filled = Array.from({ length: after - before }, (_, i) => ({ model, thousand: before + 1 + i, filledAt: now }));
  return { ...count, total, untold: [...count.untold, ...filled] };
}

export function withoutTold(count: FeedbackCount, told: readonly FeedbackTrigger[]): FeedbackCount {
  const thousands = told.map(({ thousand }) => thousand);
  return { ...count, untold: count.untold.filter(({ thousand }) => !thousands.includes(thousand)) };
}

/** The same signal, with the same dedup key, however often it is made. */
export function feedbackSignal({ model, thousand, filledAt }: FeedbackTrigger): Signal {
  const value = thousand * CORRECTIONS_PER_TRIGGER;
  return signalSchema.parse({
    schemaVersion: 1,
    model,
    rule: "feedback",
    severity: FEEDBACK_TIER?.severity ?? EVENT_RULES.manual.severity,
    source: "feedback",
    firedAt: filledAt,
    reason: `${value} corrections have come in, a full ${CORRECTIONS_PER_TRIGGER} since the last trigger`,
    subject: `corrections up to ${value}`,
    value,
  });
}
