import { linesOf } from "../domain/declared-models";
import { beginOf, summaryNotice, type Period, type SummarisedModel } from "../domain/summary";
import { minutesAfter } from "../domain/time";
import type { Waiting } from "../ports/ledger";
import type { Loop } from "./loop";

/** A9: what happened in the period, and what waits. Reads only; a second summary of the same day has the same key. */
export async function tellSummary(period: Period, { models, ledger, notifier, logbook, clock }: Loop): Promise<void> {
  const now = clock.now();
  const waiting: Waiting[] = [];
  for (const line of linesOf(models)) waiting.push(...(await ledger.waiting(line, now)));
  const summarised: SummarisedModel[] = [];
  for (const { model, line, mode } of models) {
    // The end is not included; what was written in this very millisecond is.
    const records = await ledger.auditRecords({ model, from: beginOf(period, now), until: minutesAfter(now, 1) });
    const pending = waiting.find(({ subject }) => subject.model === model && subject.line === line)?.pending;
    summarised.push({ model, mode, records, pending });
  }
  const notice = summaryNotice(period, summarised, await ledger.stopped(), now);
  logbook.decided({ event: `summary.${period}`, reason: notice?.title ?? "nothing to tell", values: { models: models.length } });
  if (notice !== undefined) await notifier.tell(notice);
}
