/** What AWS asks, as it was read on a day: `prices.json`. A price of one Region says nothing about another. */
import rows from "./prices.json";

export interface PriceRow {
  readonly service: string;
  /** AWS's usage type, where the source named it. */
  readonly sku: string;
  readonly region: string;
  /** USD for one unit; null where nobody could read it, and then `why` says so. */
  readonly price: number | null;
  readonly unit: string;
  /** The document that it was read in. */
  readonly source: string | null;
  /** The document's own date: of the offer, or of its author's reading. */
  readonly dateOfSource: string | null;
  readonly dateRead: string;
  /** high: out of a file of AWS's own with SKU and date. medium: an estimator, or two facts that agree. low: undated, or said to be rough. */
  readonly confidence?: string;
  /** Further tiers, and amounts that are free. */
  readonly note?: string;
  readonly why?: string;
}

export const PRICES: readonly PriceRow[] = rows;

/** A row of the table, named as it is in us-east-1. */
export interface PriceKey {
  readonly service: string;
  readonly sku: string;
}

/** In other Regions AWS puts their short name in front of most of its usage types. */
const PREFIX = /^(USE1|USE2|USW2|EUC1|EUW2|EU|us-east-1)[- ]/;

export function priceOf({ service, sku }: PriceKey, region: string): PriceRow | undefined {
  return PRICES.find((row) => row.service === service && row.region === region && bare(row.sku) === bare(sku));
}

function bare(sku: string): string {
  return sku.replace(PREFIX, "");
}
