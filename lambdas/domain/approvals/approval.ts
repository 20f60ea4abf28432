/**
 * R4: a version waits for people. Each question is asked once for a run; each principal counts once; the needed number of approvals or one refusal
 * ends it, and so does its time. Silence is a refusal.
 */
import { z } from "zod";
import { modelNameSchema } from "../names";
import { hoursAfter, hoursBetween, instantSchema, minutesAfter, type Instant } from "../time";
import { identityOf, isApprover } from "./principal";

export const VERDICTS = ["approved", "refused"] as const;

export type Verdict = (typeof VERDICTS)[number];

/**
 * What people are asked about a run, one after the other: whether its version is released, and, where the roll-out's last stage saw no labels,
 * whether the release is promoted without them.
 */
export const QUESTIONS = ["release", "promotion"] as const;

export type QuestionKind = (typeof QUESTIONS)[number];

const answerSchema = z.strictObject({
  /** With the session's name. */
  by: z.string().min(1),
  verdict: z.enum(VERDICTS),
  reason: z.string().min(1),
  at: instantSchema,
});

export type ApprovalAnswer = z.infer<typeof answerSchema>;

export const approvalRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  run: z.string().min(1),
  /** Records that do not say are of the time of one question. */
  question: z.enum(QUESTIONS).default("release"),
  model: modelNameSchema,
  version: z.string().min(1),
  semanticVersion: z.string().min(1),
  /** Of the newest task that waits: a step that is tried again waits with another. */
  token: z.string().min(1),
  askedAt: instantSchema,
  /** From then on, silence is a refusal: the workflow's task has timed out. */
  until: instantSchema,
  remindAt: instantSchema,
  /** How often people were reminded. */
  reminders: z.int().min(0),
  approvers: z.array(z.string()),
  needed: z.int().min(1),
  /** Principals who asked for the run by hand: none of them may approve it. */
  askedBy: z.array(z.string()),
  /** Why people are asked. */
  because: z.array(z.string()),
  answers: z.array(answerSchema),
  verdict: z.enum(VERDICTS).optional(),
  /** Whether the workflow has taken the verdict. */
  delivered: z.boolean(),
});

export type ApprovalRecord = z.infer<typeof approvalRecordSchema>;

/** A run may have been asked about twice. */
export type QuestionKey = Pick<ApprovalRecord, "run" | "question">;

export interface ApprovalQuestion extends Pick<
  ApprovalRecord,
  "run" | "question" | "model" | "version" | "semanticVersion" | "token" | "approvers" | "needed" | "askedBy" | "because"
> {
  remindAfterHours: number;
  timeoutHours: number;
}

/**
 * Asked again, the answers that were given stay given, and so does the first asking's time: a step that is tried again must not make silence
 * wait for twice as long. Only a run that is taken up again after its time has passed is asked about anew.
 */
export function asked(known: ApprovalRecord | undefined, question: ApprovalQuestion, now: Instant): ApprovalRecord {
  const { remindAfterHours, timeoutHours, ...kept } = question;
  const stands = known !== undefined && (known.verdict !== undefined || now <= known.until);
  if (stands) return { ...known, token: question.token, delivered: known.token === question.token && known.delivered };
  const [remindAt, until] = [hoursAfter(now, remindAfterHours), hoursAfter(now, timeoutHours)];
  return { schemaVersion: 1, ...kept, askedAt: now, until, remindAt, reminders: 0, answers: [], delivered: false };
}

/** `counted`: the record with the answer. `deliver`: nothing new, but the verdict is not known to have reached the workflow. */
export type Counted =
  { kind: "counted"; record: ApprovalRecord } | { kind: "deliver"; record: ApprovalRecord } | { kind: "refused"; fault: string };

