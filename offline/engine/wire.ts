/** From what the SDK sends to plain values, and what is hidden before anything is written. Pure. */
import { WIRE } from "./internals";
import { type Json, type Properties, type PropertyPath, UNKNOWN } from "./recording";

export interface Decoded {
  value: Json;
  secrets: PropertyPath[];
  unknowns: PropertyPath[];
  /** URNs that output values name as their dependencies, by top-level property. */
  dependencies: Record<string, string[]>;
}

/** Secrets are revealed and their places kept; references become `{ $ref, id }`, assets `{ $asset }` and `{ $archive }`. */
export function decode(wire: unknown): Decoded {
  const found: Decoded = { value: null, secrets: [], unknowns: [], dependencies: {} };
  found.value = visit(wire, [], found);
  return found;
}

export function decodeProperties(wire: unknown): Decoded & { value: Properties } {
  return decode(wire ?? {}) as Decoded & { value: Properties };
}

function visit(wire: unknown, path: PropertyPath, found: Decoded): Json {
  if (wire === UNKNOWN) {
    found.unknowns.push(path);
    return UNKNOWN;
  }
  if (Array.isArray(wire)) return wire.map((item, index) => visit(item, [...path, index], found));
  if (typeof wire !== "object" || wire === null) return wire as Json;

  const properties = wire as Record<string, unknown>;
  switch (properties[WIRE.key]) {
    case WIRE.secret:
      found.secrets.push(path);
      return visit(properties["value"], path, found);
    case WIRE.outputValue: {
      if (properties["secret"] === true) found.secrets.push(path);
      const owner = String(path[0] ?? "");
      for (const urn of (properties["dependencies"] as string[] | undefined) ?? []) {
        const known = (found.dependencies[owner] ??= []);
        if (!known.includes(urn)) known.push(urn);
      }
      return visit("value" in properties ? properties["value"] : UNKNOWN, path, found);
    }
    case WIRE.resource:
      return { $ref: properties["urn"] as string, id: (properties["id"] as Json | undefined) ?? null };
    case WIRE.asset:
      return { $asset: visitRest(properties, path, found) };
    case WIRE.archive:
      return { $archive: visitRest(properties, path, found) };
    default:
      return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, visit(value, [...path, key], found)]));
  }
}

function visitRest(properties: Record<string, unknown>, path: PropertyPath, found: Decoded): Properties {
  const rest = Object.entries(properties).filter(([key]) => key !== WIRE.key);
  return Object.fromEntries(rest.map(([key, value]) => [key, visit(value, [...path, key], found)]));
}

/** An output value is a promise of the SDK's; providers and the state know only values, secrets and unknowns. */
export function withoutOutputValues(wire: unknown): unknown {
  if (Array.isArray(wire)) return wire.map(withoutOutputValues);
  if (typeof wire !== "object" || wire === null) return wire;
  const properties = wire as Record<string, unknown>;
  if (!isOutputValue(properties)) {
    return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, withoutOutputValues(value)]));
  }
  const value = "value" in properties ? withoutOutputValues(properties["value"]) : UNKNOWN;
  return properties["secret"] === true ? secret(value) : value;
}

/**
 * What the engine does before it runs transforms: unknowns and secrets become output values, and each property carries its dependencies, so
 * that a transform sees an output where the program passed one (source_eval.go, `UpgradeToOutputValues` and `upgradeOutputValues`, 3.259).
 */
export function withOutputValues(properties: Record<string, unknown>, dependencies: Record<string, string[]>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => {
      const upgraded = upgrade(value);
      const missing = dependencies[key] ?? [];
      if (missing.length === 0) return [key, upgraded];
      const output = isOutputValue(upgraded) ? upgraded : { [WIRE.key]: WIRE.outputValue, value: upgraded };
      const known = (output["dependencies"] as string[] | undefined) ?? [];
      return [key, { ...output, dependencies: [...new Set([...known, ...missing])] }];
    }),
  );
}

function upgrade(value: unknown): unknown {
  if (value === UNKNOWN) return { [WIRE.key]: WIRE.outputValue };
  if (Array.isArray(value)) return value.map(upgrade);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) {
    const inner = upgrade((value as Record<string, unknown>)["value"]);
    return isOutputValue(inner) ? { ...inner, secret: true } : { [WIRE.key]: WIRE.outputValue, value: inner, secret: true };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, upgrade(item)]));
}

function isOutputValue(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && (value as Record<string, unknown>)[WIRE.key] === WIRE.outputValue;
}

export function secret(value: unknown): Record<string, unknown> {
  return { [WIRE.key]: WIRE.secret, value };
}

export function isSecret(wire: unknown): boolean {
  return typeof wire === "object" && wire !== null && (wire as Record<string, unknown>)[WIRE.key] === WIRE.secret;
}

export function resourceReference(urn: string, id: string | undefined): Properties {
  return { [WIRE.key]: WIRE.resource, urn, id: id ?? "" };
}

/** A copy in which every secret reads `[secret]` and every unknown `[unknown]`: the only form in which values leave the process. */
export function redacted(value: Json, secrets: readonly PropertyPath[], path: PropertyPath = []): Json {
  if (secrets.some((hidden) => samePath(hidden, path))) return "[secret]";
  if (value === UNKNOWN) return "[unknown]";
  if (Array.isArray(value)) return value.map((item, index) => redacted(item, under(secrets, index, path), [...path, index]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redacted(item, under(secrets, key, path), [...path, key])]));
}

function samePath(left: PropertyPath, right: PropertyPath): boolean {
  return left.length === right.length && left.every((part, index) => part === right[index]);
}

function under(secrets: readonly PropertyPath[], key: string | number, path: PropertyPath): readonly PropertyPath[] {
  return secrets.filter((hidden) => hidden.length > path.length && hidden[path.length] === key);
}

/** `metadata.annotations["a.b/c"][0]` */
export function pathText(path: PropertyPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[\w$-]+$/.test(part)) return `${text}["${part}"]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}
