/** The daily summary and the weekly report (A9): what the audit trail says of a period, in a few lines a model. */
import { z } from "zod";
import type { AuditEvent, AuditRecord } from "./ledger-audit";
import type { Mode } from "./ledger-view";
import { notice, type Notice } from "./notices";
import type { Pending } from "./pending";
import { summarise } from "./pending";
import { hoursAfter, type Instant } from "./time";

export const PERIODS = { day: 24, week: 168 } as const;

export type Period = keyof typeof PERIODS;

/** What the schedules of the summaries carry. */
export const summaryRequestSchema = z.object({ schemaVersion: z.literal(1), period: z.enum(["day", "week"]) });

export interface SummarisedModel {
  model: string;
  mode: Mode;
  records: readonly AuditRecord[];
  pending?: Pending | undefined;
}

export function beginOf(period: Period, now: Instant): Instant {
  return hoursAfter(now, -PERIODS[period]);
}

/** Only what happened is counted, in this order; what was merely looked at stays in the trail. */
const COUNTED: readonly (readonly [AuditEvent, string])[] = [
  ["retraining.start", "runs started"],
  ["retraining.ended", "runs ended"],
  ["retraining.schedule", "scheduled"],
  ["retraining.pend", "kept waiting"],
  ["retraining.refuse", "refused"],
  ["retraining.observe-only", "only observed"],
  ["traffic.roll-back", "roll-backs"],
  ["roll-out.promoted", "promoted"],
  ["roll-out.rolled-back", "rolled back"],
  ["traffic.pause", "pauses"],
  ["traffic.page", "pages"],
  ["traffic.withhold", "withheld"],
  ["data-quality.changed", "changes of data quality"],
  ["feedback.trigger", "full thousands of corrections"],
];

export function summaryNotice(period: Period, models: readonly SummarisedModel[], stopped: boolean, now: Instant): Notice | undefined {
  const lines = models.map((each) => [each.model, lineOf(each)] as const);
  const quiet = lines.filter(([, line]) => line === undefined).map(([model]) => model);
  const open = models.filter(({ pending }) => pending !== undefined).length;
  return notice({
    ...{ key: `loop/summary/${period}/${now.slice(0, 10)}`, group: "loop/summary", page: false, repeated: false, at: now },
    // With something waiting, or all of it stopped, it is more than news: then it goes by e-mail as well.
    severity: stopped || open > 0 || period === "week" ? "warning" : "info",
    title: `The ${period} up to ${now}: ${models.length} models, ${open} with a retraining that waits`,
    lines: [
      ...(stopped ? ["The stop switch is on: everything is recorded, and nothing is done."] : []),
      ...lines.flatMap(([, line]) => line ?? []),
      ...(quiet.length > 0 ? [`nothing to tell: ${quiet.join(", ")}`] : []),
    ],
  });
}

function lineOf({ model, mode, records, pending }: SummarisedModel): string | undefined {
  const counts = COUNTED.flatMap(([event, word]) => {
    // A start that was taken up again by somebody else is in the trail twice.
    const count = records.filter((record) => record.event === event && record.values["resumed"] !== true).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const waits = pending === undefined ? [] : [`waiting: ${waitingLine(pending)}`];
  return counts.length + waits.length === 0 ? undefined : `${model} (${mode}): ${[...counts, ...waits].join(", ")}`;
}

export function waitingLine(pending: Pending): string {
  const { severity, dueAt, heaviest } = summarise(pending);
  return `${heaviest.rule} ${severity}, due ${dueAt}: ${heaviest.worst.reason}`;
}
