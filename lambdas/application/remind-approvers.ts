/** Every hour: people who have not answered are reminded, and once woken; and an answer that never reached its run is asked for again. */
import { noticeOfReminder, noticeOfUndelivered } from "../domain/approvals/approval-notices";
import { isUndelivered, reminderDue } from "../domain/approvals/approval";
import type { Subject } from "../ports/ledger";
import type { Loop } from "./loop";

export async function remindApprovers(subject: Subject, { ledger, notifier, logbook, clock }: Loop): Promise<void> {
  const now = clock.now();
  const open = await ledger.openApprovals(subject, now);
  const holder = open.length === 0 ? undefined : await ledger.holder(subject.line);
  // A run that has ended hears no answer: nobody is woken for it.
  for (const record of open.filter(({ run }) => run === holder)) {
    const { run, question, model, until } = record;
    if (isUndelivered(record, now)) {
      const told = noticeOfUndelivered(record, now);
      if (told !== undefined) await notifier.tell(told);
      continue;
    }
    const reminder = reminderDue(record, now);
    if (reminder === undefined) continue;
    logbook.decided({ event: `approval.${reminder}`, model, reason: `nobody has decided about ${run}`, values: { run, question, until } });
    const told = noticeOfReminder(record, reminder, now);
    if (told !== undefined) await notifier.tell(told);
    // Last: who dies before tells it again, under the same key.
    await ledger.approvalReminded(subject, record, reminder);
  }
}
