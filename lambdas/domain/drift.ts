/**
 * How far a window's distribution lies from the baseline's, by five measures. Severity is decided by psi alone (A1); the others tell a reader
 * what kind of change it is. All see only the bins: a change within one bin is invisible, and what lies beyond the last edge counts as lying
 * where the baseline's last values lay, so KS and Wasserstein are lower bounds of the exact figures.
 */
import type { Baseline, Histogram } from "./histogram";

/**
 * Half a row is added to each bin on both sides: Jeffreys' prior of a multinomial, Dirichlet(1/2, ..., 1/2) (H. Jeffreys, Proc. R. Soc. A 186,
 * 1946). The choice decides the alarm: a new level with 4 % of the rows has psi 0.24 with shares floored at 1e-4, 0.43 at 1e-6, 0.79 at 1e-10.
 */
export const SMOOTHING = 0.5;

export interface FeatureDrift {
  feature: string;
  /** Population stability index: Σ (c − b) ln(c / b) over the smoothed shares. */
  psi: number;
  /** What psi would be on average without any drift, from the sizes of the two samples alone. */
  psiByChance: number;
  /** Σ c ln(c / b) in nats: how surprised the baseline is by the window. */
  kullbackLeibler: number;
  /** Square root of the divergence in bits: 0 equal, 1 disjoint. */
  jensenShannon: number;
  /** Largest difference of the cumulative shares; numeric features only. */
  kolmogorovSmirnov?: number;
  /** Area between the cumulative shares, in the baseline's standard deviations; numeric features only. */
  wasserstein?: number;
  rows: number;
  effectiveRows: number;
}

/** `effectiveRows`: what the window's rows are worth after correction for autocorrelation (`effective-sample.ts`). */
export function measureDrift(baseline: Baseline, window: Histogram, effectiveRows: number): FeatureDrift {
  if (window.counts.length !== baseline.counts.length) {
    throw new RangeError(
      `${baseline.feature} has ${baseline.counts.length} bins in the baseline and ${window.counts.length} in the window`,
    );
  }
  const [base, current] = smoothedShares([...baseline.counts, baseline.missing], [...window.counts, window.missing]);
  const shapes = baseline.kind === "numeric" ? cumulativeMeasures(baseline, window) : {};
  return {
    feature: baseline.feature,
    psi: populationStability(base, current),
    psiByChance: psiByChance(base.length, total(baseline), effectiveRows),
    kullbackLeibler: kullbackLeibler(current, base),
    jensenShannon: jensenShannon(current, base),
    ...shapes,
    rows: total(window),
    effectiveRows,
  };
}

/** The worst feature decides (A1), but only among those with enough evidence: chance alone makes the emptiest feature look worst. */
export function worstFeature(features: readonly FeatureDrift[], fewestEffectiveRows: number): FeatureDrift | undefined {
  const enough = features.filter(({ effectiveRows }) => effectiveRows >= fewestEffectiveRows);
  if (enough.length > 0) return best(enough, ({ psi }) => psi);
  return best(features, ({ effectiveRows }) => effectiveRows);
}

export function populationStability(base: readonly number[], current: readonly number[]): number {
  return sum(base, current, (b, c) => (c - b) * Math.log(c / b));
}

/** Of shares without zeros: Σ of ln(of / from), weighed by `of`. */
export function kullbackLeibler(of: readonly number[], from: readonly number[]): number {
  return sum(from, of, (b, c) => c * Math.log(c / b));
}

export function jensenShannon(one: readonly number[], other: readonly number[]): number {
  const middle = one.map((share, bin) => (share + (other[bin] ?? 0)) / 2);
  const nats = (kullbackLeibler(one, middle) + kullbackLeibler(other, middle)) / 2;
  // Rounding can leave a trace below zero, whose root would be NaN.
  return Math.sqrt(Math.max(0, nats) / Math.LN2);
}

/** psi × 1 / (1/n + 1/m) follows χ² with B − 1 degrees of freedom (B. Yurdakul, J. Naranjo, Journal of Risk Model Validation 14, 2020). */
export function psiByChance(bins: number, baselineRows: number, effectiveRows: number): number {
  return Math.max(0, bins - 1) * (1 / baselineRows + 1 / effectiveRows);
}

/**
 * Shares of both sides with Jeffreys' half row. Bins that are empty on both sides are dropped first: half a row of 500 against half a row of
 * 100,000 would otherwise look like drift.
 */
export function smoothedShares(base: readonly number[], current: readonly number[]): [number[], number[]] {
  const used = base.flatMap((count, bin) => (count > 0 || (current[bin] ?? 0) > 0 ? [bin] : []));
  return [smooth(used.map((bin) => base[bin] ?? 0)), smooth(used.map((bin) => current[bin] ?? 0))];
}

function smooth(counts: readonly number[]): number[] {
  const all = counts.reduce((sum, count) => sum + count + SMOOTHING, 0);
  return counts.map((count) => (count + SMOOTHING) / all);
}

/** Missing values have no place on the axis and are left out here; psi sees them. */
function cumulativeMeasures(
  { counts, centres, deviation }: Extract<Baseline, { kind: "numeric" }>,
  window: Histogram,
): Pick<FeatureDrift, "kolmogorovSmirnov" | "wasserstein"> {
  const gaps = cumulativeGaps(counts, window.counts);
  if (gaps === undefined) return {};
  const area = gaps.slice(0, -1).reduce((sum, gap, bin) => sum + gap * ((centres[bin + 1] ?? 0) - (centres[bin] ?? 0)), 0);
  // A constant has no deviation to measure by; 1 leaves the area in the feature's own unit.
  return { kolmogorovSmirnov: Math.max(...gaps), wasserstein: area / (deviation > 0 ? deviation : 1) };
}

/** |difference| of the cumulative shares after each bin; nothing when a side is empty. */
function cumulativeGaps(base: readonly number[], current: readonly number[]): number[] | undefined {
  const rows = base.reduce((sum, count) => sum + count, 0);
  const currentRows = current.reduce((sum, count) => sum + count, 0);
  if (rows === 0 || currentRows === 0) return undefined;
  let [below, currentBelow] = [0, 0];
  return base.map((count, bin) => {
    below += count;
    currentBelow += current[bin] ?? 0;
    return Math.abs(below / rows - currentBelow / currentRows);
  });
}

function total({ counts, missing }: Histogram): number {
  return counts.reduce((sum, count) => sum + count, missing);
}

function sum(base: readonly number[], current: readonly number[], term: (b: number, c: number) => number): number {
  return base.reduce((all, share, bin) => all + term(share, current[bin] ?? 0), 0);
}

function best<T>(items: readonly T[], by: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>((found, item) => (found === undefined || by(item) > by(found) ? item : found), undefined);
}
