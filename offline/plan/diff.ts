/** What changed between two plans of one environment. Pure. */
import { type Json, type PropertyPath, pathText } from "../engine";
import { formerUrns } from "./former-urns";
import type { PlanDocument, PlannedResource } from "./plan-document";
import { SECRET_TEXT } from "./redaction";

export interface PropertyChange {
  /** `policy → Statement[0].Action`: an arrow leads into JSON that is kept as text. */
  path: string;
  /** Absent where the property is new. */
  before?: Json;
  /** Absent where the property is gone. */
  after?: Json;
}

export interface ResourceRef {
  urn: string;
  type: string;
  name: string;
  source?: string;
}

export interface ChangedResource extends ResourceRef {
  /** Its former URN, where an alias says that it is the same resource under another name. */
  movedFrom?: string;
  /** Empty where it only moved. */
  properties: PropertyChange[];
}

export interface PlanDiff {
  created: ResourceRef[];
  deleted: ResourceRef[];
  changed: ChangedResource[];
  moved: ChangedResource[];
  unchanged: number;
  /** Stack outputs, which other stacks may read. */
  outputs: PropertyChange[];
  /** Secrets that stand in both plans. Their values are in neither, so a change of one does not show. */
  secretsNotCompared: number;
}

/** Options whose change means something for the resource; how it came about (aliases, versions of SDKs) does not. */
const COMPARED_OPTIONS = [
  "protect",
  "retainOnDelete",
  "ignoreChanges",
  "replaceOnChanges",
  "deleteBeforeReplace",
  "deletedWith",
  "provider",
] as const;

export function diffPlans(before: PlanDocument, after: PlanDocument): PlanDiff {
  const [formerly, now] = [before.resources.filter(isChosen), after.resources.filter(isChosen)];
  const old = new Map(formerly.map((resource) => [resource.urn, resource]));
  const fresh = new Map(now.map((resource) => [resource.urn, resource]));
  const diff: PlanDiff = {
    created: [],
    deleted: [],
    changed: [],
    moved: [],
    unchanged: 0,
    outputs: compare(before.outputs, after.outputs, []),
    secretsNotCompared: 0,
  };
  const matched = new Set<string>();
  for (const resource of now) {
    const former = old.get(resource.urn) ?? formerUrns(resource, fresh).flatMap((urn) => (fresh.has(urn) ? [] : (old.get(urn) ?? [])))[0];
    if (former === undefined || matched.has(former.urn)) {
      diff.created.push(referenceTo(resource));
      continue;
    }
    matched.add(former.urn);
    diff.secretsNotCompared += countSecrets(former.inputs, resource.inputs);
    const properties = changes(former, resource);
    const moved = former.urn !== resource.urn;
    if (moved) diff.moved.push({ ...referenceTo(resource), movedFrom: former.urn, properties });
    else if (properties.length > 0) diff.changed.push({ ...referenceTo(resource), properties });
    else diff.unchanged++;
  }
  diff.deleted = formerly.filter(({ urn }) => !matched.has(urn)).map(referenceTo);
  return diff;
}

export function isEmptyDiff(diff: PlanDiff): boolean {
  return diff.created.length + diff.deleted.length + diff.changed.length + diff.moved.length + diff.outputs.length === 0;
}

/** The stack is its resources and outputs, and a default provider is nobody's choice: its name changes with each version of an SDK. */
function isChosen({ type, modelled }: PlannedResource): boolean {
  return type !== "pulumi:pulumi:Stack" && !(modelled && type.startsWith("pulumi:providers:"));
}

function changes(before: PlannedResource, after: PlannedResource): PropertyChange[] {
  const options = COMPARED_OPTIONS.flatMap((option) =>
    compare(asJson(before.options?.[option]), asJson(after.options?.[option]), ["options", option]),
  );
  return [...compare(before.inputs, after.inputs, []), ...options];
}

/** An option that is not given and one that is given as nothing mean the same. */
function asJson(option: string | boolean | string[] | undefined): Json | undefined {
  if (option === undefined || option === false || (Array.isArray(option) && option.length === 0)) return undefined;
  return option;
}

/** Leaf by leaf; text that holds JSON on both sides is compared inside, because a policy is one long line. */
export function compare(before: Json | undefined, after: Json | undefined, path: PropertyPath, prefix = ""): PropertyChange[] {
  if (before === undefined && after === undefined) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    const longer = before.length > after.length ? before : after;
    return longer.flatMap((_, index) => compare(before[index], after[index], [...path, index], prefix));
  }
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => compare(before[key], after[key], [...path, key], prefix));
  }
  if (before === after) return [];
  const inside = [structure(before), structure(after)];
  const at = prefix + pathText(path);
  if (inside[0] !== undefined && inside[1] !== undefined) return compare(inside[0], inside[1], [], `${at} → `);
  return [{ path: at.replace(/ → $/, ""), ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

/** The list or object that the text holds as JSON. */
function structure(value: Json | undefined): Json | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return undefined;
  }
}

function countSecrets(before: Json | undefined, after: Json | undefined): number {
  if (before === SECRET_TEXT && after === SECRET_TEXT) return 1;
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null) return 0;
  return Object.entries(before).reduce(
    (sum, [key, item]: [string, Json]) => sum + countSecrets(item, (after as Record<string, Json>)[key]),
    0,
  );
}

function referenceTo({ urn, type, name, source }: PlannedResource): ResourceRef {
  return { urn, type, name, ...(source === undefined ? {} : { source }) };
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
