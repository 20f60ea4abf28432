/** The hours in which AWS may work on a database or cache, as RDS and ElastiCache write them: UTC, `03:00-04:00` or `sun:05:00-sun:06:00`. */

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTES_A_DAY = 24 * 60;
const MINUTES_A_WEEK = 7 * MINUTES_A_DAY;

export interface WindowRule {
  readonly shortestMinutes: number;
  readonly longestMinutes: number;
  readonly service: string;
}

/** Minutes since Monday 00:00, and how long it lasts. */
interface Span {
  readonly start: number;
  readonly minutes: number;
}

export function dailyWindowFaults(property: string, window: string, rule: WindowRule): string[] {
  return faults(property, window, dailySpan(window), rule, "hh:mm-hh:mm in UTC, such as 03:00-04:00");
}

export function weeklyWindowFaults(property: string, window: string, rule: WindowRule): string[] {
  return faults(property, window, weeklySpan(window), rule, "ddd:hh:mm-ddd:hh:mm in UTC, such as sun:05:00-sun:06:00");
}

/** Whether the daily window falls into the weekly one on any day. False where either cannot be read: that is a fault of its own. */
export function windowsOverlap(daily: string, weekly: string): boolean {
  const one = dailySpan(daily);
  const other = weeklySpan(weekly);
  if (one === undefined || other === undefined) return false;
  return DAYS.some((_, day) => overlap({ ...one, start: one.start + day * MINUTES_A_DAY }, other));
}

function overlap(one: Span, other: Span): boolean {
  const fromOneToOther = (other.start - one.start + MINUTES_A_WEEK) % MINUTES_A_WEEK;
  const fromOtherToOne = (one.start - other.start + MINUTES_A_WEEK) % MINUTES_A_WEEK;
  return fromOneToOther < one.minutes || fromOtherToOne < other.minutes;
}

function faults(property: string, window: string, span: Span | undefined, rule: WindowRule, form: string): string[] {
  if (span === undefined) return [`${property} is ${JSON.stringify(window)}; it is no window of time: write ${form}`];
  const { shortestMinutes, longestMinutes, service } = rule;
  if (span.minutes >= shortestMinutes && span.minutes <= longestMinutes) return [];
  const allowed = `${service} takes ${shortestMinutes} minutes to ${longestMinutes / 60} hours`;
  return [`${property} is ${window}, ${span.minutes} minutes; ${allowed}: choose a window of that length`];
}

function dailySpan(text: string): Span | undefined {
  const [, from, to] = /^([0-9:]{5})-([0-9:]{5})$/.exec(text) ?? [];
  return span(minutesOf(from), minutesOf(to), MINUTES_A_DAY);
}

function weeklySpan(text: string): Span | undefined {
  const [, fromDay = "", from, toDay = "", to] = /^([a-z]{3}):([0-9:]{5})-([a-z]{3}):([0-9:]{5})$/i.exec(text) ?? [];
  return span(minutesOf(from, fromDay), minutesOf(to, toDay), MINUTES_A_WEEK);
}

function span(from: number | undefined, to: number | undefined, cycle: number): Span | undefined {
  if (from === undefined || to === undefined) return undefined;
  return { start: from, minutes: (to - from + cycle) % cycle };
}

function minutesOf(time: string | undefined, day = "mon"): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time ?? "") ?? [];
  const dayNumber = DAYS.indexOf(day.toLowerCase());
  return hours === undefined || dayNumber < 0 ? undefined : dayNumber * MINUTES_A_DAY + Number(hours) * 60 + Number(minutes);
}
