/** What an environment bills a month, by what its program would create. Pure. */
import type { Json, Properties, RecordedResource } from "../engine";
import { isMapping } from "../plan/mapping";
import { type Layer } from "../report/layers";
import { layered } from "../report/parts";
import { isTemplate, sentTemplates } from "../templates/sent-templates";
import { type Charge, type Meter, type Subject, unpriced } from "./charge";
import { isFree } from "./free";
import { COMPUTE_METERS } from "./meters/compute";
import { DATA_METERS } from "./meters/data";
import { NETWORK_METERS } from "./meters/network";
import { OPERATIONS_METERS, TEMPLATE_METERS } from "./meters/operations";
import { priceOf, type PriceRow } from "./price-table";
import { servingNodeCharges } from "./serving-nodes";
import { ASSUMED, type Usage, type UsageKey } from "./usage";

const METERS: Readonly<Record<string, Meter>> = {
  ...NETWORK_METERS,
  ...COMPUTE_METERS,
  ...DATA_METERS,
  ...OPERATIONS_METERS,
  ...TEMPLATE_METERS,
};

export interface Line extends Charge {
  readonly layer: Layer;
  /** The part of the platform that it belongs to, as the report calls it. */
  readonly component: string;
  readonly resource: string;
  /** USD a month; absent where nobody knows the price. */
  readonly monthlyUsd?: number;
  readonly price?: PriceRow;
  /** Whether `pulumi destroy` leaves it: protected, or kept when it leaves the stack. */
  readonly staysAfterDestroy: boolean;
}

export interface Estimate {
  readonly environment: string;
  readonly region: string;
  readonly lines: readonly Line[];
  readonly usage: Usage;
  /** Billed whether anybody uses it or not, without what is unknown. */
  readonly fixedUsd: number;
  /** What the assumptions come to. */
  readonly usageUsd: number;
  readonly totalUsd: number;
  /** What goes on after `pulumi destroy`, until somebody deletes it. */
  readonly afterDestroyUsd: number;
  /** Whether a price is missing: the total is then too small. */
  readonly complete: boolean;
}

export interface Planned {
  readonly environment: string;
  readonly region: string;
  /** A recording in apply mode: only there is every amount known. */
  readonly resources: readonly RecordedResource[];
  readonly usage?: Usage;
}

export function estimate({ environment, region, resources, usage = ASSUMED }: Planned): Estimate {
  const placed = placesOf(resources);
  const lines = resources
    .filter(({ kind }) => kind === "custom")
    .flatMap((resource) => {
      const place = placed.get(resource.urn) ?? { layer: "other" as Layer, component: resource.name };
      const { protect, retainOnDelete } = resource.options;
      const of = { ...place, resource: resource.name, staysAfterDestroy: protect === true || retainOnDelete === true };
      return chargesOf(resource, resources, usage).map((charge) => priced({ ...of, ...charge }, region));
    });
  const sum = (which: (line: Line) => boolean) => lines.filter(which).reduce((total, { monthlyUsd = 0 }) => total + monthlyUsd, 0);
  const [fixedUsd, usageUsd] = [sum(({ usage: key }) => key === undefined), sum(({ usage: key }) => key !== undefined)];
  return {
    ...{ environment, region, lines, usage, fixedUsd, usageUsd, totalUsd: fixedUsd + usageUsd },
    afterDestroyUsd: sum(({ staysAfterDestroy }) => staysAfterDestroy),
    complete: lines.every(({ monthlyUsd }) => monthlyUsd !== undefined),
  };
}

function priced(line: Line, region: string): Line {
  if (line.quantity === 0) return { ...line, monthlyUsd: 0 };
  const price = priceOf(line, region);
  return price?.price === undefined || price.price === null
    ? { ...line, ...(price && { price }) }
    : { ...line, price, monthlyUsd: price.price * line.quantity };
}

