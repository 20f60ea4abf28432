import fc from "fast-check";
import {
  expectedLoss,
  liftInterval,
  meanRate,
  posteriorOf,
  probabilityBetter,
  rateInterval,
  type Posterior,
} from "../../../lambdas/domain/posterior";
import { betaCdf, betaDensity, quadratureNodes } from "../../../lambdas/domain/special-functions";

const anyPosterior: fc.Arbitrary<Posterior> = fc.record({
  alpha: fc.integer({ min: 1, max: 300 }),
  beta: fc.integer({ min: 1, max: 300 }),
});

/** Integrals over [0, 1] with 400 nodes: independent of the sums, and exact for parameters of this size. */
const NODES = quadratureNodes(400);

function integral(value: (rate: number) => number): number {
  return NODES.reduce((sum, { at, weight }) => sum + weight * value(at), 0);
}

describe("O4 the posterior of an arm", () => {
  it("adds the uniform prior Beta(1, 1) to what was observed", () => {
    expect(posteriorOf({ successes: 90, trials: 100 })).toEqual({ alpha: 91, beta: 11 });
    expect(meanRate(posteriorOf({ successes: 0, trials: 0 }))).toBe(0.5);
  });

  it.each([
    [1.5, 3],
    [-1, 3],
    [4, 3],
    [0, NaN],
  ])("refuses %p successes of %p trials", (successes, trials) => {
    expect(() => posteriorOf({ successes, trials })).toThrow(
      new RangeError(`${successes} successes of ${trials} trials are no result: both are whole numbers, 0 ≤ successes ≤ trials`),
    );
  });

  // SciPy 1.17.1: stats.beta.ppf.
  it("has the credible interval that SciPy gives", () => {
    const { low, high } = rateInterval(posteriorOf({ successes: 900, trials: 1_000 }));
    expect(low).toBeCloseTo(0.8798308701241394, 12);
    expect(high).toBeCloseTo(0.9170636015041822, 12);
  });
});

