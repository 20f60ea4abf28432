/**
 * A message of the intake's queue, whoever sent it: read, answered, written down. When this returns, there is an audit record, something
 * pending, or the message in quarantine; when it throws, the queue delivers the message again, and every step finds itself done or undone.
 */
import { LOOP_METRICS } from "../domain/loop-metrics";
import type { Ask } from "../domain/asks";
import { readMessage } from "../domain/messages/read-message";
import type { Reading } from "../domain/messages/reading";
import { asksOf } from "../domain/signals";
import type { Subject } from "../ports/ledger";
import { recordNews } from "./data-quality-news";
import { countFeedback } from "./feedback";
import type { Message, SignalLoop } from "./loop";
import { quarantined, type QuarantiningLoop } from "./quarantine";
import { respondToSignal } from "./respond-to-signal";
import { settleRetraining } from "./settle-retraining";

export async function takeIn(message: Message, loop: SignalLoop & QuarantiningLoop): Promise<void> {
  const { environment, models } = loop;
  const { readings, faults, foreign = [] } = readMessage(message.body, { environment, models: models.map(({ model }) => model) });
  for (const reading of readings) await answer(reading, loop);
  for (const reason of foreign) loop.logbook.counted(LOOP_METRICS.foreign, { message: message.id, reason });
  await quarantined(message, faults, loop);
}

/** Whether it saves traffic or wakes somebody: such a message of a batch is not to wait for a hundred others. */
export function isUrgent({ body }: Message, { environment, models }: Pick<SignalLoop, "environment" | "models">): boolean {
  const { readings } = readMessage(body, { environment, models: models.map(({ model }) => model) });
  return readings.some((reading) => reading.kind === "signal" && asksOf(reading.signal).some(({ kind }) => URGENT.has(kind)));
}

const URGENT: ReadonlySet<Ask["kind"]> = new Set(["roll-back", "pause", "page"]);

async function answer(reading: Reading, loop: SignalLoop): Promise<void> {
  switch (reading.kind) {
    case "signal":
      return respondToSignal(reading.signal, loop);
    case "news": {
      const subject = subjectOf(reading.model, loop);
      await recordNews(subject, reading, loop);
      // Sound data may be what a retraining has waited for.
      if (reading.rule === "data-quality" && reading.over) await settleRetraining(subject, undefined, loop);
      return;
    }
    case "feedback":
      return countFeedback(subjectOf(reading.model, loop), reading, loop);
    case "wake-up":
      await settleRetraining(subjectOf(reading.model, loop), undefined, loop);
      return;
  }
}

function subjectOf(model: string, { models }: SignalLoop): Subject {
  const declared = models.find((each) => each.model === model);
  if (declared === undefined) throw new Error(`${model} was read as one of this loop's models, and is none`);
  return declared;
}
