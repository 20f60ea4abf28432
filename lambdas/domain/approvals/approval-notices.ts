/** What people are told of a version that waits for them. */
import { notice, type Notice } from "../notices";
import type { Instant } from "../time";
import type { ApprovalRecord, Reminder } from "./approval";

export function noticeOfAsking(record: ApprovalRecord, figures: readonly string[], now: Instant): Notice | undefined {
  const { run, model, version, semanticVersion, because } = record;
  return notice({
    ...{ model, key: `${run}/approval/asked`, group: `${model}/approval`, severity: "warning", page: false, repeated: false, at: now },
    title: `${model}: version ${version} (${semanticVersion}) waits for approval`,
    lines: [...because.map((each) => `why a person decides: ${each}`), ...figures, ...howTo(record)],
  });
}

export function noticeOfReminder(record: ApprovalRecord, reminder: Reminder, now: Instant): Notice | undefined {
  const { run, model, version, until, answers, needed } = record;
  const page = reminder === "escalate";
  return notice({
    ...{ model, key: `${run}/approval/${reminder}`, group: `${model}/approval`, page, repeated: false, at: now },
    severity: page ? "critical" : "warning",
    title: `${model}: version ${version} still waits for approval, until ${until}`,
    lines: [`${answers.length} of ${needed} have approved`, ...howTo(record)],
  });
}

/** A verdict that is known here and not to the workflow: whoever gave it was not told so. */
export function noticeOfUndelivered(record: ApprovalRecord, now: Instant): Notice | undefined {
  const { run, model, version, verdict } = record;
  return notice({
    ...{
      model,
      key: `${run}/approval/undelivered`,
      group: `${model}/approval`,
      severity: "warning",
      page: false,
      repeated: false,
      at: now,
    },
    title: `${model}: the answer about version ${version} has not reached its run`,
    lines: [`it was ${verdict}; any approver may say it again, and it is then delivered`, ...howTo(record)],
  });
}

export function noticeOfVerdict(record: ApprovalRecord, now: Instant): Notice | undefined {
  const { run, model, version, verdict, answers } = record;
  if (verdict === undefined) return undefined;
  return notice({
    ...{ model, key: `${run}/approval/${verdict}`, group: `${model}/approval`, page: false, repeated: false, at: now },
    severity: verdict === "approved" ? "info" : "warning",
    title: `${model}: version ${version} was ${verdict}`,
    lines: answers.map(({ by, verdict: said, reason }) => `${said} by ${by}: ${reason}`),
  });
}

function howTo({ run, approvers, needed, until }: ApprovalRecord): string[] {
  return [
    `npx modelloop approve ${run} --reason "..." (or reject), by ${needed} of ${approvers.length === 0 ? "nobody: no approver is declared" : approvers.join(", ")}`,
    `until ${until}; silence is a refusal`,
  ];
}
