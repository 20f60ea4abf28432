/**
 * Whether Kubernetes would take a manifest, as its API server checks it with strict field validation: kind, required fields, types, and no field
 * that it does not know. Not checked: what only admission or a controller knows.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Json, UNKNOWN } from "../../../offline/engine";

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
}

interface Published {
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

const PUBLISHED = JSON.parse(readFileSync(join(__dirname, "kubernetes-1.35.json"), "utf8")) as Published;

const QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";

type Manifest = { [key: string]: Json };

/** One sentence for each fault, the path first; none for a manifest that Kubernetes takes. */
export function manifestFaults(manifest: Manifest): string[] {
  const kind = [manifest["apiVersion"], manifest["kind"]].map(text).join(" ");
  const definition = PUBLISHED.kinds[kind];
  if (definition === undefined) return [`${kind} is none of the kinds in kubernetes-1.35.json: add it in extract.mjs`];
  return faults(kind, { $ref: definition }, manifest);
}

function faults(path: string, schema: Schema, value: Json): string[] {
  // In a preview nobody knows it yet, and Kubernetes takes an explicit null for absence.
  if (value === UNKNOWN || value === null) return [];
  // Published as a text; the API server reads `cpu: 1` too.
  if (schema.$ref === QUANTITY && typeof value === "number") return [];
  if (schema.$ref !== undefined) return faults(path, definitionOf(schema.$ref), value);
  if (isIntOrString(schema)) return typeof value === "string" || Number.isInteger(value) ? [] : [`${path} is neither a number nor a text`];
  if (schema.type === undefined || schema.type === "object") return objectFaults(path, schema, value);
  if (schema.type === "array") {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, index) => faults(`${path}[${index}]`, schema.items ?? {}, item));
  }
  return scalarFaults(path, schema, value);
}

function definitionOf(name: string): Schema {
  const definition = PUBLISHED.definitions[name];
  if (definition === undefined) throw new Error(`kubernetes-1.35.json refers to ${name} and does not have it`);
  return definition;
}

function isIntOrString(schema: Schema): boolean {
  return schema.format === "int-or-string" || schema["x-kubernetes-int-or-string"] === true;
}

function objectFaults(path: string, schema: Schema, value: Json): string[] {
  const { properties, additionalProperties, required = [] } = schema;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return schema.type === undefined ? [] : [`${path} is no object`];
  const missing = required.filter((name) => value[name] === undefined).map((name) => `${path}.${name} is missing`);
  if (properties === undefined && additionalProperties === undefined) return missing;
  const open = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const found = Object.entries(value).flatMap(([name, member]) => {
    const known = properties?.[name] ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
    if (known !== undefined) return faults(`${path}.${name}`, known, member);
    return open || additionalProperties === true ? [] : [`${path}.${name} is no field that Kubernetes knows`];
  });
  return [...missing, ...found];
}

const IS_OF_TYPE: Readonly<Record<string, (value: Json) => boolean>> = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
};

function scalarFaults(path: string, { type = "", enum: allowed, pattern, minimum, maximum }: Schema, value: Json): string[] {
  if (IS_OF_TYPE[type]?.(value) !== true) return [`${path} is ${text(value)}, no ${type}`];
  if (allowed !== undefined && !allowed.includes(value)) return [`${path} is ${text(value)}, none of ${allowed.map(text).join(", ")}`];
  if (pattern !== undefined && !new RegExp(pattern).test(text(value))) return [`${path} is ${text(value)}, not like ${pattern}`];
  if (typeof value === "number" && (value < (minimum ?? value) || value > (maximum ?? value)))
    return [`${path} is ${value}, out of bounds`];
  return [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
