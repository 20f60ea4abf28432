/**
 * The names of our alarms, `<environment>-<model>-<rule>-<condition>-<severity>`: `dev-log-anomaly-data-drift-above-0.3-critical`. They are
 * read again where an alarm arrives, because the name is the one thing that every path of an alarm carries: EventBridge, SNS, DescribeAlarms.
 */
import { RULE_NAMES, type RuleName } from "./rules";
import { SEVERITIES, type Severity } from "./severity";

export interface AlarmIdentity {
  model: string;
  rule: RuleName;
  severity: Severity;
}

export interface AlarmName extends AlarmIdentity {
  environment: string;
  /** In words and figures, for who reads the name: `above-0.3`. */
  condition: string;
}

export function alarmName({ environment, model, rule, condition, severity }: AlarmName): string {
  return `${environment}-${model}-${rule}-${condition}-${severity}`;
}

/** Undefined where the name is not one of ours. The models are needed, since their names may hold hyphens and even the name of a rule. */
export function readAlarmName(name: string, environment: string, models: readonly string[]): AlarmIdentity | undefined {
  const severity = SEVERITIES.find((each) => name.endsWith(`-${each}`));
  if (severity === undefined) return undefined;
  const longestFirst = [...models].sort((one, other) => other.length - one.length);
  for (const model of longestFirst) {
    const beginning = `${environment}-${model}-`;
    if (!name.startsWith(beginning)) continue;
    const rest = name.slice(beginning.length);
    const rule = RULE_NAMES.find((each) => rest.startsWith(`${each}-`));
    if (rule !== undefined) return { model, rule, severity };
  }
  return undefined;
}

/** Whether it is named as ours are, whichever model it may be about: several loops share an environment, and each hears the alarms of all. */
export function isAlarmOfSomeModel(name: string, environment: string): boolean {
  const [beginning, severity] = [`${environment}-`, SEVERITIES.find((each) => name.endsWith(`-${each}`))];
  if (severity === undefined || !name.startsWith(beginning)) return false;
  const rest = name.slice(beginning.length, -severity.length);
  return RULE_NAMES.some((rule) => rest.indexOf(`-${rule}-`) > 0);
}

/** For alarms that are named otherwise: tags of the alarm, carried along where its tag propagation is switched on. */
export const ALARM_TAGS = { model: "modelloop:model", rule: "modelloop:rule", severity: "modelloop:severity" } as const;
