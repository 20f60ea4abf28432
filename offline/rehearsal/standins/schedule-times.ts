/** When a schedule fires next (EventBridge Scheduler user guide, "Schedule types", read 2026-11). Times are UTC. */
import { NotRehearsedError } from "../outside/exchange";

const MINUTE = 60_000;
const UNITS: Record<string, number> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const LONGEST_GAP_MINUTES = 366 * 24 * 60;

/**
 * First instant after `after`, or undefined where there is none.
 *
 * @param since when the schedule was made: rates count from there
 */
export function nextTime(expression: string, after: number, since: number): number | undefined {
  const [, kind = "", inner = ""] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "at") {
    const at = Date.parse(`${inner}Z`);
    if (Number.isNaN(at)) throw new NotRehearsedError(`the schedule ${expression}`);
    return at > after ? at : undefined;
  }
  if (kind === "rate") {
    const [, count = "", unit = ""] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? [];
    const every = Number(count) * (UNITS[unit] ?? NaN);
    if (!(every > 0)) throw new NotRehearsedError(`the schedule ${expression}`);
    return since + (Math.floor((after - since) / every) + 1) * every;
  }
  if (kind === "cron") return nextCron(expression, inner, after);
  throw new NotRehearsedError(`the schedule ${expression}`);
}

function nextCron(expression: string, inner: string, after: number): number | undefined {
  const [minute = "", hour = "", day = "", month = "", weekday = "", year = ""] = inner.trim().split(/\s+/);
  if (year !== "*" && year !== "?") throw new NotRehearsedError(`the schedule ${expression}`);
  const wanted = {
    minute: field(expression, minute, []),
    hour: field(expression, hour, []),
    day: field(expression, day, []),
    month: field(expression, month, []),
    // AWS counts the days of the week from 1, Sunday.
    weekday: field(expression, weekday, DAYS, 1),
  };
  let at = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  for (let minutes = 0; minutes < LONGEST_GAP_MINUTES; minutes++, at += MINUTE) {
    const time = new Date(at);
    if (!wanted.hour(time.getUTCHours())) {
      const rest = 59 - time.getUTCMinutes();
      at += rest * MINUTE;
      minutes += rest;
      continue;
    }
    const fitsDay = wanted.day(time.getUTCDate()) && wanted.month(time.getUTCMonth() + 1) && wanted.weekday(time.getUTCDay() + 1);
    if (fitsDay && wanted.minute(time.getUTCMinutes())) return at;
  }
  return undefined;
}

function field(expression: string, text: string, names: readonly string[], first = 0): (value: number) => boolean {
  if (text === "*" || text === "?") return () => true;
  const allowed = new Set<number>();
  for (const part of text.split(",")) {
    const [, from = "", to = from, step = ""] = /^([A-Z\d]+|\*)(?:-([A-Z\d]+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const number = (word: string) => (names.includes(word) ? names.indexOf(word) + first : Number(word));
    const start = from === "*" ? 0 : number(from);
    const end = step !== "" && to === from ? 59 : number(to);
    if (from === "" || Number.isNaN(start) || Number.isNaN(end)) throw new NotRehearsedError(`the schedule ${expression}`);
    for (let value = start; value <= end; value += step === "" ? 1 : Number(step)) allowed.add(value);
  }
  return (value) => allowed.has(value);
}
