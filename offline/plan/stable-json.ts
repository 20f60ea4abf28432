/** JSON that is the same for the same content: two runs that mean the same must write the same bytes. Pure. */
import type { Json } from "../engine";

/** Keys in alphabetical order, at every depth. */
export function canonical<T extends Json>(value: T): T {
  if (Array.isArray(value)) return value.map(canonical) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value) as [string, Json][];
  return Object.fromEntries(entries.sort(([left], [right]) => byText(left, right)).map(([key, item]) => [key, canonical(item)])) as T;
}

/** For files: indented, and ended as text files end. */
export function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** By code unit. `localeCompare` depends on the machine's language. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
