/** What one resource bills, before it is multiplied with a price. */
import type { Json, Properties } from "../engine";
import type { PriceKey } from "./price-table";
import type { Usage, UsageKey } from "./usage";

/** AWS's own month in its calculators. */
export const HOURS = 730;

export interface Charge extends PriceKey {
  /** `2 × m6i.large`, for people. */
  readonly what: string;
  /** In the unit of the price, a month. */
  readonly quantity: number;
  /** What the quantity rests on; absent for what is billed whether it is used or not. */
  readonly usage?: UsageKey;
}

/** A resource as a meter sees it. */
export interface Subject {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  readonly usage: Usage;
  /** The resources that a property was made from. */
  from(property: string): readonly { readonly type: string; readonly inputs: Properties }[];
}

export type Meter = (subject: Subject) => Charge[];

/** A price that nobody has: the line says so, and the total is incomplete. */
export function unpriced(what: string, sku: string): Charge {
  return { what, service: "not in the table", sku, quantity: HOURS };
}

export function hourly(what: string, service: string, sku: string, count = 1): Charge {
  return { what, service, sku, quantity: HOURS * count };
}

export function monthly(what: string, service: string, sku: string, quantity = 1): Charge {
  return { what, service, sku, quantity };
}

export function used(usage: UsageKey, what: string, service: string, sku: string, quantity: number): Charge {
  return { what, service, sku, quantity, usage };
}

export function numberOf(value: Json | undefined, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

export function textOf(value: Json | undefined, otherwise = ""): string {
  return typeof value === "string" ? value : otherwise;
}

export function groupOf(value: Json | undefined): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
