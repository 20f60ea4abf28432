/** What the loop's own schedules, and whoever collects feedback, put on its queue. */
import { z } from "zod";
import { modelNameSchema } from "../names";
import { EVENT_RULES } from "../rules";
import { faultsOf, foreignTimeSchema, knownSignal, onlyIfKnown, unreadable, type ReadingContext, type ReadMessage } from "./reading";

const common = { schemaVersion: z.literal(1), model: modelNameSchema };

export const loopMessageSchema = z.discriminatedUnion("kind", [
  /** The time is the one that was planned, not the one of delivery: it is the signal's identity. */
  z.strictObject({ ...common, kind: z.literal("schedule"), rule: z.literal("weekly"), scheduledAt: foreignTimeSchema }),
  z.strictObject({ ...common, kind: z.literal("wake-up") }),
  /** D4: corrections that have come in. */
  z.strictObject({ ...common, kind: z.literal("feedback"), batch: z.string().min(1).max(1_000), corrections: z.int().min(1) }),
]);

export type LoopMessage = z.input<typeof loopMessageSchema>;

/** EventBridge Scheduler puts the planned time in its place ("Adding context attributes", 2026). */
export const PLANNED_TIME = "<aws.scheduler.scheduled-time>";

export function isLoopMessage(message: object): boolean {
  return "kind" in message;
}

export function readLoopMessage(message: object, context: ReadingContext): ReadMessage {
  const { success, data, error } = loopMessageSchema.safeParse(message);
  if (!success) return unreadable(...faultsOf(error));
  if (data.kind === "wake-up") return onlyIfKnown({ kind: "wake-up", model: data.model }, context);
  if (data.kind === "feedback") {
    const { model, batch, corrections } = data;
    return onlyIfKnown({ kind: "feedback", model, batch, corrections }, context);
  }
  const { model, rule, scheduledAt } = data;
  const { severity } = EVENT_RULES[rule];
  return knownSignal({ model, rule, severity, source: "schedule", firedAt: scheduledAt, reason: `the ${rule} retraining is due` }, context);
}
