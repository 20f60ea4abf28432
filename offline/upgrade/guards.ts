/** Whether a change of a guarded property takes something away. Pure. */
import type { Json } from "../engine";
import type { Guard } from "./fact";

/** The smallest number of a list counts. */
export function isWeaker({ worse, absent, zero, keeps }: Guard, before: Json | undefined, after: Json | undefined): boolean {
  if (worse === "becomes-true") return before !== true && after === true;
  if (worse === "becomes-false") return before === true && after !== true;
  if (worse === "leaves") return before === keeps && after !== keeps;
  const [was, is] = [before, after].map((value) => (value === undefined || value === null ? absent : value === 0 ? (zero ?? 0) : value));
  return typeof was === "number" && typeof is === "number" && is < was;
}

export function smallest(value: Json | undefined): Json | undefined {
  if (!Array.isArray(value)) return value;
  const numbers = value.filter((item) => typeof item === "number");
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}
