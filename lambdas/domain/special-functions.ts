/**
 * The few functions that statistics need and JavaScript lacks. Written out because what is on offer is either large (246 packages for one
 * incomplete beta) or wrong where we need it (0.4404 for I(0.5; 1e6, 1e6), which is 0.5 by symmetry).
 * Numbers of equations are those of the NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov (2026).
 */

const { abs, cos, exp, floor, log, PI } = Math;

/** Coefficients of Stirling's series, DLMF 5.11.1: with six of them and an argument of 10 or more the rest is below 1e-15. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360];
const HALF_LOG_TWO_PI = log(2 * PI) / 2;
const TINY = 1e-300;
const PRECISE = 1e-15;
/** The continued fractions need about √(largest parameter) steps; enough for parameters of 1e9. */
const MOST_STEPS = 100_000;

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  let [argument, shift] = [x, 0];
  for (; argument < 10; argument++) shift += log(argument);
  return (argument - 0.5) * log(argument) - argument + HALF_LOG_TWO_PI + stirlingSeries(argument) - shift;
}

/** For arguments of 10 or more. */
function stirlingSeries(x: number): number {
  return STIRLING.reduceRight((sum, coefficient) => sum / (x * x) + coefficient, 0) / x;
}

/** ln x! − x ln x + x: what is left of ln Γ when its large parts, which cancel in every probability, are gone. At 1e7 they are 1.5e8. */
function factorialRest(x: number): number {
  if (x === 0) return 0;
  if (x < 10) return logGamma(x + 1) - x * log(x) + x;
  return log(2 * PI * x) / 2 + stirlingSeries(x);
}

/** x ln(x / mean) + mean − x, without taking almost equal numbers from each other where x is near the mean. */
function deviance(x: number, mean: number): number {
  if (x === 0) return mean;
  const apart = (x - mean) / (x + mean);
  if (abs(apart) >= 0.1) return x * log(x / mean) + mean - x;
  let [sum, power] = [(x - mean) * apart, 2 * x * apart];
  for (let odd = 3; ; odd += 2) {
    power *= apart * apart;
    const next = sum + power / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

/**
 * ln P(x of n trials succeed), q = 1 − p; neither x nor n need be whole. As a sum of small deviances (C. Loader, "Fast and Accurate Computation
 * of Binomial Probabilities", 2000): differences of ln Γ are wrong by 1e-8 at ten million trials.
 */
export function logBinomial(x: number, n: number, p: number, q = 1 - p): number {
  const rests = factorialRest(n) - factorialRest(x) - factorialRest(n - x);
  return rests - deviance(x, n * p) - deviance(n - x, n * q);
}

/** x^a (1 − x)^b / B(a, b). */
function betaFront(x: number, a: number, b: number): number {
  return ((a * b) / (a + b)) * exp(logBinomial(a, a + b, x));
}

/** P(X ≤ x) of a Beta(a, b): the regularised incomplete beta, DLMF 8.17.22, on the side where the fraction converges fast. */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const fraction = continuedFraction(
    (n) => {
      const m = floor(n / 2);
      if (n % 2 === 0) return (m * (b - m) * x) / ((a + n - 1) * (a + n));
      return (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
    },
    () => 1,
  );
  return (betaFront(x, a, b) * fraction) / a;
}

/** Of parameters of at least 1, as every posterior under a uniform prior has. */
export function betaDensity(x: number, a: number, b: number): number {
  if (x < 0 || x > 1) return 0;
  return (a + b - 1) * exp(logBinomial(a - 1, a + b - 2, x));
}

export function betaQuantile(probability: number, a: number, b: number): number {
  return bisect((x) => betaCdf(x, a, b) - probability, 0, 1);
}

/** Q(s, x): the upper regularised incomplete gamma, by series (DLMF 8.11.4) or continued fraction (8.9.2). */
export function upperGamma(s: number, x: number): number {
  if (x <= 0) return 1;
  const front = exp(s * log(x) - x - logGamma(s));
  if (x < s + 1) {
    let [term, sum] = [1 / s, 1 / s];
    for (let n = 1; term > sum * PRECISE; n++) {
      term *= x / (s + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  const fraction = continuedFraction(
    (n) => -n * (n - s),
    (n) => x + 2 * n + 1 - s,
  );
  return front * fraction;
}

/** P(X > x) of χ² with so many degrees of freedom. */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  return upperGamma(degreesOfFreedom / 2, x / 2);
}

export function normalCdf(z: number): number {
  const tail = upperGamma(0.5, (z * z) / 2) / 2;
  return z < 0 ? tail : 1 - tail;
}

export function normalDensity(z: number): number {
  return exp(-(z * z) / 2 - HALF_LOG_TWO_PI);
}

/** Beyond ±38 the tail is no double any more. */
export function normalQuantile(probability: number): number {
  return bisect((z) => normalCdf(z) - probability, -38, 38);
}

/** Where a rising function passes zero, to the last bit unless a coarser precision is enough. */
export function bisect(rising: (x: number) => number, low: number, high: number, precision = 0): number {
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high || high - low <= precision) return middle;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
}

/** 1 / (b(0) + a(1) / (b(1) + a(2) / (b(2) + ...))), by Lentz's method as modified by Thompson and Barnett (DLMF 3.10(iii)). */
function continuedFraction(a: (n: number) => number, b: (n: number) => number): number {
  let fraction = b(0);
  let [numerator, denominator] = [fraction, 0];
  for (let n = 1; n < MOST_STEPS; n++) {
    denominator = 1 / awayFromZero(b(n) + a(n) * denominator);
    numerator = awayFromZero(b(n) + a(n) / numerator);
    const factor = numerator * denominator;
    fraction *= factor;
    if (abs(factor - 1) < PRECISE) return 1 / fraction;
  }
  throw new Error(`a continued fraction did not settle within ${MOST_STEPS} steps`);
}

function awayFromZero(value: number): number {
  return abs(value) < TINY ? TINY : value;
}

export interface QuadratureNode {
  /** Between 0 and 1. */
  at: number;
  weight: number;
}

/** Gauss and Legendre's nodes on [0, 1]; the roots by Newton's method from Chebyshev's (DLMF 3.5(v)). */
export function quadratureNodes(count: number): QuadratureNode[] {
  return Array.from({ length: count }, (_, i) => {
    let root = cos((PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let [before, value] = [1, root];
      for (let n = 2; n <= count; n++) [before, value] = [value, ((2 * n - 1) * root * value - (n - 1) * before) / n];
      slope = (count * (root * value - before)) / (root * root - 1);
      const move = value / slope;
      root -= move;
      if (abs(move) < 1e-15) break;
    }
    return { at: (1 - root) / 2, weight: 1 / ((1 - root * root) * slope * slope) };
  });
}
