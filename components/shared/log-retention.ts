import { isNumber, shownAsNumber } from "./faults";

/** Days that CloudWatch Logs can keep a log group: PutRetentionPolicy, `retentionInDays`, CloudWatch Logs API reference. */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function logRetentionFaults(property: string, days: unknown): string[] {
  if (days === undefined || (isNumber(days) && LOG_RETENTION_DAYS.includes(days))) return [];
  const rule = "CloudWatch Logs keeps logs for certain periods only";
  return [`${property} is ${shownAsNumber(days)}; ${rule}: use ${cure(days)}`];
}

/** The next longer period, never the shorter: a cure must not lose logs that somebody meant to keep. */
function cure(days: unknown): string {
  if (!isNumber(days)) return "a number such as 30, without quotes";
  return String(LOG_RETENTION_DAYS.find((allowed) => allowed > days) ?? Math.max(...LOG_RETENTION_DAYS));
}
