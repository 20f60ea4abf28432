/**
 * Which models a message speaks of. In the cloud the loop knows its models; a person with a message on a laptop has not named them, and the
 * message nearly always does.
 */
import { ALARM_TAGS } from "../../lambdas/domain/alarm-names";
import { parseTemplatedJson } from "../../lambdas/domain/messages/templated-json";
import { modelNameSchema } from "../../lambdas/domain/names";
import { RULE_NAMES } from "../../lambdas/domain/rules";

const TEXT_LABEL = /^ - model = (\S+)$/gm;

export function modelsNamedIn(body: string, environment: string): string[] {
  const found = [...fromJson(parseTemplatedJson(body), environment), ...[...body.matchAll(TEXT_LABEL)].map(([, model = ""]) => model)];
  return [...new Set(found)].filter((name) => modelNameSchema.safeParse(name).success);
}

function fromJson(content: unknown, environment: string): string[] {
  if (typeof content !== "object" || content === null) return [];
  return Object.entries(content).flatMap(([key, value]: [string, unknown]): string[] => {
    if (typeof value !== "string") return fromJson(value, environment);
    if (key === "model" || key === ALARM_TAGS.model) return [value];
    if (key === "alarmName") return fromAlarmName(value, environment);
    // SNS wraps a message in the text of another.
    return key === "Message" ? modelsNamedIn(value, environment) : [];
  });
}

/** What stands between the environment and the first rule. */
function fromAlarmName(name: string, environment: string): string[] {
  if (!name.startsWith(`${environment}-`)) return [];
  const rest = name.slice(environment.length + 1);
  const ends = RULE_NAMES.map((rule) => rest.indexOf(`-${rule}-`)).filter((at) => at > 0);
  return ends.length === 0 ? [] : [rest.slice(0, Math.min(...ends))];
}
