/**
 * R4: people are asked, and the workflow waits under its token. What is written down first is the question; people are told afterwards, and told
 * again under the same key where the step is tried again.
 */
import { noticeOfAsking, noticeOfUndelivered } from "../domain/approvals/approval-notices";
import { approvalRequestSchema, type Judgement } from "../domain/run/steps";
import { figure } from "../domain/values";
import type { Loop } from "./loop";

export type AskingLoop = Pick<Loop, "ledger" | "notifier" | "logbook" | "clock">;

/** @throws ZodError for what is no request: the step fails, and the run with it. */
export async function askApproval(request: unknown, { ledger, notifier, logbook, clock }: AskingLoop): Promise<{ until: string }> {
  const { plan, judgement, registered, token } = approvalRequestSchema.parse(request);
  const { run, spec, askedBy } = plan;
  const { model, line, governance } = spec;
  const now = clock.now();
  const { version, semanticVersion } = registered;
  const because = judgement.needsApproval;
  const record = await ledger.askApproval(
    { line, model },
    {
      ...{ run, model, version, semanticVersion, token, askedBy, because, approvers: governance.approvers },
      ...{ needed: governance.approvalsNeeded, remindAfterHours: governance.remindAfterHours, timeoutHours: governance.timeoutHours },
    },
    now,
  );
  const reason = because.join("; ") || "automatic approval is off";
  logbook.decided({ event: "approval.asked", model, reason, values: { run, version, until: record.until } });
  // Its verdict was given under a token that is dead by now.
  const told = record.verdict === undefined ? noticeOfAsking(record, figures(judgement), now) : noticeOfUndelivered(record, now);
  if (told !== undefined) await notifier.tell(told);
  return { until: record.until };
}

function figures({ gates }: Judgement): string[] {
  return gates.map(({ model, gate, value, outcome }) => `${model}: ${gate}: ${value === undefined ? "" : `${figure(value)}, `}${outcome}`);
}
