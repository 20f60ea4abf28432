/**
 * The end of a run in the ledger and before people, from whichever side it became known: Step Functions tells EventBridge, which delivers at best
 * effort; and the workflow itself writes into its record of the run what came of it, which the sweep reads.
 */
import { LOOP_METRICS } from "../domain/loop-metrics";
import type { ExecutionEnded } from "../domain/messages/execution-ended";
import { noticeOfRunEnd } from "../domain/notices";
import { minutesAfter, type Instant } from "../domain/time";
import type { Loop } from "./loop";

/** Younger ends are likely to be on their way still; told from both sides, people would read of them twice. */
const MINUTES_UNTIL_LOST = 15;

/** `model`: whose run it is, unless the ledger knows better. Does not look at what waits. */
export async function closeRun(lines: readonly string[], model: string, ended: ExecutionEnded, at: Instant, loop: Loop): Promise<void> {
  const { ledger, notifier, logbook } = loop;
  const { run, outcome, explained } = ended;
  let known = model;
  let { reason } = ended;
  for (const line of lines) {
    const answer = await ledger.end(line, run, outcome, at);
    if (answer.kind !== "ended") continue;
    known = answer.model;
    if (answer.dropped) reason += `; not tried again by itself for ${answer.dropped.join(" ")}, who had asked for it: ask again`;
  }
  logbook.decided({ event: "retraining.ended", model: known, reason: `${run} ended: ${outcome}; ${reason}`, values: { run, outcome } });
  if (!explained) logbook.counted(LOOP_METRICS.unexplained, { run });
  const notice = noticeOfRunEnd(known, { ...ended, reason }, at);
  if (notice !== undefined) await notifier.tell(notice);
}

/**
 * A run that has the lock though its workflow has written down its end: the event was lost. Asked before any run is called abandoned, or a
 * promoted one would be started a second time as soon as its lease ends.
 */
export async function closeUntoldRun(line: string, loop: Loop): Promise<void> {
  const found = await loop.ledger.writtenEnd(line);
  if (found === undefined || found.endedAt > minutesAfter(loop.clock.now(), -MINUTES_UNTIL_LOST)) return;
  const { run, model, outcome, endedAt } = found;
  const reason = `its workflow wrote down ${outcome} at ${endedAt}, and no event told of it`;
  await closeRun([line], model, { run, outcome, reason, explained: true }, endedAt, loop);
}
