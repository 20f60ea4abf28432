/**
 * How often the loop may retrain by itself. Real metrics drift all the time (the psi of a day of server metrics against one reference week
 * is above 0.3 in about half of all hours), so a loop without these limits would retrain for ever. A person is bound by neither.
 */
import { hoursAfter, type Instant } from "./time";
import type { Values } from "./values";

export interface RetrainingLimits {
  /** Hours after the end of a run, however it ended, before the next automatic one. */
  coolDownHours: number;
  /** Automatic starts within any 168 hours; after that a person decides. */
  automaticStartsPerWeek: number;
}

export const DEFAULT_RETRAINING_LIMITS: RetrainingLimits = { coolDownHours: 24, automaticStartsPerWeek: 3 };

const HOURS_PER_WEEK = 168;

export interface RetrainingHistory {
  lastEndedAt?: Instant | undefined;
  /** Starts without a person, in any order; older than a week may be left out. */
  automaticStarts: readonly Instant[];
}

export type Rest =
  | { kind: "free" }
  /** `until` is absent where the limit is 0: then only a person starts a run. */
  | { kind: "cool-down" | "weekly-limit"; until?: Instant; reason: string; values: Values };

/** Whether the limits allow an automatic start now. A limit that ends at this very instant has ended. */
export function restAfterRuns(history: RetrainingHistory, limits: RetrainingLimits, now: Instant): Rest {
  return coolDown(history, limits, now) ?? weeklyLimit(history, limits, now) ?? { kind: "free" };
}

function coolDown({ lastEndedAt }: RetrainingHistory, { coolDownHours }: RetrainingLimits, now: Instant): Rest | undefined {
  if (lastEndedAt === undefined) return undefined;
  const until = hoursAfter(lastEndedAt, coolDownHours);
  if (until <= now) return undefined;
  return {
    kind: "cool-down",
    until,
    reason: `the last run ended at ${lastEndedAt}; the next automatic one may start ${coolDownHours} h later, at ${until}`,
    values: { lastEndedAt, coolDownHours, until },
  };
}

function weeklyLimit({ automaticStarts }: RetrainingHistory, { automaticStartsPerWeek }: RetrainingLimits, now: Instant): Rest | undefined {
  const weekAgo = hoursAfter(now, -HOURS_PER_WEEK);
  const recent = automaticStarts.filter((start) => start > weekAgo).sort();
  if (recent.length < automaticStartsPerWeek) return undefined;
  const makesRoom = recent[recent.length - automaticStartsPerWeek];
  const until = makesRoom === undefined ? undefined : hoursAfter(makesRoom, HOURS_PER_WEEK);
  const next = until === undefined ? "only a person may start one" : `the next may start at ${until}, or now by a person`;
  return {
    kind: "weekly-limit",
    ...(until === undefined ? {} : { until }),
    reason: `automatic runs in 7 days: ${recent.length}, allowed ${automaticStartsPerWeek}; ${next}`,
    values: { automaticStarts: recent.length, automaticStartsPerWeek, ...(until === undefined ? {} : { until }) },
  };
}
