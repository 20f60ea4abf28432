/** JSONata as Step Functions runs it: version 2.0.6, without `$eval`, with six functions of AWS's own (AWS, "Transforming data with JSONata"). */
import { createHash } from "node:crypto";
import jsonata from "jsonata";
import type { Json } from "../../engine/recording";
import type { Template } from "./definition";
import { StatesError } from "./failures";

/** What expressions can see: `$states`, and the variables of the execution. */
export interface Scope {
  readonly states: Record<string, unknown>;
  readonly variables: Readonly<Record<string, Json>>;
  /** Number from 0 up to 1, of the rehearsal's seed. */
  readonly random: () => number;
  /** Virtual milliseconds; JSONata's own clock would say when the rehearsal is played. */
  readonly now: number;
}

const EXPRESSION = /^\{%([\s\S]*)%\}$/;
/** Bytes that a payload, or all that one state assigns, may have (AWS, "Service quotas", read 2026-11). */
const PAYLOAD_LIMIT = 262_144;
const HASHES: Record<string, string> = { MD5: "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" };

/** Every expression in the template, evaluated; everything else as it is. */
export async function evaluate(template: Template, scope: Scope): Promise<Json> {
  if (typeof template === "string") {
    const expression = EXPRESSION.exec(template)?.[1];
    return expression === undefined ? template : evaluateExpression(expression.trim(), scope);
  }
  if (Array.isArray(template)) return Promise.all(template.map((item) => evaluate(item, scope)));
  if (typeof template !== "object" || template === null) return template;
  const entries = await Promise.all(Object.entries(template).map(async ([key, value]) => [key, await evaluate(value, scope)] as const));
  return Object.fromEntries(entries);
}

export function withinLimit<T extends Json>(value: T): T {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > PAYLOAD_LIMIT)
    throw new StatesError("States.DataLimitExceeded", `a payload has ${bytes} bytes; ${PAYLOAD_LIMIT} are allowed`);
  return value;
}

async function evaluateExpression(text: string, scope: Scope): Promise<Json> {
  let result: unknown;
  try {
    result = await compiled(text).evaluate(undefined, { ...functions(scope), ...scope.variables, states: scope.states });
  } catch (error) {
    throw new StatesError("States.QueryEvaluationError", `{% ${text} %}: ${(error as Error).message}`);
  }
  if (result === undefined) throw new StatesError("States.QueryEvaluationError", `{% ${text} %} returned nothing (undefined)`);
  // JSONata's sequences are arrays with properties of their own; Step Functions hands on plain JSON.
  return JSON.parse(JSON.stringify(result)) as Json;
}

const cache = new Map<string, jsonata.Expression>();

function compiled(text: string): jsonata.Expression {
  const known = cache.get(text) ?? jsonata(text);
  cache.set(text, known);
  return known;
}

function functions({ random, now }: Scope): Record<string, unknown> {
  return {
    millis: () => now,
    partition: chunks,
    range,
    hash,
    // A seed gives the same number each time, as AWS documents; without one it is the rehearsal's own chance.
    random: (seed?: number) => (seed === undefined ? random() : fraction(`random ${seed}`)),
    uuid: () => uuid(random),
    parse: (text: string) => JSON.parse(text) as unknown,
    eval: () => {
      throw new Error("$eval is not supported: use $parse");
    },
  };
}

function chunks(items: Json[], size: number): Json[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error("$range needs a step that is not 0");
  return Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, index) => first + index * step);
}

function hash(value: Json, algorithm = "SHA-256"): string {
  const known = HASHES[algorithm];
  if (known === undefined) throw new Error(`$hash knows ${Object.keys(HASHES).join(", ")}, not ${algorithm}`);
  return createHash(known)
    .update(typeof value === "string" ? value : JSON.stringify(value))
    .digest("hex");
}

function fraction(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}

function uuid(random: () => number): string {
  const digit = () => Math.floor(random() * 16).toString(16);
  const variant = () => (8 + Math.floor(random() * 4)).toString(16);
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (letter) => (letter === "x" ? digit() : variant()));
}
