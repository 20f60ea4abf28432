/** Whether an event fits a rule's pattern (EventBridge user guide, "Comparison operators for use in event patterns", read 2026-11). */
import type { Json } from "../../engine/recording";
import { NotRehearsedError } from "../outside/exchange";

type Fields = { [key: string]: Json };

export function fits(pattern: Json, event: Json): boolean {
  if (!isFields(pattern)) throw new TypeError(`a pattern is an object, not ${JSON.stringify(pattern)}`);
  const fields = isFields(event) ? event : {};
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === "$or") return (wanted as Json[]).some((alternative) => fits(alternative, event));
    const value = fields[key];
    if (Array.isArray(wanted)) return wanted.some((test) => valuesOf(value).some((each) => passes(test, each)));
    return fits(wanted, value ?? {});
  });
}

/** A field that holds a list fits where one of its items does. */
function valuesOf(value: Json | undefined): (Json | undefined)[] {
  return Array.isArray(value) ? value : [value];
}

function passes(test: Json, value: Json | undefined): boolean {
  if (!isFields(test)) return test === value;
  const [[operator, operand] = ["", null]] = Object.entries(test);
  const known = OPERATORS[operator];
  if (known === undefined) throw new NotRehearsedError(`the operator ${operator} of event patterns`);
  return known(operand, value);
}

const OPERATORS: Record<string, (operand: Json, value: Json | undefined) => boolean> = {
  prefix: (start, value) => typeof value === "string" && value.startsWith(start as string),
  suffix: (end, value) => typeof value === "string" && value.endsWith(end as string),
  "equals-ignore-case": (text, value) => typeof value === "string" && value.toLowerCase() === (text as string).toLowerCase(),
  wildcard: (pattern, value) => typeof value === "string" && wildcard(pattern as string).test(value),
  exists: (wanted, value) => (value !== undefined) === wanted,
  "anything-but": (tests, value) =>
    value !== undefined && ![tests].flat().some((test) => (isFields(test) ? passes(test, value) : test === value)),
};

function wildcard(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`);
}

function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
