/** What a template would change in its stack, by logical id: the plan's own diff sees one uploaded file go and another come. Pure. */
import { compare, type PlanDiff, type PropertyChange } from "../plan/diff";
import type { PlanDocument } from "../plan/plan-document";
import { byText } from "../plan/stable-json";
import { isTemplate, sentTemplates, type SentTemplate } from "./sent-templates";

export interface LogicalResource {
  id: string;
  type: string;
}

export interface ChangedLogicalResource extends LogicalResource {
  properties: PropertyChange[];
  /** A property says so that can be set at creation only. `perhaps`: it depends on values that only the cloud has. */
  replaced: "no" | "yes" | "perhaps" | "unknown";
}

export interface TemplateDiff {
  template: string;
  /** Whether the stack, or the nested stack, was in neither plan before, or is in none now. */
  status: "new" | "gone" | "kept";
  added: LogicalResource[];
  removed: LogicalResource[];
  changed: ChangedLogicalResource[];
  unchanged: number;
}

/** What changed since another plan, as far as plans tell. */
export interface Changes {
  readonly against: string;
  readonly diff: PlanDiff;
  readonly templates: readonly TemplateDiff[];
}

/** A property that cannot be changed in place. */
export interface CreateOnly {
  template: string;
  id: string;
  /** `Properties.AlarmName` */
  path: string;
  isConditional: boolean;
}

/** @param createOnly where nobody could say, absent: then of a changed resource it is unknown whether it is replaced. */
export function diffTemplates(before: PlanDocument, after: PlanDocument, createOnly: readonly CreateOnly[] | undefined): TemplateDiff[] {
  const [old, fresh] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])].sort(byText);
  const diffs = names.map((name) => diffOne(name, old.get(name), fresh.get(name), createOnly));
  return diffs.filter(({ status, added, removed, changed }) => status !== "kept" || added.length + removed.length + changed.length > 0);
}

type Resources = Record<string, { Type: string; Properties?: object }>;

function byName({ resources }: PlanDocument): Map<string, Resources> {
  const ofJson = (template: SentTemplate): [string, Resources][] =>
    isTemplate(template.body) ? [[template.name, template.body.Resources]] : [];
  return new Map(sentTemplates(resources).flatMap(ofJson));
}

function diffOne(template: string, before: Resources = {}, after: Resources = {}, createOnly?: readonly CreateOnly[]): TemplateDiff {
  const reference = ([id, { Type: type }]: [string, Resources[string]]): LogicalResource => ({ id, type });
  const status = Object.keys(before).length === 0 ? "new" : Object.keys(after).length === 0 ? "gone" : "kept";
  const kept = Object.entries(after).filter(([id]) => id in before);
  const changed = kept.flatMap(([id, now]): ChangedLogicalResource[] => {
    const properties = compare(asJson(before[id]), asJson(now), []);
    const own = createOnly?.filter((each) => each.template === template && each.id === id);
    return properties.length === 0 ? [] : [{ id, type: now.Type, properties, replaced: replacement(properties, own) }];
  });
  return {
    ...{ template, status },
    added: Object.entries(after)
      .filter(([id]) => !(id in before))
      .map(reference),
    removed: Object.entries(before)
      .filter(([id]) => !(id in after))
      .map(reference),
    ...{ changed, unchanged: kept.length - changed.length },
  };
}

function replacement(
  properties: readonly PropertyChange[],
  createOnly: readonly CreateOnly[] | undefined,
): ChangedLogicalResource["replaced"] {
  if (properties.some(({ path }) => path === "Type")) return "yes";
  if (createOnly === undefined) return "unknown";
  const touched = createOnly.filter((only) => properties.some(({ path }) => isWithin(path, only.path) || isWithin(only.path, path)));
  if (touched.some(({ isConditional }) => !isConditional)) return "yes";
  return touched.length > 0 ? "perhaps" : "no";
}

function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
}

function asJson(value: object | undefined): Parameters<typeof compare>[0] {
  return value as Parameters<typeof compare>[0];
}
