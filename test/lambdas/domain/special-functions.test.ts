import fc from "fast-check";
import {
  betaCdf,
  betaDensity,
  betaQuantile,
  bisect,
  chiSquareTail,
  logBinomial,
  logGamma,
  normalCdf,
  normalQuantile,
  quadratureNodes,
  upperGamma,
} from "../../../lambdas/domain/special-functions";

/** As large as the figure's own rounding, which at 1e7 is some 1e-9. */
function expectClose(found: number, exact: number, relative = 1e-13): void {
  expect(Math.abs(found - exact)).toBeLessThanOrEqual(relative * Math.max(Math.abs(exact), 1e-300) + 1e-300);
}

// Expected values: mpmath 1.3 with 40 digits where not said otherwise. A wrong digit here is a wrong promotion somewhere.
describe("special functions", () => {
  it.each([
    [0.5, 0.5723649429247001],
    [2.5, 0.2846828704729192],
    [9.999, 12.799575780077413],
    [10, 12.801827480081469],
    [1e3, 5905.220423209181],
    [1e6, 12815504.569147611],
  ])("ln Γ(%p) is %p", (x, exact) => {
    expectClose(logGamma(x), exact, 4e-15 * (x < 10 ? 10 : 1));
  });

  it("ln Γ is that of the factorials, and zero at 1 and 2", () => {
    expect(Math.abs(logGamma(1))).toBeLessThan(1e-14);
    expect(Math.abs(logGamma(2))).toBeLessThan(1e-14);
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e6, noNaN: true }), (x) => {
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(1e-15 * Math.max(20, Math.abs(logGamma(x + 1))) * 4);
      }),
    );
  });

  // The last is SciPy 1.17.1's; a library on offer gives 0.4404 for the third, which is a half by symmetry.
  it.each([
    [0.3, 2, 5, 0.5798249999999999, 1e-13],
    [0.9, 900, 100, 0.48878396952018915, 1e-11],
    [0.5, 1e6, 1e6, 0.5, 1e-12],
    [0.5, 1e7, 1e7, 0.5, 1e-12],
    [1e-3, 1, 1_000, 0.6323045752290359, 1e-12],
    [0.999, 3, 0.5, 0.9407468104840537, 1e-13],
    [0.85, 8501, 1501, 0.5052133980492508, 1e-10],
  ])("P(X ≤ %p) of Beta(%p, %p) is %p", (x, a, b, exact, relative) => {
    expectClose(betaCdf(x, a, b), exact, relative);
  });

  it("the Beta distribution is symmetric, begins at 0 and ends at 1, and its quantile is its inverse", () => {
    const parameter = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), parameter, parameter, (p, a, b) => {
        expect(betaCdf(p, a, b) + betaCdf(1 - p, b, a)).toBeCloseTo(1, 10);
        expect(betaCdf(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 9);
      }),
    );
    expect([betaCdf(0, 2, 3), betaCdf(-1, 2, 3), betaCdf(1, 2, 3), betaCdf(2, 2, 3)]).toEqual([0, 0, 1, 1]);
  });

  it.each([
    [0, 0, 0.3, 1],
    [0, 4, 0, 1],
    [0, 10, 0.1, 0.3486784401],
    [10, 10, 0.9, 0.3486784401],
    [3, 10, 0.5, 120 / 1024],
    // mpmath 1.3, 40 digits.
    [1_000_000, 10_000_000, 0.1, 0.00042052205157048193],
  ])("%p of %p trials succeed at rate %p with probability %p", (x, n, p, exact) => {
    expectClose(Math.exp(logBinomial(x, n, p)), exact, 1e-13);
  });

  it.each([
    [0.025, 901, 101, 0.8798308701241394],
    [0.975, 901, 101, 0.9170636015041822],
    [0.025, 1, 1, 0.025],
    [0.5, 1, 100, 0.006907504562964099],
  ])("the %p quantile of Beta(%p, %p) is %p", (p, a, b, exact) => {
    expectClose(betaQuantile(p, a, b), exact, 1e-12);
  });

  it("the Beta density integrates to the distribution, and is flat for the uniform prior up to both ends", () => {
    expect([betaDensity(0, 1, 1), betaDensity(0.3, 1, 1), betaDensity(1, 1, 1), betaDensity(1.1, 1, 1)]).toEqual([1, 1, 1, 0]);
    const integral = quadratureNodes(40).reduce((sum, { at, weight }) => sum + weight * 0.4 * betaDensity(at * 0.4, 5, 9), 0);
    expectClose(integral, betaCdf(0.4, 5, 9), 1e-12);
  });

  it.each([
    [0.5, 0.1, 0.654720846018577],
    [0.5, 5.4, 0.0010150009471130673],
    [4.5, 3, 0.7399182920946537],
    [4.5, 20, 7.598525229464276e-6],
    [50, 40, 0.9296649333406051],
    [2, 0, 1],
  ])("Q(%p, %p) is %p", (s, x, exact) => {
    expectClose(upperGamma(s, x), exact, 1e-12);
  });

  it.each([
    [10.828, 1, 0.0009997657195830916],
    [16.919, 9, 0.049999640848349826],
    [40, 9, 7.598525229464264e-6],
  ])("P(χ² > %p) with %p degrees of freedom is %p", (x, degrees, exact) => {
    expectClose(chiSquareTail(x, degrees), exact, 1e-12);
  });

  it.each([
    [-8, 6.220960574271784e-16],
    [-1.96, 0.024997895148220435],
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [3, 0.9986501019683699],
  ])("Φ(%p) is %p", (z, exact) => {
    expectClose(normalCdf(z), exact, 1e-12);
  });

  it.each([
    [0.001, -3.090232306167813],
    [0.8, 0.8416212335729143],
    [0.975, 1.959963984540054],
    [0.9875, 2.241402727604947],
  ])("the normal %p quantile is %p", (p, exact) => {
    expectClose(normalQuantile(p), exact, 1e-12);
  });

  it("n nodes integrate polynomials of degree 2n − 1 exactly", () => {
    const nodes = quadratureNodes(6);
    for (let degree = 0; degree < 12; degree++) {
      expectClose(
        nodes.reduce((sum, { at, weight }) => sum + weight * at ** degree, 0),
        1 / (degree + 1),
        1e-14,
      );
    }
  });

  it("bisection finds the place to the last bit, or as finely as it is asked to", () => {
    expect(bisect((x) => x - 1 / 3, 0, 1)).toBeCloseTo(1 / 3, 15);
    expect(Math.abs(bisect((x) => x - 1 / 3, 0, 1, 0.1) - 1 / 3)).toBeLessThan(0.1);
  });
});
