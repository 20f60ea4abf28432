/**
 * Who changed what, and on which figures (I12). A line is written in the same transaction as the change that it tells of, so there is neither
 * a change without a line nor a line without a change.
 */
import { z } from "zod";
import type { AtOnceDecision, RetrainingDecision } from "./decisions";
import type { Running } from "./ledger-view";
import { modelNameSchema } from "./names";
import { summarise, wishDropped, type Pending, type RunOutcome } from "./pending";
import type { Signal } from "./signals";
import { instantSchema, type Instant } from "./time";
import { valuesSchema, type Values } from "./values";

/** What can be told of. Those of decisions are their kinds; the others are things that people or workflows did. */
export const AUDIT_EVENTS = [
  "retraining.start",
  "retraining.schedule",
  "retraining.pend",
  "retraining.refuse",
  "retraining.observe-only",
  "retraining.ignore",
  "retraining.ended",
  "run.planned",
  "run.data-checked",
  "run.judged",
  "run.packaged",
  "traffic.roll-back",
  "traffic.pause",
  "traffic.page",
  "traffic.record-scaling",
  "traffic.observe-more-often",
  "traffic.record",
  "traffic.withhold",
  "roll-out.begun",
  "roll-out.stage",
  "roll-out.paused",
  "roll-out.resumed",
  "roll-out.promoted",
  "roll-out.rolled-back",
  "model.registered",
  "model.approved",
  "model.rejected",
  "model.archived",
  "model.promoted",
  "model.restored",
  "model.disagreement",
  "approval.asked",
  "approval.answered",
  "data-quality.changed",
  "feedback.trigger",
  "loop.stopped",
  "loop.resumed",
  "loop.mode",
  "infrastructure.changed",
] as const;

export type AuditEvent = (typeof AUDIT_EVENTS)[number];

export const auditRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  event: z.enum(AUDIT_EVENTS),
  /** Absent where the whole loop is meant. */
  model: modelNameSchema.optional(),
  /** The model's version, where the event is about one. */
  version: z.string().min(1).max(100).optional(),
  /** An IAM principal with its session name, or `THE_LOOP`. */
  user: z.string().min(1).max(500),
  time: instantSchema,
  reason: z.string().min(1),
  values: valuesSchema,
});

export type AuditRecord = z.infer<typeof auditRecordSchema>;

/** The user of what nobody asked for. No principal is called so: theirs are ARNs. */
export const THE_LOOP = "modelloop";

/** Nothing was decided, only found to be decided already; a queue that delivers twice must not fill the trail. */
const NOT_TOLD: readonly string[] = ["duplicate", "nothing-pending"];

/** @param abandoned the run whose lock goes with this decision, because its lease has ended. */
export function auditOfRetraining(
  decision: RetrainingDecision,
  signal: Signal | undefined,
  time: Instant,
  abandoned?: string,
): AuditRecord | undefined {
  if (decision.kind === "ignore" && NOT_TOLD.includes(decision.because)) return undefined;
  const { model, reason } = decision;
  const started: Values = decision.kind === "start" ? { run: decision.run, resumed: decision.resumed } : {};
  const known: Values = { ...decision.values, ...started, ...(abandoned !== undefined && { abandoned }) };
  const user = "demand" in decision ? whoAskedFor(decision.demand) : (signal?.askedBy ?? THE_LOOP);
  return { schemaVersion: 1, event: `retraining.${decision.kind}`, model, user, time, reason, values: known };
}

export function auditOfAtOnce(decision: AtOnceDecision, signal: Signal, time: Instant): AuditRecord {
  const { kind, model, reason, values } = decision;
  const version = decision.kind === "roll-back" ? { version: decision.to } : {};
  return { schemaVersion: 1, event: `traffic.${kind}`, model, ...version, user: signal.askedBy ?? THE_LOOP, time, reason, values };
}

export function auditOfRunEnd({ run, demand }: Running, outcome: RunOutcome, time: Instant): AuditRecord {
  const { severity, signals } = summarise(demand);
  const dropped = wishDropped(demand, outcome)?.signals.join(" ");
  return {
    schemaVersion: 1,
    event: "retraining.ended",
    model: demand.model,
    user: whoAskedFor(demand),
    time,
    reason: `${run} ended: ${outcome}`,
    values: { run, outcome, severity, signals: signals.length, ...(dropped !== undefined && { dropped }) },
  };
}

function whoAskedFor(demand: Pending): string {
  const { askedBy } = summarise(demand);
  return askedBy.length === 0 ? THE_LOOP : askedBy.join(" ").slice(0, 500);
}
