/**
 * From a signal, or from what is pending, to a retraining that starts, is scheduled, waits or is refused; and what must then happen outside
 * of the ledger.
 *
 * | it dies                              | what is left                    | who goes on                                                   |
 * |--------------------------------------|---------------------------------|---------------------------------------------------------------|
 * | before `settle`                      | nothing                         | the queue                                                     |
 * | after a start, before `runs.start`   | an unconfirmed lock             | the queue or the sweep: the same start is decided, `resumed`  |
 * | after `runs.start`, before `renew`   | the same, and a workflow        | the same; the second start is `already-started`               |
 * | after `tell`, before `renew`         | the same, and people who know   | the same; they hear it twice under one key                    |
 * | after a schedule or pend             | PENDING, no wake-up, no notice  | the sweep finds PENDING; the daily summary tells of it        |
 * | the wake-up alone fails              | PENDING, a line in the log      | the sweep; people are told as if it had been ordered          |
 */
import { decideRetraining, reexamine } from "../domain/decide-retraining";
import type { RetrainingDecision } from "../domain/decisions";
import { noticeOfRetraining } from "../domain/notices";
import { runOrder } from "../domain/run-order";
import type { Signal } from "../domain/signals";
import { hoursAfter, type Instant } from "../domain/time";
import type { Subject } from "../ports/ledger";
import { closeUntoldRun } from "./close-run";
import type { RetrainingLoop } from "./loop";

/** Without a signal, what is pending is examined again. */
export async function settleRetraining(subject: Subject, signal: Signal | undefined, loop: RetrainingLoop): Promise<RetrainingDecision> {
  const { ledger, logbook, clock, limits, leaseHours } = loop;
  const now = clock.now();
  const leaseUntil = hoursAfter(now, leaseHours);
  const decision = await ledger.settle({ subject, signal, now, leaseUntil }, (view) =>
    signal === undefined ? reexamine(subject.model, view, now, limits) : decideRetraining(signal, view, now, limits),
  );
  logbook.decided({ event: `retraining.${decision.kind}`, model: decision.model, reason: decision.reason, values: decision.values });
  await carryOut(decision, { subject, signal, now, leaseUntil, loop });
  return decision;
}

/** Examines every model of a line that has something due: what waited for a run, a limit or a person may go on now. */
export async function examineLine(line: string, loop: RetrainingLoop): Promise<void> {
  await closeUntoldRun(line, loop);
  const now = loop.clock.now();
  const waiting = await loop.ledger.waiting(line, now);
  for (const { subject, dueAt } of waiting) if (dueAt <= now) await settleRetraining(subject, undefined, loop);
}

interface Settled {
  subject: Subject;
  signal: Signal | undefined;
  now: Instant;
  leaseUntil: Instant;
  loop: RetrainingLoop;
}

async function carryOut(decision: RetrainingDecision, settled: Settled): Promise<void> {
  const { subject, leaseUntil, loop } = settled;
  switch (decision.kind) {
    case "start":
      await loop.runs.start(runOrder(decision.run, decision.fence, decision.demand));
      await tell(decision, settled);
      // Last, because it says that all of the above is done. Where the lock is lost by now, the workflow finds so at its first step.
      await loop.ledger.renew(subject.line, decision.run, leaseUntil);
      return;
    case "schedule":
    case "pend":
      if (decision.at !== undefined) await orderWakeUp(decision.at, settled);
      return tell(decision, settled);
    case "refuse":
    case "observe-only":
    case "ignore":
      return tell(decision, settled);
  }
}

/** The sweep finds what is due without it: a scheduler that is down must not send a message, and what else came with it, back to its queue. */
async function orderWakeUp(at: Instant, { subject: { model }, now, loop: { wakeUps, logbook } }: Settled): Promise<void> {
  await wakeUps.order(model, at, now).catch((error: unknown) => {
    const reason = `no wake-up at ${at}, the sweep does without: ${error instanceof Error ? error.message : String(error)}`;
    logbook.decided({ event: "wake-up.failed", model, reason, values: { at } });
  });
}

async function tell(decision: RetrainingDecision, { signal, now, loop }: Settled): Promise<void> {
  const notice = noticeOfRetraining(decision, signal, now);
  if (notice !== undefined) await loop.notifier.tell(notice);
}
