import { asked, type QuestionKey, type ApprovalQuestion, type ApprovalRecord } from "../../../../lambdas/domain/approvals/approval";
import { NOW } from "../examples";

const person = (role: string, session: string) => `arn:aws:sts::123456789012:assumed-role/${role}/${session}`;

export const ADA = person("ml-lead", "ada");
export const BOB = person("qa-lead", "bob");
export const CAROL = person("ml-lead", "carol");
export const EVE = person("intern", "eve");
export const APPROVERS = ["ml-lead", "qa-lead"].map((role) => `arn:aws:iam::123456789012:role/${role}`);

export const RUN = "log-anomaly-data-drift-2026030214-5be1c0de";

/** The run's two questions. */
export const RELEASE: QuestionKey = { run: RUN, question: "release" };
export const PROMOTION: QuestionKey = { run: RUN, question: "promotion" };

export function question(change: Partial<ApprovalQuestion> = {}): ApprovalQuestion {
  return {
    ...{
      run: RUN,
      question: "release",
      model: "log-anomaly",
      version: "7",
      semanticVersion: "1.3.0",
      token: "token-1",
      approvers: APPROVERS,
      needed: 1,
    },
    ...{ askedBy: [], because: ["accuracy fell by 6 points"], remindAfterHours: 4, timeoutHours: 48 },
    ...change,
  };
}

export function record(change: Partial<ApprovalQuestion> = {}): ApprovalRecord {
  return asked(undefined, question(change), NOW);
}
