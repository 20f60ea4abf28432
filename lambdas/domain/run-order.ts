/** What a retraining's workflow is given, and what it answers: the contract between whoever starts it and its state machine. */
import { z } from "zod";
import { modelNameSchema } from "./names";
import { pendingSchema, RUN_OUTCOMES, summarise, type Pending, type RunOutcome } from "./pending";
import { severitySchema } from "./severity";

/**
 * Made of the run, its fence and its demand alone. A run that may or may not have started is started again under the same name, and Step
 * Functions takes that for the same start only if the input is the same to the byte: no time of starting, no number of attempts in it.
 */
export const runOrderSchema = z.strictObject({
  schemaVersion: z.literal(1),
  run: z.string().min(1).max(80),
  model: modelNameSchema,
  /** To be carried with every write of traffic. */
  fence: z.int().min(1),
  severity: severitySchema,
  /** Days of data, counted back from the start of the run. */
  windowDays: z.int().min(1),
  /** Principals who asked: none of them may approve this run. */
  askedBy: z.array(z.string()),
  demand: pendingSchema,
});

/** What of its order a run tells when it asks whether it may go on; and before a wait, how long that may be: the lease must outlive it. */
export const leaseRequestSchema = runOrderSchema.pick({ run: true, model: true }).extend({
  waitHours: z
    .number()
    .min(0)
    .max(31 * 24)
    .default(0),
});

export type RunOrder = z.infer<typeof runOrderSchema>;

export function runOrder(run: string, fence: number, demand: Pending): RunOrder {
  const { severity, windowDays, askedBy } = summarise(demand);
  return { schemaVersion: 1, run, model: demand.model, fence, severity, windowDays, askedBy, demand };
}

const FINISHED = (Object.keys(RUN_OUTCOMES) as RunOutcome[]).filter((outcome) => RUN_OUTCOMES[outcome].answers) as [
  RunOutcome,
  ...RunOutcome[],
];

/** The output of a workflow that went through. More may stand in it. */
export const runReportSchema = z.object({ outcome: z.enum(FINISHED), reason: z.string().min(1).optional().catch(undefined) });
