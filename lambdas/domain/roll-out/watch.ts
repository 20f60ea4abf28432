/**
 * What a roll-out remembers between two checks, besides what it measures: which stage it is in, and how long it has been doing what there. It
 * travels in the machine's variable. Measurements do not: they are asked for afresh at each check, because a check that is tried or redriven
 * again then sees what the first one saw, and a window that arrives late is seen by the next.
 */
import { z } from "zod";
import { instantSchema, minutesBetween, type Instant } from "../time";

/** What the time until the next check is spent with; each has a limit of its own. */
export const PURSUITS = ["watching", "held", "paused", "stopped", "withheld", "waiting-for-labels"] as const;
export type Pursuit = (typeof PURSUITS)[number];

const minutes = z.number().min(0);

export const watchSchema = z.strictObject({
  stage: z.int().min(0),
  /** When every router pod had the stage's split: windows that began earlier are another stage's. */
  since: instantSchema,
  /** Of the last check. */
  at: instantSchema,
  doing: z.enum(PURSUITS),
  /** Of this stage. */
  watchedMinutes: minutes,
  heldMinutes: minutes,
  waitedMinutes: minutes,
  /** Of the whole roll-out. */
  pausedMinutes: minutes,
});

export type Watch = z.infer<typeof watchSchema>;

export function firstWatch(stage: number, now: Instant, before?: Watch): Watch {
  const pausedMinutes = before?.pausedMinutes ?? 0;
  return { stage, since: now, at: now, doing: "watching", watchedMinutes: 0, heldMinutes: 0, waitedMinutes: 0, pausedMinutes };
}

const BOOKS = {
  watching: "watchedMinutes",
  held: "heldMinutes",
  paused: "pausedMinutes",
  stopped: "pausedMinutes",
  /** Stopped as well, while a limit is broken. */
  withheld: "pausedMinutes",
  "waiting-for-labels": "waitedMinutes",
} as const satisfies Record<Pursuit, keyof Watch>;

/** Books the time since the last check to what it was spent with. */
export function bookedUntil(now: Instant, watch: Watch): Watch {
  const passed = Math.max(0, minutesBetween(watch.at, now));
  const book = BOOKS[watch.doing];
  return { ...watch, at: now, [book]: watch[book] + passed };
}
