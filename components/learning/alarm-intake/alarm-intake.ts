/** What the loop hears of CloudWatch's alarms. */
import { RULE_NAMES } from "../../../lambdas/domain/rules";

/** What the loop's own schedules and people ask for: no alarm is about these. */
const ASKED_FOR: readonly string[] = ["weekly", "code-push", "manual"];

/**
 * CloudWatch alarms that are signals, by their names `<environment>-<model>-<rule>-...`. By rule and not by model: 200 models would make a
 * pattern of 8,000 characters, and EventBridge takes 2,048 (EventBridge quotas, 2026). What is about another loop's model, its reader leaves alone.
 */
export function signalAlarmNames(environment: string): string[] {
  return RULE_NAMES.filter((rule) => !ASKED_FOR.includes(rule)).map((rule) => `${environment}-*-${rule}-*`);
}

/** The contributor's event is what an alarm of many series sends beside its own. */
export const ALARM_EVENTS = ["CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change"];

/** `OK` is news that ends a trouble. `INSUFFICIENT_DATA` says neither good nor bad, and every deployment sends it for every alarm. */
export const ALARM_STATES = ["ALARM", "OK"];
