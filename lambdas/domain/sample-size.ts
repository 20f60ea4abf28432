/**
 * How many outcomes each arm needs before an experiment is worth looking at (O4).
 *
 * The normal approximation with the pooled variance under "no difference". Cohen's h (with its factor 2: n = 2 ((zα + zβ) / h)²) agrees within
 * half a percent in the middle, and halves the number near 0 and 1, so it is not used.
 */
import { normalQuantile } from "./special-functions";

/** "2 % better" is two tests: 0.90 to 0.92 in points needs 3,213 an arm, 0.90 to 0.918 relatively needs 4,007. So it must be said which. */
export type Effect = { kind: "points"; by: number } | { kind: "relative"; by: number };

export interface SampleSizeQuestion {
  /** Success rate of the control, strictly between 0 and 1. */
  baseline: number;
  /** The smallest difference worth finding; may be negative. */
  effect: Effect;
  /** Chance to find it if it is there. @default 0.8 */
  power?: number;
  /** Chance to find one, in either direction, where there is none. @default 0.05 */
  alpha?: number;
}

/** What is wrong with the question, as sentences; empty when it can be answered. */
export function sampleSizeFaults(question: SampleSizeQuestion): string[] {
  const { baseline, effect, power = 0.8, alpha = 0.05 } = question;
  const shares = { baseline, power, alpha };
  const faults = Object.entries(shares)
    .filter(([, value]) => !(value > 0 && value < 1))
    .map(([name, value]) => `${name} is ${value}; it must lie between 0 and 1, and be neither: write 90 % as 0.9`);
  if (faults.length > 0) return faults;
  const improved = improvedRate(question);
  if (effect.by === 0) return ["effect.by is 0; no number of outcomes shows that there is no difference: name the smallest that matters"];
  if (improved > 0 && improved < 1) return [];
  return [
    `effect.by is ${effect.by} (${effect.kind}); it takes the rate from ${baseline} to ${improved}, outside 0 to 1: choose a smaller effect`,
  ];
}

/** Outcomes with a known result in each arm. */
export function sampleSizePerArm(question: SampleSizeQuestion): number {
  const faults = sampleSizeFaults(question);
  if (faults.length > 0) throw new RangeError(faults.join("\n"));
  const { baseline, power = 0.8, alpha = 0.05 } = question;
  const improved = improvedRate(question);
  const pooled = (baseline + improved) / 2;
  const spread =
    normalQuantile(1 - alpha / 2) * Math.sqrt(2 * pooled * (1 - pooled)) +
    normalQuantile(power) * Math.sqrt(baseline * (1 - baseline) + improved * (1 - improved));
  return Math.ceil((spread / (improved - baseline)) ** 2);
}

function improvedRate({ baseline, effect }: SampleSizeQuestion): number {
  return effect.kind === "points" ? baseline + effect.by : baseline * (1 + effect.by);
}
