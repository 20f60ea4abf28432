/**
 * All that a signal leads to: first what cannot wait for a lock (traffic, then people), then the retraining.
 *
 * | it dies                               | what is left                             | who goes on                                          |
 * |---------------------------------------|------------------------------------------|------------------------------------------------------|
 * | after `beginAtOnce`                   | a raised fence                           | the queue: the same decisions with the next fence    |
 * | after the order to roll back          | an order, perhaps carried out            | the same; where it was, the first decision stands    |
 * | after `tell`                          | people who know                          | the same; one key, and one incident at PagerDuty     |
 * | after `finishAtOnce`                  | a signal that is dealt with at once      | the queue: only the retraining is left to do         |
 */
import { decideAtOnce } from "../domain/decide-at-once";
import type { AtOnceDecision } from "../domain/decisions";
import { noticeOfAtOnce } from "../domain/notices";
import { retrainingAskedBy, type Signal } from "../domain/signals";
import type { Subject } from "../ports/ledger";
import { noteBrokenData } from "./data-quality-news";
import { keepDeclaredMode } from "./declared-mode";
import type { SignalLoop } from "./loop";
import { settleRetraining } from "./settle-retraining";

export async function respondToSignal(signal: Signal, loop: SignalLoop): Promise<void> {
  const declared = loop.models.find(({ model }) => model === signal.model);
  if (declared === undefined) throw new Error(`signal for ${signal.model}, which this loop does not look after`);
  await keepDeclaredMode(declared, loop);
  await answerAtOnce(declared, signal, loop);
  if (retrainingAskedBy(signal) !== undefined) await settleRetraining(declared, signal, loop);
}

async function answerAtOnce(subject: Subject, signal: Signal, loop: SignalLoop): Promise<void> {
  const { ledger, traffic, notifier, logbook, clock } = loop;
  const question = { subject, signal, now: clock.now() };
  let handled = false;
  const decisions = await ledger.beginAtOnce(question, (view) => {
    handled = view.handled;
    const wished = decideAtOnce(signal, view, question.now);
    return traffic === undefined ? withoutHand(wished) : wished;
  });
  for (const { kind, model, reason, values } of decisions) logbook.decided({ event: `traffic.${kind}`, model, reason, values });
  if (handled) return;

  for (const decision of decisions) if (decision.kind === "roll-back") await traffic?.rollBack({ subject, ...decision });
  if (signal.rule === "data-quality") await noteBrokenData(subject, signal, loop);
  const notice = noticeOfAtOnce(decisions, signal, question.now);
  if (notice !== undefined) await notifier.tell(notice);
  await ledger.finishAtOnce(question, decisions);
}

/** A roll-back that nobody can carry out must wake somebody, and must not stand in the trail as if it had been done. */
function withoutHand(decisions: readonly AtOnceDecision[]): AtOnceDecision[] {
  return decisions.flatMap((decision): AtOnceDecision[] => {
    if (decision.kind !== "roll-back") return [decision];
    const { schemaVersion, model, values } = decision;
    const reason = `not rolled back: this loop has no function that writes traffic; ${decision.reason}`;
    const page = decisions.some(({ kind }) => kind === "page") ? [] : [{ kind: "page" as const, schemaVersion, model, values, reason }];
    return [{ kind: "withhold", action: "roll-back", schemaVersion, model, values, reason }, ...page];
  });
}
