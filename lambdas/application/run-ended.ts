/**
 * The end of a run, however it ended: the lock is freed, traffic that it has left between two releases goes home, what the run leaves unanswered is
 * pending again, and what waited for it is examined.
 *
 * The workflow's own last step may have told the ledger before; then the lock is not this run's any more, and the rest is done all the same:
 * whoever told it first may have died before looking at what waits.
 */
import { linesOf } from "../domain/declared-models";
import { readExecutionEnded } from "../domain/messages/execution-ended";
import { closeRun } from "./close-run";
import type { RunOutcome } from "../domain/pending";
import type { Message, SignalLoop } from "./loop";
import { quarantined, type QuarantiningLoop } from "./quarantine";
import { returnStrandedTraffic } from "./return-stranded-traffic";
import { examineLine } from "./settle-retraining";

const CUT_OFF: readonly RunOutcome[] = ["aborted", "failed", "timed-out"];

export async function endRun(message: Message, loop: SignalLoop & QuarantiningLoop): Promise<void> {
  const read = readExecutionEnded(message.body);
  if (read.kind === "unreadable") return quarantined(message, read.faults, loop);
  const { ended } = read;
  const { run } = ended;
  // A run's name begins with its model's. Where several fit, all are asked: the ledger frees a lock only for the very run that has it.
  const models = loop.models.filter(({ model }) => run.startsWith(`${model}-`));
  const [longest] = [...models].sort((one, other) => other.model.length - one.model.length);
  if (longest === undefined) return quarantined(message, [`run ${run} is of no model that this loop looks after`], loop);

  await closeRun(linesOf(models), longest.model, ended, loop.clock.now(), loop);
  // Before the next run starts. What people or alarms have ordered back ends a run as rolled back, and is under way.
  if (CUT_OFF.includes(ended.outcome)) for (const line of linesOf(models)) await returnStrandedTraffic(line, loop);
  for (const line of linesOf(models)) await examineLine(line, loop);
}
