/**
 * R4: an approver's word, in the name that IAM gives. The verdict stands in the ledger before the workflow hears of it; whoever dies in between is
 * told to ask again, and so is everybody, once an hour.
 */
import { noticeOfVerdict } from "../domain/approvals/approval-notices";
import type { ApprovalRecord, QuestionKind, Verdict } from "../domain/approvals/approval";
import type { OperatorRequest, OperatorVerb } from "../domain/messages/operator-request";
import type { Subject } from "../ports/ledger";
import type { OperatorLoop } from "./loop";
import type { OperatorAnswer } from "./operator";

type Answer = Extract<OperatorVerb, { verb: "approve" | "reject" }>;

/** What people see of a question; never the token. */
export interface OpenApproval extends Pick<
  ApprovalRecord,
  "run" | "question" | "version" | "semanticVersion" | "until" | "needed" | "approvers" | "because"
> {
  approvedBy: string[];
  /** Given, and not known to have reached the run: any approver may say it again. */
  undelivered?: ApprovalRecord["verdict"];
}

export function openApproval(record: ApprovalRecord): OpenApproval {
  const { run, question, version, semanticVersion, until, needed, approvers, because, answers, verdict } = record;
  const approvedBy = answers.filter((each) => each.verdict === "approved").map(({ by }) => by);
  return {
    ...{ run, question, version, semanticVersion, until, needed, approvers, because, approvedBy },
    ...(verdict && { undelivered: verdict }),
  };
}

export async function answerApproval(
  request: OperatorRequest,
  { verb, run, question, reason }: Answer,
  loop: OperatorLoop,
): Promise<OperatorAnswer> {
  const verdict = verb === "approve" ? "approved" : "refused";
  const answer = { by: request.caller, verdict, reason, at: loop.clock.now() } as const;
  // A run's name begins with its model's; where several fit, all are asked.
  for (const subject of loop.models.filter(({ model }) => run.startsWith(`${model}-`))) {
    const outcome = await loop.ledger.answerApproval(subject, run, answer, question);
    switch (outcome.kind) {
      case "not-asked":
        continue;
      case "refused": {
        // What stands stays as it was; that somebody has tried stands beside it.
        const { model } = subject;
        const about = { schemaVersion: 1, event: "approval.answered", model, user: request.caller.slice(0, 500) } as const;
        await loop.ledger.audit({ ...about, time: answer.at, reason: outcome.fault, values: { run, wanted: verdict, refused: true } });
        return { status: 409, body: { faults: [outcome.fault] } };
      }
      case "counted":
        return counted(outcome.record, loop);
      case "decided":
        return deliver(subject, outcome.record, loop);
    }
  }
  return {
    status: 404,
    body: {
      faults: [
        `nobody was asked about ${question === "promotion" ? "the promotion of " : ""}${JSON.stringify(run)}; modelloop status names the runs that wait: name one of them`,
      ],
    },
  };
}

function counted({ run, question, model, answers, needed }: ApprovalRecord, { logbook }: OperatorLoop): OperatorAnswer {
  const approvals = answers.length;
  const note = `${approvals} of ${needed} have approved; the run waits for ${needed - approvals} more`;
  logbook.decided({ event: "approval.answered", model, reason: note, values: { run, question, answers: approvals, needed } });
  return { status: 202, body: { done: "counted", note } };
}

async function deliver(subject: Subject, record: ApprovalRecord, loop: OperatorLoop): Promise<OperatorAnswer> {
  const { run, question, model, answers, verdict = "refused", token } = record;
  const by = answers.filter((each) => each.verdict === verdict).map((each) => each.by);
  const reason = answers.at(-1)?.reason ?? verdict;
  const delivery = await loop.tasks.answer(token, { kind: verdict, by, reason });
  const gone = delivery.kind === "gone";
  const told = noticeOfVerdict(record, loop.clock.now(), gone);
  if (told !== undefined) await loop.notifier.tell(told);
  // Last: until then, whoever asks again does all of it again.
  await loop.ledger.approvalDelivered(subject, record);
  const values = { run, question, verdict, by: by.join(" "), delivery: delivery.kind };
  loop.logbook.decided({ event: "approval.decided", model, reason, values });
  if (!gone) return { status: 200, body: { done: verdict, note: NOTES[question][verdict] } };
  const cure = `where it has not gone on, version ${record.version} is rejected within the hour: look at its history, and ask for another run`;
  return {
    status: 409,
    body: { faults: [`${run} waits no more: its time was over, or it was stopped before it could be ${verdict}; ${cure}`] },
  };
}

const NOTES: Record<QuestionKind, Record<Verdict, string>> = {
  release: {
    approved: "the run goes on: it is packaged, and rolled out where the loop does so",
    refused: "the run ends, and its version is rejected",
  },
  promotion: {
    approved: "the release is promoted: it stays with all users",
    refused: "the release is rolled back, and its version is rejected",
  },
};