export function answered(record: ApprovalRecord, answer: ApprovalAnswer): Counted {
  const { run, verdict, answers, needed, until } = record;
  if (verdict !== undefined && !record.delivered && answer.at <= until && mayDeliver(record, answer.by)) return { kind: "deliver", record };
  if (verdict !== undefined) {
    const last = answers.at(-1);
    return refused(`${run} was ${verdict} at ${last?.at} by ${last?.by} (${last?.reason}); one answer is final: look at its history`);
  }
  if (answer.at > until) return refused(`${run} waited until ${until}, and silence is a refusal: ask for another run`);
  const fault = whyNot(record, answer);
  if (fault !== undefined) return refused(fault);
  const next = { ...record, answers: [...answers, answer] };
  const approvals = next.answers.filter((each) => each.verdict === "approved").length;
  const decided = answer.verdict === "refused" ? "refused" : approvals >= needed ? "approved" : undefined;
  return { kind: "counted", record: { ...next, ...(decided && { verdict: decided }) } };
}

function refused(fault: string): Counted {
  return { kind: "refused", fault };
}

/** Whoever might have given it may give it again. */
function mayDeliver({ approvers, askedBy }: ApprovalRecord, by: string): boolean {
  return approvers.some((each) => isApprover(by, each)) && !isOwn(askedBy, by);
}

function whyNot({ run, approvers, askedBy, answers }: ApprovalRecord, { by }: ApprovalAnswer): string | undefined {
  if (!approvers.some((each) => isApprover(by, each))) {
    const list = approvers.length === 0 ? "nobody" : approvers.join(", ");
    return `${by} is none of the approvers of ${run}; they are ${list}: ask one of them`;
  }
  if (isOwn(askedBy, by)) {
    return `${by} has asked for ${run}, or shares a role with who has; nobody decides about a run of their own: ask another approver`;
  }
  const before = answers.find((each) => identityOf(each.by) === identityOf(by));
  if (before === undefined) return undefined;
  return `${before.by} has ${before.verdict} ${run} at ${before.at}; each principal counts once, whatever its session: ask another approver`;
}

function isOwn(askedBy: readonly string[], by: string): boolean {
  return askedBy.some((each) => identityOf(each) === identityOf(by));
}

export function isOpen({ verdict, until }: ApprovalRecord, now: Instant): boolean {
  return verdict === undefined && now <= until;
}

/** Decided, and the workflow may still be waiting: an answer was lost on its way. */
export function isUndelivered({ verdict, delivered, until }: ApprovalRecord, now: Instant): boolean {
  return verdict !== undefined && !delivered && now <= until;
}

/** Of a run's questions the one that an answer means: the one it names; else the one that waits, else the newest, whose end is then told. */
export function questionMeant(records: readonly ApprovalRecord[], now: Instant, named?: QuestionKind): ApprovalRecord | undefined {
  const newestFirst = records
    .filter(({ question }) => named === undefined || question === named)
    .sort((one, other) => (one.askedAt > other.askedAt ? -1 : 1));
  return newestFirst.find((each) => isOpen(each, now) || isUndelivered(each, now)) ?? newestFirst[0];
}

/** An answer that names no question is one to the first, which everybody knows; silence about the second must not be broken by mistake. */
export function unnamedFault(record: ApprovalRecord, named: QuestionKind | undefined, now: Instant): string | undefined {
  const { run, question, version } = record;
  const waits = isOpen(record, now) || isUndelivered(record, now);
  if (question === "release" || named !== undefined || !waits) return undefined;
  return `${run} is asking whether version ${version} is promoted without labels, and the answer names no question; whether it is released was asked before, and is over: add --question promotion to mean this one`;
}

export type Reminder = "remind" | "escalate";

/** People are reminded once, and half-way between that and the end somebody is woken: from then on, silence is about to decide. */
export function reminderDue(record: ApprovalRecord, now: Instant): Reminder | undefined {
  const { remindAt, until, reminders } = record;
  if (!isOpen(record, now)) return undefined;
  const halfway = minutesAfter(remindAt, Math.max(0, hoursBetween(remindAt, until) * 30));
  if (now >= halfway && halfway > remindAt) return reminders < 2 ? "escalate" : undefined;
  return now >= remindAt && reminders < 1 ? "remind" : undefined;
}

export function reminded(record: ApprovalRecord, reminder: Reminder): ApprovalRecord {
  return { ...record, reminders: Math.max(record.reminders, reminder === "escalate" ? 2 : 1) };
}
