/** Days that CloudWatch Logs can keep a log group: PutRetentionPolicy, `retentionInDays`, CloudWatch Logs API reference. */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function logRetentionFaults(property: string, days: number | undefined): string[] {
  if (days === undefined || LOG_RETENTION_DAYS.includes(days)) return [];
  const longer = LOG_RETENTION_DAYS.find((allowed) => allowed > days) ?? Math.max(...LOG_RETENTION_DAYS);
  return [`${property} is ${days}; CloudWatch Logs keeps logs for certain periods only: use ${longer}`];
}
