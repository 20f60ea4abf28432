/**
 * What the ledger knows about a model at one moment, as the decisions need it. Plain data: whoever assembles it has read it consistently,
 * and writes the outcome on condition that nothing of it has changed.
 */
import { z } from "zod";
import { modelNameSchema } from "./names";
import { pendingSchema, type Pending, type RunOutcome } from "./pending";
import { hoursAfter, instantSchema, type Instant } from "./time";

/** `observe`: decide, record and tell, touch nothing. Every new loop starts so; `act` is chosen for each model. */
export const MODES = ["observe", "act"] as const;

export type Mode = (typeof MODES)[number];

/** The lock: there is at most one a model line, whose models share a server, and a run that has it is the only one. */
export const runningSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Whose run it is: perhaps another model of the line. */
  model: modelNameSchema,
  run: z.string(),
  fence: z.int().min(1),
  /** The one for its release and roll-out, once it has taken it. */
  releaseFence: z.int().min(1).optional(),
  startedAt: instantSchema,
  /** Renewed while the run lives; a lock whose lease has ended may be taken over. */
  leaseUntil: instantSchema,
  /** Whether the workflow is known to have started: between taking the lock and knowing, the starter may have died. */
  confirmed: z.boolean(),
  /** What the run answers; given back if it does not finish. */
  demand: pendingSchema,
});

export type Running = z.infer<typeof runningSchema>;

/** The lease's last instant still belongs to the holder. */
export function leaseEnded({ leaseUntil }: Running, now: Instant): boolean {
  return leaseUntil < now;
}

export interface EndedRun {
  startedAt: Instant;
  endedAt: Instant;
  outcome: RunOutcome;
}

/** What an alarm has said of the data, and when it said so; a record from before that was kept has no `at`, and anything is newer. */
export type DataQualityState = { kind: "unknown" } | { kind: "sound"; at?: Instant } | { kind: "broken"; reason: string; at?: Instant };

export type DataQualityNews = { kind: "sound"; at: Instant } | { kind: "broken"; reason: string; at: Instant };

/**
 * The last word counts, by the time at which it was said: messages overtake each other and come again, and data that were called broken by the
 * alarm before the last would keep every retraining waiting for ever. Of two in one instant the bad one counts.
 */
export function latestDataQuality(known: DataQualityState, news: DataQualityNews): DataQualityState {
  if (known.kind === "unknown" || known.at === undefined || news.at > known.at) return news;
  return news.at === known.at && news.kind === "broken" && known.kind === "sound" ? news : known;
}

/** What both kinds of decision look at. */
export interface Switches {
  mode: Mode;
  /** The stop switch: record and tell only, whatever the mode. A person's own actions are not automatic and go on. */
  stopped: boolean;
  /**
   * Whether this very signal was dealt with. True only once the effect is recorded too (in the same transaction, or after it): a signal
   * marked before its effect is lost by a crash between the two.
   */
  handled: boolean;
  /** The last fence given out for the model line; 0 before the first. */
  fence: number;
}

export interface RetrainingView extends Switches {
  /** Of the line. */
  running?: Running | undefined;
  lastRun?: EndedRun | undefined;
  /** Automatic starts of at least the last 7 days. */
  automaticStarts: readonly Instant[];
  pending?: Pending | undefined;
  dataQuality: DataQualityState;
}

export interface RollOutInProgress {
  run: string;
  candidate: string;
  champion: string;
  paused: boolean;
}

/** The newest promotion of the model line. */
export interface Promotion {
  version: string;
  previousVersion: string;
  promotedAt: Instant;
  /** Until then the old version's slot is warm and traffic can be given back at once. */
  oldSlotKeptUntil: Instant;
  /** Whether it was automatically rolled back before; set only after traffic was written. */
  rolledBack: boolean;
}

/** A run that takes its own release back. */
export interface GivingUp {
  run: string;
  /** Given once: raised at each turn, it would have every pod of the router replaced anew each time. */
  fence: number;
  /** Whether anybody had the release when it began. */
  hadUsers: boolean;
  /** Releases. Absent in records of before that they were kept: home. */
  from?: string | undefined;
  to?: string | undefined;
  /** Who had ordered traffic back just before: theirs is the fence, and the way. */
  user?: string | undefined;
}

/** A person's roll-back that is not known to be carried out: what the loop does of its own accord gives way to it. */
export interface OrderByHand {
  fence: number;
  /** Releases. */
  from: string;
  to: string;
  user: string;
  at: Instant;
}

/** Longer than an order is tried: 15 deliveries, six minutes apart. Afterwards it lies among the dead letters, and gives nobody a reason to wait. */
const ORDER_STANDS_HOURS = 2;

/** Whoever has raised the fence since has overtaken it. */
export function standingOrder({ fence, ordered }: { fence: number; ordered?: OrderByHand | undefined }, now: Instant) {
  return ordered !== undefined && ordered.fence === fence && now < hoursAfter(ordered.at, ORDER_STANDS_HOURS) ? ordered : undefined;
}

export interface TrafficView extends Switches {
  ordered?: OrderByHand | undefined;
  /** The last one. */
  givingUp?: GivingUp | undefined;
  rollOut?: RollOutInProgress | undefined;
  promotion?: Promotion | undefined;
}
