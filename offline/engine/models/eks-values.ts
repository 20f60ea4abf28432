/**
 * Values that know where they come from, as Pulumi's outputs do: one unknown part makes the whole unknown, and a child depends on every
 * resource that one of its inputs came from. Pure.
 */
import { type Json, type Properties, type RecordedResource, UNKNOWN } from "../recording";

export class Value {
  constructor(
    readonly json: Json | undefined,
    /** URNs. */
    readonly origins: readonly string[] = [],
  ) {}
}

/** Inputs as they are written down: values at any depth; what is undefined is left out. */
export type Tree = Json | undefined | Value | Tree[] | { [key: string]: Tree };

export function flatten(tree: Tree): Value {
  if (tree instanceof Value) return tree;
  if (Array.isArray(tree)) {
    const items = tree.map(flatten);
    return new Value(
      items.map(({ json }) => json ?? null),
      items.flatMap(({ origins }) => origins),
    );
  }
  if (typeof tree !== "object" || tree === null) return new Value(tree);
  const json: Properties = {};
  const origins: string[] = [];
  for (const [key, branch] of Object.entries(tree)) {
    const value = flatten(branch);
    if (value.json !== undefined) json[key] = value.json;
    origins.push(...value.origins);
  }
  return new Value(json, origins);
}

/** `pulumi.all(parts).apply(compute)` */
export function derive<Part extends string>(
  parts: Record<Part, Tree>,
  compute: (parts: { [part in Part]?: Json }) => Json | undefined,
): Value {
  const { json, origins } = flatten(parts);
  return new Value(isKnown(json) ? compute(json as { [part in Part]?: Json }) : UNKNOWN, origins);
}

export function isKnown(json: Json | undefined): boolean {
  if (json === UNKNOWN) return false;
  return typeof json !== "object" || json === null || Object.values(json).every(isKnown);
}

/** An output that only the cloud could give is unknown, never absent: an absent one would vanish from its user without a word. */
export function output(resource: RecordedResource, ...path: string[]): Value {
  return new Value(member(resource.outputs, ...path) ?? UNKNOWN, [resource.urn]);
}

export function idOf(resource: RecordedResource): Value {
  return new Value(resource.id ?? UNKNOWN, [resource.urn]);
}

/** `json.a.b`; unknown where any part on the way is. */
export function member(json: Json | undefined, ...path: string[]): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => (value === UNKNOWN ? UNKNOWN : record(value)[key]), json);
}

export function record(json: Json | undefined): Properties {
  return isRecord(json) ? json : {};
}

export function isRecord(json: Json | undefined): json is Properties {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

export function list(json: Json | undefined): Json[] {
  return Array.isArray(json) ? json : [];
}

/** A number or a boolean as AWS's own text settings spell it. */
export function text(json: Json | undefined): string {
  return typeof json === "string" ? json : JSON.stringify(json ?? "");
}

/** JSON with keys in order, so that a plan does not change with the order in which a program names them. */
export function sortedJson(json: Json): string {
  return JSON.stringify(json, (_, value: Json) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))) : value,
  );
}
