/** Turns what zod finds into sentences: the key as it stands in the file, the value got, the rule, the cure. */
import { z } from "zod";
import { closest } from "../../components/shared/closest";
import { isBlock } from "./scalars";
import { bare, keysOf, metaOf, type Path, schemaAt } from "./schema-walk";

export interface Fault {
  path: Path;
  sentence: string;
}

export function shapeFaults(schema: z.ZodType, value: unknown): Fault[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => faultsOf(issue, schema, value));
}

/** `modelloop:foundation.network.availabilityZones[0]`: what a person searches for in the file, and what `pulumi config set --path` takes. */
export function keyAt(path: Path): string {
  return path.map((step, depth) => (typeof step === "number" ? `[${step}]` : `${depth === 0 ? "" : "."}${String(step)}`)).join("");
}

function faultsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): Fault[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...issue.path, key], schema));
  const judge = schemaAt(schema, issue.path);
  if (judge === undefined) return [{ path: issue.path, sentence: `${keyAt(issue.path)}: ${issue.message}` }];
  return [{ path: issue.path, sentence: `${keyAt(issue.path)} ${complaint(judge, valueAt(value, issue.path))}` }];
}

function unknownKey(path: Path, schema: z.ZodType): Fault {
  const container = schemaAt(schema, path.slice(0, -1));
  const known = container === undefined ? [] : keysOf(bare(container));
  const meant = closest(String(path.at(-1)), known);
  const cure = meant === undefined ? "remove it" : `did you mean ${meant}?`;
  return { path, sentence: `${keyAt(path)} is unknown; the keys here are ${list([...known].sort(), "and")}: ${cure}` };
}

function complaint(judge: z.core.$ZodType, got: unknown): string {
  const rule = takes(judge);
  if (got === undefined) return `is missing; it takes ${rule}: ${addIt(judge)}`;
  if (isText(bare(judge)) && (typeof got === "number" || typeof got === "boolean")) {
    // 0123 and 1:30 are numbers to YAML; by the time we see them the text is lost, so we must not turn them back.
    return `is ${shown(got)}, which YAML reads as a ${typeof got}; it takes ${rule}: put it in quotes`;
  }
  return `is ${shown(got)}; it takes ${rule}: ${correctIt(judge, got)}`;
}

/** A version as a word of an enum too: unquoted, YAML makes a number of it. */
function isText(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodString || (schema instanceof z.ZodEnum && schema.options.some((option) => !Number.isNaN(Number(option))));
}

/** The rule of a schema as the end of "it takes ...". */
export function takes(schema: z.core.$ZodType): string {
  const rule = metaOf(schema).rule;
  if (typeof rule === "string") return rule;
  const inner = bare(schema);
  if (inner instanceof z.ZodNumber) return `${inner.isInt ? "a whole number" : "a number"}${range(inner)}`;
  if (inner instanceof z.ZodBoolean) return "true or false";
  if (inner instanceof z.ZodEnum) return list(inner.options.map(String), "or");
  if (inner instanceof z.ZodArray) return "a list";
  if (inner instanceof z.ZodObject) return `a block with ${list(keysOf(inner).sort(), "and")}`;
  return "text";
}

function range(number: z.ZodNumber): string {
  const from = bounded(number.minValue);
  const to = bounded(number.maxValue);
  if (from !== undefined && to !== undefined) return ` from ${from} to ${to}`;
  if (from !== undefined) return ` of ${from} or more`;
  return to === undefined ? "" : ` of ${to} or less`;
}

/** zod bounds every integer by what a double can hold; that is no rule of ours and no help to a reader. */
function bounded(limit: number | null): number | undefined {
  return limit === null || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit;
}

function addIt(schema: z.core.$ZodType): string {
  const example = exampleOf(schema);
  return example === undefined ? "copy the block from Pulumi.dev.yaml" : `add it, for example ${shown(example)}`;
}

function correctIt(schema: z.core.$ZodType, got: unknown): string {
  const inner = bare(schema);
  if (inner instanceof z.ZodObject || inner instanceof z.ZodArray)
    return `write ${inner instanceof z.ZodArray ? "its entries" : "its keys"} indented below it`;
  const meant =
    inner instanceof z.ZodEnum && typeof got === "string" ? closest(got.replace(/[-_ ]/g, ""), inner.options.map(String)) : undefined;
  return `write for example ${shown(meant ?? exampleOf(schema) ?? got)}`;
}

/** A value that the schema accepts: its example, its default, or the first of its words. */
export function exampleOf(schema: z.core.$ZodType): unknown {
  const [example] = (metaOf(schema).examples ?? []) as unknown[];
  if (example !== undefined) return example;
  if (schema instanceof z.ZodDefault) return schema.def.defaultValue;
  const inner = bare(schema);
  if (inner instanceof z.ZodEnum) return inner.options[0];
  if (inner instanceof z.ZodBoolean) return true;
  return undefined;
}

export function shown(value: unknown): string {
  if (value === null) return "empty";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export function list(words: readonly string[], joint: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((holder, step) => {
    if (Array.isArray(holder)) return holder[Number(step)] as unknown;
    return isBlock(holder) ? holder[String(step)] : undefined;
  }, value);
}