describe("O4 the probability that the treatment is better, and what choosing it would lose", () => {
  // Expected values: SciPy 1.17.1, Gauss-Legendre quadrature with 400 nodes of f_B(x) F_A(x), and with 2,000 of P(A > t) P(B < t)
  // over 12 deviations around both.
  // One row for each of the four sums, and sizes up to a million outcomes. Those of ten million: the sums themselves term by term, mpmath 1.3
  // with 45 digits; logarithms of factorials in binary are wrong there by 1e-8, and promotions are decided at 0.95 by such figures.
  it.each([
    [[101, 901], [121, 881], 0.9231834389735841, 0.00048461392635638],
    [[8_501, 1_501], [8_601, 1_401], 0.9776823273754115, 4.137958924024e-5],
    [[2, 9], [1, 1], 0.8181818181818182, 0.0227272727272727],
    [[901, 101], [951, 51], 0.9999900873166091, 2.528241186353e-8],
    [[51, 951], [41, 961], 0.14161851775048, 0.01065640736311],
    [[961, 41], [951, 51], 0.14161851775048, 0.01065640736311],
    [[850_001, 150_001], [850_501, 149_501], 0.8391148576521852, 4.278298214541e-5],
    [[1_000_001, 9_000_001], [1_000_301, 8_999_701], 0.5884625409477784, 3.98597580306168e-5],
    [[4, 9_999_998], [9, 9_999_993], 0.9270020135498062, 1.18408022338954e-8],
    [[9_999_001, 1_001], [9_999_051, 951], 0.8711944735440122, 2.84434799080969e-7],
  ] as const)("of Beta(%p) against Beta(%p) is %p, losing %p", ([a1, b1], [a2, b2], better, loss) => {
    const [control, treatment] = [
      { alpha: a1, beta: b1 },
      { alpha: a2, beta: b2 },
    ];
    expect(Math.abs(probabilityBetter(control, treatment) - better)).toBeLessThan(1e-9);
    expect(Math.abs(expectedLoss(control, treatment) - loss)).toBeLessThan(1e-9);
  });

  // Each of them is asked for at every look, by a function that is paid for by the millisecond.
  it("is a half for two equal arms of ten million, and takes no more than the blink of an eye", () => {
    const arm = { alpha: 3_000_001, beta: 7_000_001 };
    const began = process.hrtime.bigint();
    expect(Math.abs(probabilityBetter(arm, arm) - 0.5)).toBeLessThan(1e-10);
    expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(250);
  });

  it("agrees with the numeric integral for every pair", () => {
    fc.assert(
      fc.property(anyPosterior, anyPosterior, (control, treatment) => {
        const better = integral((x) => betaDensity(x, treatment.alpha, treatment.beta) * betaCdf(x, control.alpha, control.beta));
        const loss = integral((x) => (1 - betaCdf(x, control.alpha, control.beta)) * betaCdf(x, treatment.alpha, treatment.beta));
        expect(probabilityBetter(control, treatment)).toBeCloseTo(better, 9);
        expect(expectedLoss(control, treatment)).toBeCloseTo(loss, 9);
      }),
      { numRuns: 50 },
    );
  });

  it("is a half for equal arms, and turns over when the arms are exchanged, or success and failure", () => {
    fc.assert(
      fc.property(anyPosterior, anyPosterior, (one, other) => {
        const mirror = ({ alpha, beta }: Posterior): Posterior => ({ alpha: beta, beta: alpha });
        expect(probabilityBetter(one, one)).toBeCloseTo(0.5, 11);
        expect(probabilityBetter(one, other) + probabilityBetter(other, one)).toBeCloseTo(1, 11);
        expect(probabilityBetter(mirror(one), mirror(other))).toBeCloseTo(probabilityBetter(other, one), 11);
        expect(expectedLoss(one, other) - expectedLoss(other, one)).toBeCloseTo(meanRate(one) - meanRate(other), 11);
      }),
    );
  });

  it("rises with every success of the treatment", () => {
    fc.assert(
      fc.property(anyPosterior, anyPosterior, (control, treatment) => {
        const luckier = { alpha: treatment.alpha + 1, beta: treatment.beta };
        expect(probabilityBetter(control, luckier)).toBeGreaterThanOrEqual(probabilityBetter(control, treatment) - 1e-12);
      }),
    );
  });
});

describe("O4 the credible interval of the lift", () => {
  // Expected values: SciPy 1.17.1, optimize.brentq over a quadrature with 2,000 nodes. The second and third pair have one arm a hundred times
  // narrower than the other, on either side: integrated over the wrong one, the narrow one would fall between two nodes.
  it.each([
    [[101, 901], [121, 881], "points", -0.00747069270756, 0.047469692724243],
    [[101, 901], [121, 881], "relative", -0.065360432110977, 0.540838193100175],
    [[11, 91], [8_601, 81_401], "points", -0.079013118341917, 0.039967852721956],
    [[11, 91], [8_601, 81_401], "relative", -0.452777798415878, 0.718060925984928],
    [[8_601, 81_401], [11, 91], "points", -0.039967852721916, 0.079013118341996],
    [[8_601, 81_401], [11, 91], "relative", -0.417948464529891, 0.827411236433047],
    [[3, 9], [5, 7], "points", -0.197614635709764, 0.514003341769997],
    [[3, 9], [5, 7], "relative", -0.470873555599237, 6.444439966279],
  ] as const)("of Beta(%p) against Beta(%p) in %s is %p to %p", ([a1, b1], [a2, b2], scale, low, high) => {
    const found = liftInterval({ alpha: a1, beta: b1 }, { alpha: a2, beta: b2 }, scale);
    expect(found.low).toBeCloseTo(low, 6);
    expect(found.high).toBeCloseTo(high, 6);
  });

  it("grows with the level, and holds zero in its middle for equal arms", () => {
    const arm = posteriorOf({ successes: 900, trials: 1_000 });
    const [wide, narrow] = [liftInterval(arm, arm, "points", 0.99), liftInterval(arm, arm, "points", 0.9)];
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThan(narrow.high);
    expect(wide.low + wide.high).toBeCloseTo(0, 8);
  });
});