function placesOf(resources: readonly RecordedResource[]): Map<string, { layer: Layer; component: string }> {
  const { layers } = layered({ resources } as Parameters<typeof layered>[0]);
  return new Map(
    layers.flatMap(({ layer, parts }) =>
      parts.flatMap(({ name, members }) => members.map(({ resource }) => [resource.urn, { layer, component: name }] as const)),
    ),
  );
}

function chargesOf(resource: RecordedResource, all: readonly RecordedResource[], usage: Usage): Charge[] {
  const { type, name, inputs } = resource;
  const from = (property: string) => all.filter(({ urn }) => (resource.propertyDependencies[property] ?? []).includes(urn));
  const subject = { type, name, inputs, usage, from };
  const own = METERS[type]?.(subject) ?? (isFree(type) ? [] : [unpriced(type, type)]);
  const more = type === "aws:cloudformation/stack:Stack" ? templateCharges(resource, all, usage) : servingNodeCharges(resource, all, usage);
  return [...own, ...more];
}

/** Everything in the templates that this stack deploys, the nested ones among them. */
function templateCharges(stack: RecordedResource, all: readonly RecordedResource[], usage: Usage): Charge[] {
  const resources = sentTemplates(all)
    .filter((template) => template.stack === stack.urn)
    .flatMap(({ body }) => (isTemplate(body) ? Object.entries(body.Resources) : []));
  const charges = resources.flatMap(([name, { Type: type, Properties: properties }]) => {
    const subject: Subject = { type, name, inputs: mapping(properties as Json | undefined), usage, from: () => [] };
    return METERS[type]?.(subject) ?? (isFree(type) ? [] : [unpriced(type, type)]);
  });
  return summed(charges);
}

/** Thirty alarms are one line: nobody reads thirty. */
function summed(charges: readonly Charge[]): Charge[] {
  const groups = new Map<string, Charge[]>();
  for (const charge of charges) {
    const key = JSON.stringify([charge.what, charge.service, charge.sku, charge.usage]);
    groups.set(key, [...(groups.get(key) ?? []), charge]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const what = group.length === 1 ? first.what : `${group.length} × ${first.what}`;
    return [{ ...first, what, quantity: group.reduce((sum, { quantity }) => sum + quantity, 0) }];
  });
}

function mapping(value: Json | undefined): Properties {
  return isMapping(value) ? value : {};
}

/** What is billed while no release serves and nothing trains: the slots asleep, the groups from zero at zero. */
export function idleUsd({ lines, totalUsd }: Estimate): number {
  const awake = lines.filter(({ usage }) => usage === "servingNodeHours" || usage === "trainingHours" || usage === "gpuNodeHours");
  return awake.reduce((left, { monthlyUsd = 0 }) => left - monthlyUsd, totalUsd);
}

/** Totals by component within their layers, the dearest first. */
export function byComponent({ lines }: Estimate) {
  const sums = new Map<string, { layer: Layer; component: string; fixedUsd: number; usageUsd: number; complete: boolean }>();
  for (const { layer, component, usage, monthlyUsd } of lines) {
    const key = `${layer} ${component}`;
    const sum = sums.get(key) ?? { layer, component, fixedUsd: 0, usageUsd: 0, complete: true };
    sum[usage === undefined ? "fixedUsd" : "usageUsd"] += monthlyUsd ?? 0;
    sum.complete &&= monthlyUsd !== undefined;
    sums.set(key, sum);
  }
  return [...sums.values()].sort((one, other) => other.fixedUsd + other.usageUsd - one.fixedUsd - one.usageUsd);
}

/** Assumptions that at least one line rests on. */
export function assumptionsOf({ lines }: Estimate): UsageKey[] {
  return [...new Set(lines.flatMap(({ usage }) => usage ?? []))];
}

/** Unknown prices of what bills by the hour, used or not: these make a ceiling worthless, and fail it. */
export function unknownHourly({ lines }: Estimate): Line[] {
  return lines.filter(({ usage, monthlyUsd }) => usage === undefined && monthlyUsd === undefined);
}
