/** What people are told of a version that waits for them, in the words of what they are asked. */
import { notice, type Notice } from "../notices";
import type { Instant } from "../time";
import type { ApprovalRecord, QuestionKey, QuestionKind, Reminder } from "./approval";

interface Words {
  /** Of the notices' keys: a question's must not silence the other's. */
  key: string;
  asking: (record: ApprovalRecord) => string;
  waiting: string;
  approved: string;
  refused: string;
  /** What a refusal comes to, where it is more than an end. */
  consequence: string[];
}

const WORDS: Record<QuestionKind, Words> = {
  release: {
    key: "approval",
    asking: ({ version, semanticVersion }) => `version ${version} (${semanticVersion}) waits for approval`,
    waiting: "still waits for approval",
    ...{ approved: "was approved", refused: "was refused", consequence: [] },
  },
  promotion: {
    key: "promotion",
    asking: ({ version, semanticVersion }) => `promote version ${version} (${semanticVersion}) without labels?`,
    waiting: "still waits for whether it is promoted without labels",
    approved: "is to be promoted without labels",
    refused: "is not to be promoted without labels, and is rolled back",
    consequence: ["approve: it stays with all users; reject: they get the release before it again"],
  },
};

export function noticeOfAsking(record: ApprovalRecord, figures: readonly string[], now: Instant): Notice | undefined {
  const { model, question, because } = record;
  const { asking, consequence } = WORDS[question];
  return notice({
    ...{ model, key: keyOf(record, "asked"), group: `${model}/approval`, severity: "warning", page: false, repeated: false, at: now },
    title: `${model}: ${asking(record)}`,
    lines: [...because.map((each) => `why a person decides: ${each}`), ...figures, ...consequence, ...howTo(record)],
  });
}

export function noticeOfReminder(record: ApprovalRecord, reminder: Reminder, now: Instant): Notice | undefined {
  const { model, question, version, until, answers, needed } = record;
  const page = reminder === "escalate";
  return notice({
    ...{ model, key: keyOf(record, reminder), group: `${model}/approval`, page, repeated: false, at: now },
    severity: page ? "critical" : "warning",
    title: `${model}: version ${version} ${WORDS[question].waiting}, until ${until}`,
    lines: [`${answers.length} of ${needed} have approved`, ...howTo(record)],
  });
}

/** A verdict that is known here and not to the workflow: whoever gave it was not told so. */
export function noticeOfUndelivered(record: ApprovalRecord, now: Instant): Notice | undefined {
  const { model, version, verdict } = record;
  return notice({
    ...{
      model,
      key: keyOf(record, "undelivered"),
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

/** @param gone the run waited no more: it has this answer already, or it had ended before */
export function noticeOfVerdict(record: ApprovalRecord, now: Instant, gone = false): Notice | undefined {
  const { model, question, version, verdict, answers } = record;
  if (verdict === undefined) return undefined;
  return notice({
    ...{ model, key: keyOf(record, verdict), group: `${model}/approval`, page: false, repeated: false, at: now },
    severity: verdict === "approved" ? "info" : "warning",
    title: `${model}: version ${version} ${WORDS[question][verdict]}`,
    lines: [
      ...answers.map(({ by, verdict: said, reason }) => `${said} by ${by}: ${reason}`),
      ...(gone
        ? ["its run waits no more: where it has not gone on, it had ended before, and the version is rejected within the hour"]
        : []),
    ],
  });
}

function keyOf({ run, question }: QuestionKey, what: string): string {
  return `${run}/${WORDS[question].key}/${what}`;
}

/** To be copied as it stands: a line that named no question would be refused for the second one. */
function howTo({ run, question, approvers, needed, until }: ApprovalRecord): string[] {
  return [
    `npx modelloop approve ${run} --question ${question} --reason "..." (or reject), by ${needed} of ${approvers.length === 0 ? "nobody: no approver is declared" : approvers.join(", ")}`,
    `until ${until}; silence is a refusal`,
  ];
}
