/**
 * The loop's memory.
 *
 * Everything the loop promises under duplicated, reordered, delayed and redelivered messages rests on three habits of whoever implements this:
 * every write is conditional on what was read; what belongs together is written together or not at all, its audit line included; time is an
 * argument, and nothing is believed gone because it has expired.
 *
 * Functions passed in (`decide`) are pure: they are called again when somebody else was quicker.
 *
 * A caller may die between any two calls. What then must be done, by whoever comes next:
 *
 * | it died                                       | what is there                       | who goes on                                     |
 * |-----------------------------------------------|-------------------------------------|-------------------------------------------------|
 * | before `settle` was written                   | nothing                             | the queue delivers the message again            |
 * | after `settle` wrote a start, before the      | the lock, not confirmed             | the same message again, or the hourly           |
 * | workflow was started                          |                                     | examination: `settle` answers `start`, resumed  |
 * | after the workflow was started                | the lock, not confirmed             | the same: starting it under its name again is   |
 * |                                               |                                     | harmless; or the workflow's own first `renew`   |
 * | after `settle` wrote a schedule or pend,      | PENDING                             | the hourly examination, which asks for          |
 * | before a wake-up was ordered                  |                                     | `waiting` and needs no wake-up                  |
 * | inside the workflow                           | the lock, until its lease ends      | any later `settle` takes the lock over, with    |
 * |                                               |                                     | what the run was to answer                      |
 * | after the workflow wrote its end, before      | the lock, and the run's own record  | the hourly examination, which asks for          |
 * | anybody was told of it                        |                                     | `writtenEnd` and calls `end`                    |
 * | the same, with traffic between two versions   | a roll-out without a run            | the hourly examination: `strandedRollOut` is    |
 * |                                               |                                     | rolled back, after `raiseFence`                 |
 * | after `end`, before examining again           | PENDING, no lock                    | the end's event again: `not-running` is no      |
 * |                                               |                                     | reason to skip the examination                  |
 * | after `beginAtOnce`, before `finishAtOnce`    | a raised fence; perhaps new traffic | the queue: the same decisions; another fence    |
 * |                                               |                                     | where the traffic does not show them yet        |
 * | after `addFeedback`, before its signal was    | the trigger, untold                 | the next batch, or `untoldFeedback`; the signal |
 * | sent                                          |                                     | has one dedup key however often it is sent      |
 *
 * Duties of the workflow follow. Its first step is `renew`, and it ends where that answers `lost`: a starter that slept past its lease may
 * wake and start a run that was replaced. It renews well before its lease ends, and before each wait until after that wait. It takes a fence
 * before its first write of release or traffic, and writes only as `checkFence` says. It records how its roll-out ended before it ends.
 */
import type { ApprovalAnswer, ApprovalQuestion, ApprovalRecord, QuestionKey, QuestionKind, Reminder } from "../domain/approvals/approval";
import type { AtOnceDecision, RetrainingDecision } from "../domain/decisions";
import type { AuditRecord } from "../domain/ledger-audit";
import type { FeedbackTrigger } from "../domain/ledger-feedback";
import type { KeptVersion } from "../domain/ledger-records";
import type { TrafficChange } from "../domain/ledger-traffic";
import type { DataQualityNews, GivingUp, Mode, OrderByHand, RetrainingView, RollOutInProgress, TrafficView } from "../domain/ledger-view";
import type { Pending, RunOutcome } from "../domain/pending";
import type { Signal } from "../domain/signals";
import type { Instant } from "../domain/time";

/** The lock and the fence belong to the line, whose models share one server; what is pending belongs to the model. */
export interface Subject {
  line: string;
  model: string;
}

export interface RetrainingQuestion {
  subject: Subject;
  /** Absent where what is pending is examined again. */
  signal?: Signal | undefined;
  now: Instant;
  /** Of the lock, if the decision takes it. At least as long as the longest life of a starter, or a slow one is overtaken. */
  leaseUntil: Instant;
}

export interface AtOnceQuestion {
  subject: Subject;
  signal: Signal;
  now: Instant;
}

export type RenewOutcome = { kind: "renewed"; leaseUntil: Instant; fence: number } | LostLock;

export type ReleaseOutcome = { kind: "taken"; fence: number } | LostLock;

/** The lock is another run's, or nobody's: this run is to end without touching anything. */
export interface LostLock {
  kind: "lost";
  /** The run that has it. */
  by?: string;
}

/** `dropped`: who had asked for the run by hand, where that wish is not given back. */
export type EndOutcome = { kind: "ended"; model: string; pending?: Pending; dropped?: readonly string[] } | { kind: "not-running" };

