import fc from "fast-check";
import {
  jensenShannon,
  kullbackLeibler,
  measureDrift,
  populationStability,
  psiByChance,
  smoothedShares,
  worstFeature,
  type FeatureDrift,
} from "../../../lambdas/domain/drift";
import { countNumbers, numericBaseline, type CategoricalBaseline, type NumericBaseline } from "../../../lambdas/domain/histogram";

const base: NumericBaseline = {
  kind: "numeric",
  feature: "cpu",
  edges: [1.5, 3, 5, 9],
  counts: [100, 200, 300, 250, 150],
  missing: 0,
  centres: [1, 2, 4, 7, 11],
  deviation: 3.176476034853718,
};
const anyCounts = fc.array(fc.nat(1_000), { minLength: 5, maxLength: 5 }).filter((counts) => counts.some((count) => count > 0));

/** Quantiles of a normal distribution, evenly spaced: a sample without luck, of any size. Abramowitz and Stegun 26.2.23, good to 4.5e-4. */
function normalSample(size: number, shift = 0): number[] {
  return Array.from({ length: size }, (_, i) => {
    const p = (i + 0.5) / size;
    const t = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
    const z = t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
    return shift + (p < 0.5 ? -z : z);
  });
}

describe("A1 the drift of one feature", () => {
  // Expected values: SciPy 1.17.1 (entropy terms in NumPy, spatial.distance.jensenshannon base 2, stats.wasserstein_distance on the centres),
  // half a row added to each bin for the first three.
  it("agrees with SciPy in every measure", () => {
    const drift = measureDrift(base, { counts: [80, 150, 310, 300, 160], missing: 0 }, 1_000);
    expect(drift.psi).toBeCloseTo(0.028778733884975743, 14);
    expect(drift.kullbackLeibler).toBeCloseTo(0.014107957413191987, 14);
    expect(drift.jensenShannon).toBeCloseTo(0.07195238742457319, 14);
    expect(drift.kolmogorovSmirnov).toBeCloseTo(0.07, 14);
    expect(drift.wasserstein).toBeCloseTo(0.38 / 3.176476034853718, 14);
    expect(drift).toMatchObject({ feature: "cpu", rows: 1_000, effectiveRows: 1_000, psiByChance: 0.008 });
  });

  it("is nothing for the baseline itself, at any size", () => {
    fc.assert(
      fc.property(anyCounts, fc.integer({ min: 1, max: 50 }), (counts, times) => {
        const drift = measureDrift({ ...base, counts }, { counts: counts.map((count) => count * times), missing: 0 }, 1_000);
        if (times === 1)
          expect(drift).toMatchObject({ psi: 0, kullbackLeibler: 0, jensenShannon: 0, kolmogorovSmirnov: 0, wasserstein: 0 });
        expect(drift.kolmogorovSmirnov).toBeCloseTo(0, 12);
        expect(drift.wasserstein).toBeCloseTo(0, 12);
      }),
    );
  });

  it("keeps the identities: psi is the sum of both divergences, symmetric, and everything stays within its range", () => {
    fc.assert(
      fc.property(anyCounts, anyCounts, (one, other) => {
        const [p, q] = smoothedShares(one, other);
        expect(populationStability(p, q)).toBeCloseTo(kullbackLeibler(p, q) + kullbackLeibler(q, p), 10);
        expect(populationStability(p, q)).toBeCloseTo(populationStability(q, p), 10);
        expect(jensenShannon(p, q)).toBeCloseTo(jensenShannon(q, p), 10);
        expect(p.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        const drift = measureDrift({ ...base, counts: one }, { counts: other, missing: 0 }, 1_000);
        expect(drift.psi).toBeGreaterThanOrEqual(0);
        expect(drift.kullbackLeibler).toBeGreaterThanOrEqual(-1e-15);
        expect(drift.jensenShannon).toBeLessThanOrEqual(1);
        expect(drift.kolmogorovSmirnov).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  // One bad row must not blind the measure: bins of equal width take an outlier of 100 for the whole range and see 0.0002.
  it("is seen past an outlier", () => {
    const sample = normalSample(10_000);
    const shifted = normalSample(10_000, 0.5);
    const clean = numericBaseline("cpu", sample);
    const dirty = numericBaseline("cpu", [...sample, 1_000]);
    const psi = (baseline: NumericBaseline): number => measureDrift(baseline, countNumbers(baseline.edges, shifted), 10_000).psi;
    // Deciles of N(0, 1) against N(0.5, 1), by SciPy's normal distribution: 0.23775.
    expect(psi(clean)).toBeCloseTo(0.23775, 2);
    expect(psi(dirty)).toBeCloseTo(psi(clean), 2);
  });

  // The floor under an empty bin decides the alarm; half a row is ours, and it must not make drift out of bins that nobody fills.
  it("counts a level that nobody knew, and no level that nobody has", () => {
    const known: CategoricalBaseline = {
      kind: "categorical",
      feature: "level",
      levels: ["a", "b"],
      counts: [60_000, 40_000, 0],
      missing: 0,
    };
    expect(measureDrift(known, { counts: [576, 384, 40], missing: 0 }, 1_000).psi).toBeCloseTo(0.36550263882671563, 12);
    expect(measureDrift(known, { counts: [300, 200, 0], missing: 0 }, 500).psi).toBeLessThan(1e-5);
    expect(measureDrift(known, { counts: [300, 200, 0], missing: 0 }, 500)).not.toHaveProperty("wasserstein");
  });

  it("sees values go missing, which have no place on the axis", () => {
    const drift = measureDrift(base, { counts: [50, 100, 150, 125, 75], missing: 500 }, 1_000);
    expect(drift.psi).toBeGreaterThan(1);
    expect(drift).toMatchObject({ kolmogorovSmirnov: 0, wasserstein: 0, rows: 1_000 });
  });

  it("has no shape measures where a side is empty, and is told in the feature's own unit where it was constant", () => {
    expect(measureDrift(base, { counts: [0, 0, 0, 0, 0], missing: 10 }, 10)).not.toHaveProperty("kolmogorovSmirnov");
    const constant = numericBaseline("mode", [3, 3, 3]);
    expect(measureDrift(constant, countNumbers(constant.edges, [3, 3, 3]), 3)).toMatchObject({ psi: 0, wasserstein: 0 });
  });

  it("is refused on other bins than the baseline's", () => {
    expect(() => measureDrift(base, { counts: [1, 2], missing: 0 }, 3)).toThrow(
      new RangeError("cpu has 5 bins in the baseline and 2 in the window"),
    );
  });

  // 9 × (1/288 + 1/288): a day of 5-minute points against a day, the reason why small windows are not judged.
  it("says what chance alone would make of it", () => {
    expect(psiByChance(10, 288, 288)).toBeCloseTo(0.0625, 12);
    expect(psiByChance(1, 288, 288)).toBe(0);
  });
});

describe("A1 the drift of a model", () => {
  const feature = (name: string, psi: number, effectiveRows: number): FeatureDrift => ({
    feature: name,
    psi,
    psiByChance: 0,
    kullbackLeibler: 0,
    jensenShannon: 0,
    rows: effectiveRows,
    effectiveRows,
  });

  // Among 300 features some are always nearly empty, and noise makes the emptiest the worst: every hour would retrain.
  it("is its worst feature's, among those with enough evidence", () => {
    const features = [feature("a", 0.1, 900), feature("b", 0.25, 500), feature("noisy", 3, 499)];
    expect(worstFeature(features, 500)?.feature).toBe("b");
  });

  it("is that of the best-known feature where none has enough, so that the verdict can say how much there is", () => {
    expect(worstFeature([feature("a", 0.1, 90), feature("b", 0.05, 400)], 500)?.feature).toBe("b");
    expect(worstFeature([], 500)).toBeUndefined();
  });
});
