/**
 * Distributions as counts on bins that the baseline fixed for good. Frozen bins are what makes two windows comparable, and counts on them can
 * be added up: an hour to a day, an instance to a fleet.
 *
 * Bins are [low, high) between edges that lie midway between neighbouring values of the baseline, so that engines which count (low, high]
 * agree: on whole numbers binned at the values themselves, two engines disagree by a psi of 0.36 without any drift.
 */
import { z } from "zod";

const counts = z.array(z.int().min(0)).min(1);

export const numericBaselineSchema = z
  .strictObject({
    kind: z.literal("numeric"),
    feature: z.string(),
    /** Ascending; one fewer than the bins. */
    edges: z.array(z.number()),
    counts,
    missing: z.int().min(0),
    /** The mean of the baseline's values in each bin: where the mass of a bin is taken to lie. */
    centres: z.array(z.number()),
    /** Standard deviation of the baseline, the yardstick of the Wasserstein distance. */
    deviation: z.number().min(0),
  })
  .refine(({ edges, counts, centres }) => counts.length === edges.length + 1 && centres.length === counts.length, {
    error: "a numeric baseline has one count and one centre for each bin, and one edge fewer",
  })
  .refine(({ edges }) => edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? -Infinity)), { error: "edges must ascend" });

export const categoricalBaselineSchema = z
  .strictObject({
    kind: z.literal("categorical"),
    feature: z.string(),
    levels: z.array(z.string()).min(1),
    /** One for each level, and a last one for every other value. */
    counts,
    missing: z.int().min(0),
  })
  .refine(({ levels, counts }) => counts.length === levels.length + 1, { error: "a categorical baseline has one count more than levels" });

export const baselineSchema = z.discriminatedUnion("kind", [numericBaselineSchema, categoricalBaselineSchema]);

export type NumericBaseline = z.infer<typeof numericBaselineSchema>;
export type CategoricalBaseline = z.infer<typeof categoricalBaselineSchema>;
export type Baseline = z.infer<typeof baselineSchema>;

/** Counts on a baseline's bins. */
export interface Histogram {
  counts: readonly number[];
  /** Null, NaN and infinite values: a bin of their own in every engine, never the first or the last one. */
  missing: number;
}

export type Cell = number | null | undefined;

/** Ten, as the usual tiers of psi assume; fewer where values repeat so much that quantiles coincide. */
export const MOST_BINS = 10;

/** Bins of equal share. One outlier of 100 leaves their psi unchanged (0.233), and drives that of equal widths from 0.224 to 0.0002. */
export function numericBaseline(feature: string, values: readonly Cell[], mostBins: number = MOST_BINS): NumericBaseline {
  const sorted = values.filter(isPresent).sort((one, other) => one - other);
  const edges = quantileEdges(sorted, mostBins);
  const { counts, missing } = countNumbers(edges, values);
  const sums = new Array<number>(counts.length).fill(0);
  for (const value of sorted) addAt(sums, binOf(edges, value), value);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, sorted.length);
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, sorted.length);
  const centres = counts.map((count, bin) => (count > 0 ? (sums[bin] ?? 0) / count : (edges[Math.min(bin, edges.length - 1)] ?? 0)));
  return { kind: "numeric", feature, edges, counts: [...counts], missing, centres, deviation: Math.sqrt(variance) };
}

/** The most frequent values by name, all others together. */
export function categoricalBaseline(feature: string, values: readonly (string | null | undefined)[], mostLevels = 20): CategoricalBaseline {
  const tally = new Map<string, number>();
  for (const value of values) if (isNamed(value)) tally.set(value, (tally.get(value) ?? 0) + 1);
  const byFrequency = [...tally].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const levels = byFrequency.slice(0, mostLevels).map(([level]) => level);
  const { counts, missing } = countLevels(levels, values);
  return { kind: "categorical", feature, levels, counts: [...counts], missing };
}

export function countNumbers(edges: readonly number[], values: Iterable<Cell>): Histogram {
  const counts = new Array<number>(edges.length + 1).fill(0);
  let missing = 0;
  for (const value of values) {
    if (isPresent(value)) addAt(counts, binOf(edges, value), 1);
    else missing++;
  }
  return { counts, missing };
}

export function countLevels(levels: readonly string[], values: Iterable<string | null | undefined>): Histogram {
  const binOfLevel = new Map(levels.map((level, bin) => [level, bin]));
  const counts = new Array<number>(levels.length + 1).fill(0);
  let missing = 0;
  for (const value of values) {
    if (isNamed(value)) addAt(counts, binOfLevel.get(value) ?? levels.length, 1);
    else missing++;
  }
  return { counts, missing };
}

/** Of two windows, or two instances, counted on the same bins. */
export function addHistograms(one: Histogram, other: Histogram): Histogram {
  if (one.counts.length !== other.counts.length) {
    throw new RangeError(`histograms of ${one.counts.length} and of ${other.counts.length} bins cannot be added`);
  }
  return { counts: one.counts.map((count, bin) => count + (other.counts[bin] ?? 0)), missing: one.missing + other.missing };
}

/** Of a constant, the bins "less", "the same", "more": with a single bin no change of it could ever be seen. */
function quantileEdges(sorted: readonly number[], mostBins: number): number[] {
  const [lowest, highest] = [sorted[0], sorted[sorted.length - 1]];
  if (lowest === undefined || highest === undefined) return [];
  if (lowest === highest) {
    const width = Math.max(Math.abs(lowest), 1) * 1e-9;
    return [lowest - width, lowest + width];
  }
  const cuts = Array.from({ length: mostBins - 1 }, (_, i) => edgeNear(sorted, ((i + 1) * sorted.length) / mostBins));
  return [...new Set(cuts)].sort((one, other) => one - other);
}

/** Midway between two different neighbouring values, as near to the rank as their repetitions allow. */
function edgeNear(sorted: readonly number[], rank: number): number {
  const value = sorted[Math.min(Math.floor(rank), sorted.length - 1)] ?? NaN;
  const first = firstIndexWhere(sorted, (other) => other >= value);
  const after = firstIndexWhere(sorted, (other) => other > value);
  const isLowest = first === 0;
  const isHighest = after === sorted.length;
  const cut = isLowest || (!isHighest && after - rank < rank - first) ? after : first;
  const [below, above] = [sorted[cut - 1] ?? NaN, sorted[cut] ?? NaN];
  const midway = below + (above - below) / 2;
  return midway > below ? midway : above;
}

/** As many as there are edges at or below the value. */
function binOf(edges: readonly number[], value: number): number {
  return firstIndexWhere(edges, (edge) => edge > value);
}

/** By bisection: of ascending numbers that fail the test and then pass it, the place of the first that passes. */
function firstIndexWhere(ascending: readonly number[], passes: (item: number) => boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(ascending[middle] ?? NaN)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isPresent(value: Cell): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isNamed(level: string | null | undefined): level is string {
  return typeof level === "string";
}

function addAt(totals: number[], index: number, amount: number): void {
  totals[index] = (totals[index] ?? 0) + amount;
}
