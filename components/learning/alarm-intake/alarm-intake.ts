/** What the loop hears of CloudWatch's alarms. */
import { MEASURED_RULE_NAMES } from "../../../lambdas/domain/rules";

/**
 * CloudWatch alarms that are signals, by their names `<environment>-<model>-<rule>-...`. By rule and not by model: 200 models would make a
 * pattern of 8,000 characters, and EventBridge takes 2,048 (EventBridge quotas, 2026).
 */
export function signalAlarmNames(environment: string): string[] {
  return MEASURED_RULE_NAMES.map((rule) => `${environment}-*-${rule}-*`);
}

/** The contributor's event is what an alarm of many series sends beside its own. */
export const ALARM_EVENTS = ["CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change"];

/** `OK` is news that ends a trouble. `INSUFFICIENT_DATA` says neither good nor bad, and every deployment sends it for every alarm. */
export const ALARM_STATES = ["ALARM", "OK"];
