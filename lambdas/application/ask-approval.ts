/**
 * R4: people are asked, and the workflow waits under its token. What is written down first is the question; people are told afterwards, and told
 * again under the same key where the step is tried again.
 */
import { noticeOfAsking, noticeOfUndelivered } from "../domain/approvals/approval-notices";
import type { ApprovalQuestion, QuestionKind } from "../domain/approvals/approval";
import { type PromotionRequest, promotionRequestSchema } from "../domain/roll-out/requests";
import type { GovernanceSpec } from "../domain/run/model-spec";
import { approvalRequestSchema, type Judgement } from "../domain/run/steps";
import { figure } from "../domain/values";
import type { Subject } from "../ports/ledger";
import type { Loop } from "./loop";

export type AskingLoop = Pick<Loop, "ledger" | "notifier" | "logbook" | "clock">;

interface Asking {
  subject: Subject;
  question: ApprovalQuestion;
  /** What people decide by. */
  figures: string[];
}

/** @throws ZodError for what is no request: the step fails, and the run with it. */
export async function askApproval(request: unknown, { ledger, notifier, logbook, clock }: AskingLoop): Promise<{ until: string }> {
  const { subject, question, figures } = askingOf(request);
  const { run, model, version, because, question: kind } = question;
  const now = clock.now();
  const record = await ledger.askApproval(subject, question, now);
  const reason = because.join("; ") || "automatic approval is off";
  const values = { run, question: kind, version, until: record.until };
  logbook.decided({ event: "approval.asked", model, reason, values });
  // Its verdict was given under a token that is dead by now.
  const told = record.verdict === undefined ? noticeOfAsking(record, figures, now) : noticeOfUndelivered(record, now);
  if (told !== undefined) await notifier.tell(told);
  return { until: record.until };
}

/** Only a roll-out's question brings an order; what is wrong with a request is told in the words of the one that it is. */
function askingOf(request: unknown): Asking {
  const isPromotion = typeof request === "object" && request !== null && "order" in request;
  return isPromotion ? promotionAsked(promotionRequestSchema.parse(request)) : releaseAsked(approvalRequestSchema.parse(request));
}

function releaseAsked({ plan, judgement, registered, token }: ReturnType<typeof approvalRequestSchema.parse>): Asking {
  const { run, spec, askedBy } = plan;
  const { model, line, governance } = spec;
  const { version, semanticVersion } = registered;
  const because = judgement.needsApproval;
  return {
    subject: { line, model },
    question: { ...{ run, model, version, semanticVersion, token, askedBy, because }, ...askedUnder("release", governance) },
    figures: figuresOf(judgement),
  };
}

function promotionAsked({ order, reason, watch, token }: PromotionRequest): Asking {
  const { run, model, line, version, semanticVersion, release, askedBy, governance } = order;
  const percent = order.rollOut.stages[watch.stage]?.percent ?? 100;
  const hours = (minutes: number): string => `${figure(minutes / 60)} hours`;
  return {
    subject: { line, model },
    question: { ...{ run, model, version, semanticVersion, token, askedBy, because: [reason] }, ...askedUnder("promotion", governance) },
    figures: [
      `${release} has had ${percent} % of the traffic since ${watch.since}: watched for ${hours(watch.watchedMinutes)}, and ${hours(watch.waitedMinutes)} more for labels`,
    ],
  };
}

function askedUnder(question: QuestionKind, { approvers, approvalsNeeded, remindAfterHours, timeoutHours }: GovernanceSpec) {
  return { question, approvers, needed: approvalsNeeded, remindAfterHours, timeoutHours };
}

function figuresOf({ gates }: Judgement): string[] {
  return gates.map(({ model, gate, value, outcome }) => `${model}: ${gate}: ${value === undefined ? "" : `${figure(value)}, `}${outcome}`);
}
