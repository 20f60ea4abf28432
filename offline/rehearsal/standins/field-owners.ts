/**
 * Server-side apply: whoever applies a field owns it, and what another one owns is not changed in passing (Kubernetes documentation, "Server-Side
 * Apply", 2026). Lists of things with names are merged by name; any other list is one field.
 */
export type KubernetesObject = { readonly [field: string]: unknown };

/** Managers by the leaf's path: `data.split.json`, `spec.template.spec.containers[triton].env[RELEASE_PREFIX].value`. */
export type Owners = Map<string, Set<string>>;

export interface Applied {
  readonly object: KubernetesObject;
  readonly conflicts: readonly { readonly manager: string; readonly path: string }[];
}

const SEPARATOR = "\t";

/** Of the object's identity, which nobody owns. */
const NOBODYS = /^(apiVersion|kind|metadata\t(name|namespace|resourceVersion|uid|generation|creationTimestamp|managedFields.*))$/;

export function apply(before: KubernetesObject, owners: Owners, given: KubernetesObject, manager: string, force: boolean): Applied {
  const leaves = leavesOf(given);
  const conflicts = [...leaves]
    .filter(([path, value]) => !same(at(before, path), value))
    .flatMap(([path]) =>
      [...(owners.get(path) ?? [])].filter((other) => other !== manager).map((other) => ({ manager: other, path: written(path) })),
    );
  if (conflicts.length > 0 && !force) return { object: before, conflicts };
  let object = before;
  // What the manager applied before and leaves out now goes, unless somebody else has it too.
  for (const [path, managers] of owners) {
    if (!managers.has(manager) || leaves.has(path)) continue;
    managers.delete(manager);
    if (managers.size === 0) {
      owners.delete(path);
      object = put(object, path.split(SEPARATOR), undefined) as KubernetesObject;
    }
  }
  for (const [path, value] of leaves) {
    if (!same(at(object, path), value)) owners.set(path, new Set([manager]));
    else owners.set(path, new Set([...(owners.get(path) ?? []), manager]));
    object = put(object, path.split(SEPARATOR), value) as KubernetesObject;
  }
  return { object, conflicts: [] };
}

/** RFC 7386; the fields that it changes belong to whoever sent it. */
export function mergePatch(before: KubernetesObject, owners: Owners, patch: KubernetesObject, manager: string): KubernetesObject {
  for (const [path, value] of leavesOf(patch)) {
    if (value === null) owners.delete(path);
    else if (!same(at(before, path), value)) owners.set(path, new Set([manager]));
  }
  return merged(before, patch) as KubernetesObject;
}

/** The object's fields as they were applied by its first owner. */
export function ownedBy(manager: string, object: KubernetesObject): Owners {
  return new Map([...leavesOf(object).keys()].map((path) => [path, new Set([manager])]));
}

function merged(before: unknown, patch: unknown): unknown {
  if (!isMapping(patch)) return patch;
  const result: Record<string, unknown> = { ...(isMapping(before) ? before : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

function leavesOf(object: KubernetesObject): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const walk = (value: unknown, path: readonly string[]): void => {
    if (isMapping(value) && Object.keys(value).length > 0) for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
    else if (isNamedList(value)) for (const item of value) walk(item, [...path, `[${item.name}]`]);
    else leaves.set(path.join(SEPARATOR), value);
  };
  walk(object, []);
  for (const path of leaves.keys()) if (NOBODYS.test(path) || path.endsWith(`]${SEPARATOR}name`)) leaves.delete(path);
  return leaves;
}

function at(object: unknown, path: string): unknown {
  return path.split(SEPARATOR).reduce<unknown>((value, step) => {
    const name = /^\[(.*)\]$/.exec(step)?.[1];
    if (name !== undefined) return isNamedList(value) ? value.find((item) => item.name === name) : undefined;
    return isMapping(value) ? value[step] : undefined;
  }, object);
}

function put(into: unknown, [step = "", ...rest]: readonly string[], value: unknown): unknown {
  const name = /^\[(.*)\]$/.exec(step)?.[1];
  if (name !== undefined) {
    const list = isNamedList(into) ? into : [];
    const before = list.find((item) => item.name === name);
    const item = rest.length === 0 ? value : put(before ?? { name }, rest, value);
    return before === undefined ? [...list, item] : list.map((each) => (each === before ? item : each));
  }
  const mapping = isMapping(into) ? into : {};
  const { [step]: inner, ...others } = mapping;
  const made = rest.length === 0 ? value : put(inner, rest, value);
  return made === undefined ? others : { ...mapping, [step]: made };
}

function written(path: string): string {
  return `.${path.replaceAll(`${SEPARATOR}[`, "[").replaceAll(SEPARATOR, ".")}`;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is { name: string }[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isMapping(item) && typeof item["name"] === "string");
}
