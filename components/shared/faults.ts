/** The checks that most components share. Each gives sentences of the form `property is value; rule: cure`, or none. */

export interface NumberRule {
  readonly min: number;
  readonly max: number;
  /** Why: "KMS waits 7 to 30 days". */
  readonly rule: string;
}

/** Absent is right: the component has a default. */
export function wholeNumberFaults(property: string, value: unknown, { min, max, rule }: NumberRule): string[] {
  if (value === undefined || (isNumber(value) && Number.isInteger(value) && value >= min && value <= max)) return [];
  return [`${property} is ${shownAsNumber(value)}; ${rule}: use a whole number from ${counted(min)} to ${counted(max)}`];
}

/** TypeScript checks enums; JavaScript, other languages and values out of a file come unchecked. */
export function enumFaults(property: string, value: unknown, known: Record<string, string>): string[] {
  const values: readonly unknown[] = Object.values(known);
  if (value === undefined || values.includes(value)) return [];
  return [`${property} is ${shown(value)}; it must be one of ${values.join(", ")}: use one of these`];
}

/** A list that names children: the same name twice would be the same child twice. */
export function repeatFaults(property: string, values: readonly unknown[] | undefined): string[] {
  const repeated = (values ?? []).filter((value, index, all) => typeof value === "string" && all.indexOf(value) !== index);
  return [...new Set(repeated)].map((value) => `${property} names ${String(value)} more than once; each counts once: name it once`);
}

/** KMS developer guide, "Key ARN". An alias may be moved to another key, and "" would mean AWS's own key without a word. */
const KMS_KEY_ARN = /^arn:[a-z-]+:kms:[a-z\d-]+:\d{12}:key\/[\w-]+$/;

export function kmsKeyArnFaults(property: string, value: unknown): string[] {
  if (value === undefined || isLater(value) || (typeof value === "string" && KMS_KEY_ARN.test(value))) return [];
  const cure = "write it like arn:aws:kms:us-east-1:123456789012:key/1234abcd";
  return [`${property} is ${shown(value)}; it must be the ARN of a KMS key, neither an id nor an alias: ${cure}`];
}

/** What the rules about a property rely on: TypeScript promises it, JavaScript and other languages do not. */
export enum Kind {
  Flag = "true or false",
  Group = "an object",
  List = "a list",
}

const IS_OF_KIND: Record<Kind, (value: unknown) => boolean> = {
  [Kind.Flag]: (value) => typeof value === "boolean",
  [Kind.Group]: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  [Kind.List]: Array.isArray,
};

const CURES: Record<Kind, string> = {
  [Kind.Flag]: "write true or false without quotes, or leave it out",
  [Kind.Group]: "give an object, or leave it out",
  [Kind.List]: "put it into a list, or leave it out",
};

export type Kinds<Args> = { readonly [Property in keyof Args]?: Kind };

export function kindFaults(property: string, value: unknown, kind: Kind): string[] {
  if (value === undefined || IS_OF_KIND[kind](value)) return [];
  return [`${property} is ${shown(value)}; it must be ${kind}: ${CURES[kind]}`];
}

/**
 * First the kinds, and only where these are right the rules, that would otherwise end in a TypeError or, worse, take "no" for yes. Both at once
 * would cost every rule a check of each value that it reads.
 */
export function faultsOf<Args extends object>(args: Args, kinds: Kinds<Args>, rules: (args: Args) => string[]): string[] {
  const whole = kindFaults("args", args, Kind.Group);
  if (whole.length > 0) return whole;
  const wrong = Object.entries<Kind | undefined>(kinds).flatMap(([property, kind]) =>
    kind === undefined ? [] : kindFaults(property, (args as Record<string, unknown>)[property], kind),
  );
  return wrong.length > 0 ? wrong : rules(args);
}

/** An output or a promise: not known before AWS has answered, and therefore not judged. */
export function isLater(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { apply, then } = value as { apply?: unknown; then?: unknown };
  return typeof apply === "function" || typeof then === "function";
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

/** A value as a fault shows it. What has parts is not spelled out: it may be long, hold a secret, or refuse to be text at all. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** Where a number belongs, "7" is called text: nobody sees otherwise why 7 should be wrong. */
export function shownAsNumber(value: unknown): string {
  return typeof value === "string" ? `the text ${shown(value)}` : shown(value);
}

function counted(value: number): string {
  return value.toLocaleString("en-US");
}
