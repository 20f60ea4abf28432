/** From what Pulumi hands over to a configuration that can be trusted, or one refusal with every fault. Pure: `load.ts` reads, this judges. */
import { z } from "zod";
import { ConfigurationError } from "../../components/shared/errors";
import { closest } from "../../components/shared/closest";
import { exampleOf, type Fault, shapeFaults } from "./faults";
import type { InvariantContext } from "./invariant";
import { invariants } from "./invariants";
import { isBlock, understandScalars } from "./scalars";
import { bare, type Path } from "./schema-walk";
import { PROJECT, type StackConfig, stackConfigSchema } from "./schema";

export interface StackValues {
  stack: string;
  /** Every key of every namespace; blocks and lists as JSON text, as Pulumi's runtime holds them. */
  values: Record<string, string>;
  /** Keys whose value is, or contains, an encrypted one. */
  secretKeys: string[];
  /** Day of the plan, `YYYY-MM-DD`. */
  today: string;
}

export type PlatformConfig = InvariantContext;

/** Namespaces that this program or its providers read. A near miss of one of them is refused; any other namespace is none of our business. */
const NAMESPACES = [PROJECT, "aws", "eks", "kubernetes", "pulumi"];

export function parseStackConfig({ stack, values, secretKeys, today }: StackValues): PlatformConfig {
  const raw = understandScalars(stackConfigSchema, ownValues(values));
  const shape = shapeFaults(stackConfigSchema, raw);
  const config = platformConfig(stack, today, stackConfigSchema.parse(nearestValid(stackConfigSchema, raw)));
  const faults = [
    ...misspeltKeys(values),
    ...secretKeys.filter(isOurs).map(secretFault),
    ...shape.map((fault) => fault.sentence),
    ...brokenInvariants(config, shape),
  ];
  if (faults.length > 0) throw new ConfigurationError(`Pulumi.${stack}.yaml`, [...new Set(faults)]);
  return config;
}

function platformConfig(stack: string, today: string, config: StackConfig): PlatformConfig {
  const {
    "modelloop:foundation": foundation,
    "modelloop:data": data,
    "modelloop:compute": compute,
    "modelloop:serving": serving,
    "modelloop:learning": learning,
  } = config;
  return {
    stack,
    today,
    region: config["aws:region"],
    foundation,
    data,
    compute,
    ...(serving && { serving }),
    ...(learning && { learning }),
  };
}

/** The keys that our schema judges. Others in `aws:` belong to the AWS provider, which checks them itself. */
function ownValues(values: Record<string, string>): Record<string, unknown> {
  const own = Object.entries(values).filter(([key]) => isOurs(key) || key in stackConfigSchema.shape);
  return Object.fromEntries(own.map(([key, text]) => [key, decoded(text)]));
}

function isOurs(key: string): boolean {
  return key.startsWith(`${PROJECT}:`);
}

/** Blocks and lists arrive as JSON, scalars as bare text; what does not parse to a block or a list is a scalar. */
function decoded(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : text;
  } catch {
    return text;
  }
}

function misspeltKeys(values: Record<string, string>): string[] {
  return Object.keys(values).flatMap((key) => {
    const [namespace = "", name = ""] = key.split(/:(.*)/s);
    const meant = isOurs(key) || key === "aws:region" ? undefined : meantKey(namespace, name);
    return meant === undefined ? [] : [`${key} is a key that nothing reads: did you mean ${meant}?`];
  });
}

function meantKey(namespace: string, name: string): string | undefined {
  if (namespace === "aws") return closest(name, ["region"]) === undefined ? undefined : "aws:region";
  const meant = NAMESPACES.includes(namespace) ? undefined : closest(namespace, NAMESPACES);
  return meant === undefined ? undefined : `${meant}:${name}`;
}

function secretFault(key: string): string {
  return `${key} contains an encrypted value; nothing in it is secret, and decrypted it would stand in plans and in tags: write it in plain, and keep passwords in Secrets Manager`;
}

function brokenInvariants(config: PlatformConfig, shape: Fault[]): string[] {
  const silent = (reads: string[][]): boolean => reads.some((path) => shape.some((fault) => overlap(path, fault.path)));
  return invariants.filter(({ reads }) => !silent(reads)).flatMap(({ check }) => check(config));
}

function overlap(a: Path, b: Path): boolean {
  return a.slice(0, b.length).every((step, depth) => step === b[depth]);
}

/**
 * The value with everything that the schema refuses left out or replaced by an example, so that rules across the healthy keys can be judged
 * in the same message. Rules that read a replaced key are not asked.
 */
function nearestValid(schema: z.core.$ZodType, value: unknown): unknown {
  if (z.safeParse(schema, value).success) return value;
  const inner = bare(schema);
  if (inner instanceof z.ZodObject && (isBlock(value) || !z.safeParse(schema, undefined).success)) {
    const given = isBlock(value) ? value : {};
    return Object.fromEntries(Object.entries(inner.shape).map(([key, child]) => [key, nearestValid(child as z.core.$ZodType, given[key])]));
  }
  return z.safeParse(schema, undefined).success ? undefined : exampleOf(schema);
}