/** What the workflow has written down of the end of a run that still has the lock. */
export interface WrittenEnd {
  run: string;
  model: string;
  outcome: RunOutcome;
  endedAt: Instant;
}

/** A model of the line that somebody should look at. */
export interface Waiting {
  subject: Subject;
  pending?: Pending;
  /** When there is something to do for it; in the past where it is due. */
  dueAt: Instant;
}

export interface RetrainingLedger {
  /**
   * Reads, decides, and writes what was decided on condition that nothing read has changed; else reads and decides again. The answer is what
   * stands in the ledger. A start is a lock taken, the demand moved into it, the signal marked and the line told, in one transaction.
   * @throws LedgerBusyError when others were quicker too often: nothing is written, deliver the message again.
   */
  settle(question: RetrainingQuestion, decide: (view: RetrainingView) => RetrainingDecision): Promise<RetrainingDecision>;
  /**
   * The run lives: called by its starter once the workflow has started, and by the workflow. Never shortens. A lease that has ended can be
   * renewed as long as nobody has taken the lock over.
   */
  renew(line: string, run: string, leaseUntil: Instant): Promise<RenewOutcome>;
  /** Frees the lock if it is this run's, and gives back what the run leaves unanswered. Called from several places; the first one counts. */
  end(line: string, run: string, outcome: RunOutcome, now: Instant): Promise<EndOutcome>;
  /** The run that has the lock, whether or not its lease has ended: as long as nobody has taken it, its end is not known. */
  holder(line: string): Promise<string | undefined>;
  /** Undefined where no run has the lock, or where its workflow has not written an end: it lives, or it died without a word. */
  writtenEnd(line: string): Promise<WrittenEnd | undefined>;
  /** The models of the line with something pending, or whose run is not confirmed or has let its lease end; by `dueAt`. */
  waiting(line: string, now: Instant): Promise<Waiting[]>;
  /** Changes nothing where something newer is known (`latestDataQuality`). */
  recordDataQuality(subject: Subject, news: DataQualityNews, now: Instant): Promise<void>;
}

export type FenceOutcome = { kind: "current" } | { kind: "stale"; fence: number };
export type TrafficOutcome =
  { kind: "recorded" } | { kind: "already-recorded" } | { kind: "stale"; fence: number } | { kind: "refused"; reason: string };

export interface TrafficLedger {
  trafficView(subject: Subject, signal?: Signal): Promise<TrafficView>;
  /**
   * Decides, and writes what must stand before anything is done: a roll-back raises the fence, a pause pauses the roll-out. It waits for no
   * lock. Then do what was decided, and call `finishAtOnce`; until then each delivery of the signal decides and does it again, unless the
   * traffic shows that it has been done (`standsStill`): then the answer is what was decided the first time.
   */
  beginAtOnce(question: AtOnceQuestion, decide: (view: TrafficView) => AtOnceDecision[]): Promise<AtOnceDecision[]>;
  finishAtOnce(question: AtOnceQuestion, decisions: readonly AtOnceDecision[]): Promise<void>;
  /**
   * The fence for a run's release and roll-out, to be taken before the first write of either: roll-backs during hours of training are no
   * reason to throw the run away. Given once; whoever asks again gets the same, stale or not.
   */
  takeFence(line: string, run: string): Promise<ReleaseOutcome>;
  /**
   * To be asked between reading the traffic's resourceVersion and writing with it. Then either the fence was raised before and this answers
   * `stale`, or whoever raises it writes after us, or has written between and the resourceVersion refuses us.
   */
  checkFence(line: string, fence: number): Promise<FenceOutcome>;
  /**
   * For whoever rolls back without a signal: a person, to any earlier version, or the examination that finds a stranded roll-out. Whatever
   * fence there was, the one given back is newer, and all before it are stale. The line told gains it as `values.fence`.
   * @param byHand a person's order, which stands until it is carried out: neither a run that gives up nor the hourly look raises the fence over it
   */
  raiseFence(line: string, record: AuditRecord, byHand?: Pick<OrderByHand, "from" | "to">): Promise<number>;
  /**
   * The same for a run that takes its own release back, which takes many turns. Raised and told of once a run; whoever asks again gets what was
   * given then, stale or not: a roll-back that was ordered meanwhile is the newer one. Over a person's order it is not
   * raised: that order's fence is given, and where it leads to.
   */
  raiseFenceToGiveUp(line: string, wish: Omit<GivingUp, "fence">, record: AuditRecord): Promise<GivingUp>;
  /** A roll-out whose run has lost the lock or let its lease end, and that no person has ordered back: nobody is bringing its traffic to an end. */
  strandedRollOut(line: string, now: Instant): Promise<RollOutInProgress | undefined>;
  /** After traffic was written; refused where the fence is no longer the writer's. */
  recordTraffic(subject: Subject, change: TrafficChange, user: string, now: Instant): Promise<TrafficOutcome>;
}

