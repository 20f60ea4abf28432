/** When the loop does by itself what it does regularly, as EventBridge Scheduler reads it. In UTC. */

/** R1: Sunday 02:00. */
export const DEFAULT_WEEKLY = "cron(0 2 ? * SUN *)";
export const HOURLY = "rate(1 hour)";
/** Before people in Europe begin to work. */
export const DAILY = "cron(0 6 * * ? *)";
export const WEEKLY_REPORT = "cron(0 6 ? * MON *)";
