/**
 * A run asks whether it may go on: first of all, and before each wait that its lease would not outlive. A starter that slept past its lease may
 * wake and start a run in whose place another one runs already; that one is to end before it touches anything.
 */
import { leaseRequestSchema } from "../domain/run-order";
import { hoursAfter } from "../domain/time";
import type { LostLock } from "../ports/ledger";
import type { Loop } from "./loop";

export type LeaseAnswer = { kind: "renewed"; leaseUntil: string } | { kind: "lost"; by?: string };

export type LeasingLoop = Pick<Loop, "models" | "ledger" | "logbook" | "clock"> & { leaseHours: number };

/** Of a model that was taken out of the loop since: it has no line any more, and so no lock. */
const NOBODYS: LostLock = { kind: "lost" };

/** @throws ZodError for what is no request: the workflow then fails, and its failure is told. */
export async function renewLease(request: unknown, { models, ledger, logbook, clock, leaseHours }: LeasingLoop): Promise<LeaseAnswer> {
  const { run, model, waitHours } = leaseRequestSchema.parse(request);
  const line = models.find((each) => each.model === model)?.line;
  const outcome = line === undefined ? NOBODYS : await ledger.renew(line, run, hoursAfter(clock.now(), leaseHours + waitHours));
  if (outcome.kind === "renewed") return { kind: "renewed", leaseUntil: outcome.leaseUntil };
  const reason = `${run} has lost its lock${outcome.by === undefined ? "" : ` to ${outcome.by}`}; it ends without having touched anything`;
  logbook.decided({ event: "retraining.overtaken", model, reason, values: { run } });
  return outcome;
}
