/**
 * What two arms of an experiment say about their success rates: exact posteriors under the uniform prior Beta(1, 1) (O4). No sampling:
 * 100,000 draws would carry an error of 0.0016, as large as the distance between the looks' thresholds, and would not repeat.
 */
import { betaCdf, betaDensity, betaQuantile, bisect, logBinomial, quadratureNodes } from "./special-functions";

export interface Arm {
  successes: number;
  trials: number;
}

const { exp } = Math;

/** Of a Beta distribution; whole numbers, which the exact sums rely on. */
export interface Posterior {
  alpha: number;
  beta: number;
}

export interface Interval {
  low: number;
  high: number;
}

/** `points`: treatment − control. `relative`: treatment / control − 1. */
export type LiftScale = "points" | "relative";

export function posteriorOf({ successes, trials }: Arm): Posterior {
  if (!Number.isInteger(successes) || !Number.isInteger(trials) || successes < 0 || successes > trials) {
    throw new RangeError(`${successes} successes of ${trials} trials are no result: both are whole numbers, 0 ≤ successes ≤ trials`);
  }
  return { alpha: 1 + successes, beta: 1 + trials - successes };
}

export function meanRate({ alpha, beta }: Posterior): number {
  return alpha / (alpha + beta);
}

/**
 * P(treatment's rate > control's), as a finite sum (E. Miller, "Formulas for Bayesian A/B testing", 2015). The sum has as many terms as one
 * parameter is large; exchanging the arms or success and failure lets it run over the smallest of the four.
 */
export function probabilityBetter(control: Posterior, treatment: Posterior): number {
  const { alpha: a1, beta: b1 } = control;
  const { alpha: a2, beta: b2 } = treatment;
  const fewest = Math.min(a1, b1, a2, b2);
  if (fewest === a2) return clamp(exceedance(a1, b1, a2, b2));
  if (fewest === b1) return clamp(exceedance(b2, a2, b1, a1));
  if (fewest === a1) return clamp(1 - exceedance(a2, b2, a1, b1));
  return clamp(1 - exceedance(b1, a1, b2, a2));
}

/** How much of the rate is lost on average by choosing the treatment: E[max(control − treatment, 0)]. A bound of harm, not of error. */
export function expectedLoss(control: Posterior, treatment: Posterior): number {
  const controlUp = { alpha: control.alpha + 1, beta: control.beta };
  const treatmentUp = { alpha: treatment.alpha + 1, beta: treatment.beta };
  const lost =
    meanRate(control) * (1 - probabilityBetter(controlUp, treatment)) - meanRate(treatment) * (1 - probabilityBetter(control, treatmentUp));
  return Math.max(0, lost);
}

/** Of one arm's rate, the same probability left out at either end. */
export function rateInterval({ alpha, beta }: Posterior, level = 0.95): Interval {
  return { low: betaQuantile((1 - level) / 2, alpha, beta), high: betaQuantile((1 + level) / 2, alpha, beta) };
}

/** Of the lift, the same probability left out at either end. */
export function liftInterval(control: Posterior, treatment: Posterior, scale: LiftScale, level = 0.95): Interval {
  const atMost = (lift: number): number => probabilityLiftAtMost(control, treatment, scale, lift);
  const quantile = (probability: number): number => {
    let high = 1;
    while (scale === "relative" && atMost(high) < probability) high *= 2;
    return bisect((lift) => atMost(lift) - probability, -1, high, LIFT_PRECISION);
  };
  return { low: quantile((1 - level) / 2), high: quantile((1 + level) / 2) };
}

/** Finer than any figure that is told, and a third of the steps to the last bit. */
const LIFT_PRECISION = 1e-9;
const NODES = quadratureNodes(96);
/** Beyond so many deviations there is less than 1e-15 of the mass of a posterior that is near normal, and less than 1e-9 of any other. */
const DEVIATIONS = 9;

/** Integrates over the narrower posterior: over the wider one, the other would be a step that falls between two nodes. */
function probabilityLiftAtMost(control: Posterior, treatment: Posterior, scale: LiftScale, lift: number): number {
  if (deviation(control) <= deviation(treatment)) {
    const treatmentAt = (rate: number): number => (scale === "points" ? rate + lift : rate * (1 + lift));
    return integrate(control, (rate) => betaCdf(treatmentAt(rate), treatment.alpha, treatment.beta));
  }
  const controlAt = (rate: number): number => (scale === "points" ? rate - lift : rate / (1 + lift));
  return integrate(treatment, (rate) => 1 - betaCdf(controlAt(rate), control.alpha, control.beta));
}

function integrate(over: Posterior, value: (rate: number) => number): number {
  const { alpha, beta } = over;
  const low = Math.max(0, meanRate(over) - DEVIATIONS * deviation(over));
  const high = Math.min(1, meanRate(over) + DEVIATIONS * deviation(over));
  return NODES.reduce((sum, { at, weight }) => {
    const rate = low + at * (high - low);
    return sum + weight * (high - low) * betaDensity(rate, alpha, beta) * value(rate);
  }, 0);
}

function deviation({ alpha, beta }: Posterior): number {
  return Math.sqrt((alpha * beta) / (alpha + beta + 1)) / (alpha + beta);
}

/**
 * P(second > first) = Σ over i < a2 of B(a1 + i, b1 + b2) / ((b2 + i) B(1 + i, b2) B(a1, b1)). From the largest term outward, each from its
 * neighbour, until they no longer count: of ten million terms some tens of thousands do, and no error is carried into the largest.
 */
function exceedance(a1: number, b1: number, a2: number, b2: number): number {
  const growth = (i: number): number => ((a1 + i) / (a1 + i + b1 + b2)) * ((b2 + i) / (1 + i));
  const mode = Math.ceil((a1 * b2 - a1 - b1 - b2) / (1 + b1));
  const start = Math.min(Math.max(mode, 0), a2 - 1);
  const largest = exceedanceTerm(a1, b1, b2, start);
  let sum = largest;
  for (let [i, term] = [start, largest]; i + 1 < a2 && term > sum * NEGLIGIBLE; i++) sum += term *= growth(i);
  for (let [i, term] = [start, largest]; i > 0 && term > sum * NEGLIGIBLE; i--) sum += term /= growth(i - 1);
  return sum;
}

/** Ten million terms of this size are 1e-11 together. */
const NEGLIGIBLE = 1e-18;

/** As the probability of a draw without replacement, itself a ratio of three binomial ones at the rate that makes each of them large. */
function exceedanceTerm(a1: number, b1: number, b2: number, i: number): number {
  const [first, second] = [a1 + b1 - 2, b2 + i - 1];
  const drawn = a1 + i - 1;
  const all = first + second;
  const [p, q] = all === 0 ? [0, 1] : [drawn / all, (all - drawn) / all];
  const draw = logBinomial(i, second, p, q) + logBinomial(a1 - 1, first, p, q) - logBinomial(drawn, all, p, q);
  return exp(draw) * ((b1 + b2 - 1) / (all + 1)) * ((a1 + b1 - 1) / (all + 2));
}

function clamp(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