export interface FeedbackBatch {
  /** Equal for every delivery of the batch. */
  batch: string;
  corrections: number;
}

export interface FeedbackOutcome {
  kind: "counted" | "duplicate";
  total: number;
  /** One for each full thousand whose signal is not known to have been sent; the caller sends them, then says so. */
  triggers: FeedbackTrigger[];
}

export interface FeedbackLedger {
  addFeedback(subject: Subject, batch: FeedbackBatch, now: Instant): Promise<FeedbackOutcome>;
  untoldFeedback(subject: Subject): Promise<FeedbackTrigger[]>;
  feedbackTold(subject: Subject, triggers: readonly FeedbackTrigger[]): Promise<void>;
}

export interface SwitchChange {
  user: string;
  reason: string;
  now: Instant;
}

export interface Switchboard {
  /** Whether all automatic action is stopped. Checked again inside the transaction of every automatic start. */
  stopped(): Promise<boolean>;
  /** Told also where nothing changes: whoever stops a loop that is stopped stands in the trail beside the first one. */
  setStopped(stopped: boolean, change: SwitchChange): Promise<void>;
  /** `observe` until it was set. */
  mode(subject: Subject): Promise<Mode>;
  /** When the mode last changed to `act`; undefined in mode observe. */
  actsSince(subject: Subject): Promise<Instant | undefined>;
  /** @throws LineInUseError where the model is to act on another line than before, while something of it is under way there. */
  setMode(subject: Subject, mode: Mode, change: SwitchChange): Promise<void>;
}

export interface AuditQuery {
  /** Absent for what concerns the whole loop. */
  model?: string;
  from: Instant;
  /** Not included. */
  until: Instant;
  /** At least 1: no more than so many, the newest; the others are not read. */
  newest?: number;
}

export interface AuditTrail {
  /** For what no other method tells of. Telling the same again changes nothing. */
  audit(record: AuditRecord): Promise<void>;
  /** Oldest first. */
  auditRecords(query: AuditQuery): Promise<AuditRecord[]>;
}

/** `refused`: a whole sentence; nothing was written. `decided`: `record.verdict` is to be delivered to the workflow, then `approvalDelivered`. */
export type AnswerOutcome =
  | { kind: "counted"; record: ApprovalRecord }
  | { kind: "decided"; record: ApprovalRecord }
  | { kind: "refused"; fault: string }
  | { kind: "not-asked" };

/**
 * R4: what people are asked, and what they said. A verdict is written first and delivered to the workflow afterwards; whoever dies in between
 * leaves it undelivered, and any approver who says it again delivers it.
 */
export interface ApprovalLedger {
  /** The same question asked again keeps its answers, and waits under the newer token. */
  askApproval(subject: Subject, question: ApprovalQuestion, now: Instant): Promise<ApprovalRecord>;
  /** To the question about the run that waits. */
  answerApproval(subject: Subject, run: string, answer: ApprovalAnswer, question?: QuestionKind): Promise<AnswerOutcome>;
  /** The workflow has taken the verdict, or waits no more. */
  approvalDelivered(subject: Subject, question: QuestionKey): Promise<void>;
  /** Of the model: those that wait for people, and those whose verdict has not reached the workflow. */
  openApprovals(subject: Subject, now: Instant): Promise<ApprovalRecord[]>;
  approvalReminded(subject: Subject, question: QuestionKey, reminder: Reminder): Promise<void>;
}

export type { KeptVersion } from "../domain/ledger-records";

/** O5: the versions that have served, so that going back needs no registry. */
export interface VersionLedger {
  /** Told again, the first time counts. */
  keepVersion(subject: Subject, version: Omit<KeptVersion, "schemaVersion">): Promise<void>;
  /** Newest first. */
  keptVersions(subject: Subject): Promise<KeptVersion[]>;
}

export interface Ledger extends RetrainingLedger, TrafficLedger, FeedbackLedger, Switchboard, AuditTrail, ApprovalLedger, VersionLedger {}

/** Others were quicker too often. Nothing was written. */
export class LedgerBusyError extends Error {
  override readonly name = "LedgerBusyError";
}

/** A whole sentence with its cure. Nothing was written, and nothing is until the declaration is right: its messages go to the dead letters. */
export class LineInUseError extends Error {
  override readonly name = "LineInUseError";
}
