/** How rules read the inputs of resources. Nothing here catches what an unknown value throws, except where all else shall be judged first. */
import type { Fault, Faults, Props, Subject } from "./rule";

/** `at(props, "spec.template.spec")`; numbers are places in lists. Nothing where anything on the way is missing. */
export function at(value: unknown, path: string): unknown {
  let found = value;
  for (const key of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Props)[key];
  }
  return found ?? undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** What is no list counts as an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function mapping(value: unknown): Props {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Props) : {};
}

/** Pulumi's providers take `true` and `"true"` alike, and numbers as texts. */
export function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

export function number(value: unknown): number | undefined {
  const read = typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
  return Number.isNaN(read) ? undefined : read;
}

/** `backupRetentionPeriod is 1`, `backupRetentionPeriod is absent, which means 0`. */
export function said(path: string, value: unknown, absentMeans?: string): string {
  if (value !== undefined && value !== null) return `${path} is ${typeof value === "string" ? JSON.stringify(value) : shown(value)}`;
  return `${path} is absent${absentMeans === undefined ? "" : `, which means ${absentMeans}`}`;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

interface Need {
  readonly path: string;
  readonly holds: (value: unknown) => boolean;
  readonly cure: string;
  readonly absentMeans?: string;
}

/** One fault for each property that is not as it has to be. */
export function* needs(subject: Subject, table: readonly Need[]): Faults {
  yield* inTurn(table, function* ({ path, holds, cure, absentMeans }) {
    const value = at(subject.props, path);
    if (!holds(value)) yield { found: said(path, value, absentMeans), cure, of: subject };
  });
}

/** Judges all, and only then throws what the first unknown value threw: a fault that can be seen must not hide behind one that cannot. */
export function* inTurn<T>(items: readonly T[], judge: (item: T) => Faults): Generator<Fault> {
  const unknown: unknown[] = [];
  for (const item of items) {
    try {
      yield* judge(item);
    } catch (error) {
      unknown.push(error);
    }
  }
  if (unknown.length > 0) throw unknown[0];
}

export function isOfType(subject: Subject, types: readonly string[]): boolean {
  return types.includes(subject.type);
}

/** A document that is given as text, or as what it says. Nothing where it is no JSON. */
export function json(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

/** A policy may have one where a list is allowed. */
export function many(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
}

/** Whether a list of a rule's user has this name; `*-scratch` stands for every name that ends so. */
export function isNamed(name: string, list: readonly string[]): boolean {
  return list.some((entry) => (entry.startsWith("*") ? name.endsWith(entry.slice(1)) : name === entry));
}
