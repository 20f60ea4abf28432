/** What alarms say about the data themselves. Broken data keep every automatic retraining waiting, until an alarm says that they are sound. */
import { THE_LOOP } from "../domain/ledger-audit";
import type { Reading } from "../domain/messages/reading";
import type { Signal } from "../domain/signals";
import type { Subject } from "../ports/ledger";
import type { Loop } from "./loop";

export type News = Extract<Reading, { kind: "news" }>;

/** Written with the time at which it happened, so that telling it again is telling the same. */
export async function recordNews(subject: Subject, { rule, at, over, reason }: News, { ledger, clock }: Loop): Promise<void> {
  const { model } = subject;
  await ledger.audit({ schemaVersion: 1, event: "traffic.record", model, user: THE_LOOP, time: at, reason, values: { rule, over } });
  if (rule === "data-quality" && over) await ledger.recordDataQuality(subject, { kind: "sound", at }, clock.now());
}

/** As of the alarm's own time: an all-clear that has overtaken it stays the last word. */
export async function noteBrokenData(subject: Subject, { firedAt: at, reason }: Signal, { ledger, clock }: Loop): Promise<void> {
  await ledger.recordDataQuality(subject, { kind: "broken", reason, at }, clock.now());
}
