import { z } from "zod";
import { bare, childOf } from "./schema-walk";

/**
 * Turns "3" into 3 and "true" into true where the schema asks for a number or a boolean.
 *
 * Pulumi hands every top-level scalar over as text, and `pulumi config set` stores nested ones as text too. Only the exact spelling is
 * understood: "yes", "1e3" and "03" stay text and are refused, because guessing is how a value becomes silently wrong.
 */
export function understandScalars(schema: z.core.$ZodType, value: unknown): unknown {
  const inner = bare(schema);
  if (typeof value === "string") return understand(inner, value);
  if (Array.isArray(value) && inner instanceof z.ZodArray) return value.map((element: unknown, index) => deeper(inner, index, element));
  if (isBlock(value) && !(inner instanceof z.ZodArray))
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, deeper(inner, key, element)]));
  return value;
}

export function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function deeper(container: z.core.$ZodType, key: PropertyKey, value: unknown): unknown {
  const child = childOf(container, key);
  return child === undefined ? value : understandScalars(child, value);
}

function understand(schema: z.core.$ZodType, text: string): unknown {
  if (schema instanceof z.ZodNumber && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return Number(text);
  if (schema instanceof z.ZodBoolean && (text === "true" || text === "false")) return text === "true";
  return text;
}
