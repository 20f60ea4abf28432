import fc from "fast-check";
import { effectiveRows, effectiveRowsAtLagOne, pooledEffectiveRows } from "../../../lambdas/domain/effective-sample";
import { judge } from "../../../lambdas/domain/judge";
import { NOW } from "./examples";

/** Nearly normal numbers that are the same at every run: twelve uniforms a draw, from a 32-bit mixing counter (mulberry32). */
function noise(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Array.from({ length: 12 }, uniform).reduce((sum, one) => sum + one, -6);
}

/** x(t) = ρ x(t−1) + noise. */
function autoregression(rows: number, correlation: number, seed: number): number[] {
  const draw = noise(seed);
  let value = draw() / Math.sqrt(1 - correlation ** 2);
  return Array.from({ length: rows }, () => (value = correlation * value + draw()));
}

describe("what a time series is worth in independent rows", () => {
  // n (1 − ρ) / (1 + ρ) is exact for a first-order autoregression; 20,000 points leave the estimate a few percent.
  it.each([
    [0.3, 0.1],
    [0.6, 0.1],
    [0.9, 0.2],
    [0.97, 0.3],
  ])("agrees with the closed form at a lag-1 correlation of %p", (correlation, tolerance) => {
    const rows = effectiveRows(autoregression(20_000, correlation, 7));
    const exact = effectiveRowsAtLagOne(20_000, correlation);
    expect(Math.abs(rows / exact - 1)).toBeLessThan(tolerance);
  });

  it("is close to its count without correlation", () => {
    expect(effectiveRows(autoregression(5_000, 0, 3))).toBeGreaterThan(4_500);
  });

  // A day of a slow metric is 288 points and a dozen facts. Judged as 288, it drifts every day.
  it("is far below its count for a slow metric", () => {
    const day = Array.from({ length: 288 }, (_, i) => Math.sin((i / 288) * 2 * Math.PI));
    expect(effectiveRows(day)).toBeLessThan(10);
  });

  // At a lag-1 correlation of 0.9, 27 % of windows without drift reach a psi of 0.1; the loop would retrain on the weather.
  it("A1 keeps a window of 2,000 points that resemble each other from being judged", () => {
    const evidence = effectiveRows(autoregression(2_000, 0.9, 5));
    expect(judge("data-drift", [{ endedAt: NOW, minutes: 60, value: 0.35, evidence }])).toMatchObject({ kind: "not-observed" });
  });

  it("is one row for a value that never changes, whatever the value", () => {
    for (const value of [0, 0.1, -1e9]) expect(effectiveRows(new Array<number>(1_000).fill(value))).toBe(1);
  });

  it("is no more than its count when the series swings back and forth", () => {
    expect(effectiveRows(Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1)))).toBe(100);
    expect(effectiveRowsAtLagOne(100, -0.9)).toBe(100);
  });

  it("skips missing points, and is the count where there are fewer than two", () => {
    expect(effectiveRows([null, NaN, undefined])).toBe(0);
    expect(effectiveRows([null, 4])).toBe(1);
    expect(effectiveRowsAtLagOne(0, 0.5)).toBe(0);
  });

  it("stays between one and the count, for every series", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 60 }), (series) => {
        const rows = effectiveRows(series);
        expect(rows).toBeGreaterThanOrEqual(1);
        expect(rows).toBeLessThanOrEqual(series.length);
      }),
    );
    expect(effectiveRowsAtLagOne(100, 1)).toBe(1);
  });

  it("adds up over instances", () => {
    const one = autoregression(288, 0.8, 1);
    const other = autoregression(288, 0.8, 2);
    expect(pooledEffectiveRows([one, other])).toBeCloseTo(effectiveRows(one) + effectiveRows(other), 9);
  });
});
