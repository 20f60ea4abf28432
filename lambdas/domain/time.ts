import { z } from "zod";

/** ISO 8601 in UTC with milliseconds, always spelt this way: comparing two of them as strings then compares the times. */
export type Instant = string;

export const instantSchema = z.iso.datetime({ precision: 3 });

const MILLISECONDS_PER_MINUTE = 60_000;

/** The one spelling of a time; the only door by which times of other systems (alarms write `+0000`) come in. */
export function instant(time: string | number | Date): Instant {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) throw new RangeError(`${JSON.stringify(time)} is not a time; write it as 2026-03-02T14:15:00.000Z`);
  return date.toISOString();
}

export function minutesAfter(time: Instant, minutes: number): Instant {
  return instant(Date.parse(time) + minutes * MILLISECONDS_PER_MINUTE);
}

export function hoursAfter(time: Instant, hours: number): Instant {
  return minutesAfter(time, hours * 60);
}

export function hoursBetween(earlier: Instant, later: Instant): number {
  return (Date.parse(later) - Date.parse(earlier)) / (60 * MILLISECONDS_PER_MINUTE);
}

export function minutesBetween(earlier: Instant, later: Instant): number {
  return (Date.parse(later) - Date.parse(earlier)) / MILLISECONDS_PER_MINUTE;
}

export function earliest(times: readonly [Instant, ...Instant[]]): Instant {
  return times.reduce((first, time) => (time < first ? time : first));
}

export function latest(times: readonly [Instant, ...Instant[]]): Instant {
  return times.reduce((last, time) => (time > last ? time : last));
}
