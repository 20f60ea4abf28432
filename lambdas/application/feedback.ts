import { feedbackSignal, type FeedbackTrigger } from "../domain/ledger-feedback";
import type { FeedbackBatch, Subject } from "../ports/ledger";
import type { SignalLoop } from "./loop";
import { respondToSignal } from "./respond-to-signal";

/** D4: counts a batch once, however often it is delivered, and asks for a retraining with each full thousand. */
export async function countFeedback(subject: Subject, batch: FeedbackBatch, loop: SignalLoop): Promise<void> {
  const { triggers } = await loop.ledger.addFeedback(subject, batch, loop.clock.now());
  await sendTriggers(subject, triggers, loop);
}

/** Told only after it was answered; whoever dies in between leaves it to the next batch, or to the sweep. */
export async function sendTriggers(subject: Subject, triggers: readonly FeedbackTrigger[], loop: SignalLoop): Promise<void> {
  for (const trigger of triggers) await respondToSignal(feedbackSignal(trigger), loop);
  if (triggers.length > 0) await loop.ledger.feedbackTold(subject, triggers);
}
