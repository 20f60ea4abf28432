/**
 * Promote, keep or go on? Decided here: an experiment of two arms at one moment (O4). Harm may be looked for at any time; promotion only at a
 * planned look, at the threshold that was computed for all of them (`looks.ts`).
 */
import { FEWEST_OUTCOMES_PER_ARM, type LookNow } from "./looks";
import { expectedLoss, liftInterval, meanRate, posteriorOf, probabilityBetter, type Arm, type LiftScale } from "./posterior";
import { checkSampleRatio, type ArmExposure } from "./sample-ratio";
import { figure, type Values } from "./values";

/** O4: at or below this the treatment is worse for all practical purposes. */
export const KEEP_AT = 0.05;

export interface ExperimentState {
  control: Arm;
  treatment: Arm;
  /** All users that came to either arm, whether or not their outcome is known yet. */
  exposures: readonly ArmExposure[];
  look: LookNow;
  /** @default "points" */
  liftScale?: LiftScale;
  /** @default 1000 */
  fewestPerArm?: number;
}

export type { LookNow };

export type ExperimentDecision = { reason: string; values: Values } & (
  | { kind: "promote" }
  | { kind: "keep" }
  | { kind: "continue" }
  /** The looks are used up without an answer: the arms are too alike to tell, and a person chooses. */
  | { kind: "ask-a-person" }
  /** The arms did not get the users they were meant to get. */
  | { kind: "not-comparable" }
);

export function decideExperiment(state: ExperimentState): ExperimentDecision {
  const { control, treatment, look, liftScale = "points", fewestPerArm = FEWEST_OUTCOMES_PER_ARM } = state;
  const ratio = checkSampleRatio(state.exposures);
  if (ratio.kind === "mismatch") return { kind: "not-comparable", reason: ratio.reason, values: ratio.values };

  const outcomes = Math.min(control.trials, treatment.trials);
  if (outcomes < fewestPerArm) {
    const reason = `the smaller arm has ${outcomes} outcomes; it is judged from ${fewestPerArm}`;
    return { kind: look.last ? "ask-a-person" : "continue", reason, values: { outcomes, fewestPerArm } };
  }
  const [a, b] = [posteriorOf(control), posteriorOf(treatment)];
  const probability = probabilityBetter(a, b);
  const lift = liftInterval(a, b, liftScale);
  const values = {
    probability,
    threshold: look.threshold,
    keepAt: KEEP_AT,
    controlRate: meanRate(a),
    treatmentRate: meanRate(b),
    expectedLoss: expectedLoss(a, b),
    liftLow: lift.low,
    liftHigh: lift.high,
    liftScale,
    controlTrials: control.trials,
    treatmentTrials: treatment.trials,
  };
  const [low, high] = [figure(lift.low * 100), figure(lift.high * 100)];
  const unit = liftScale === "points" ? "points" : "%";
  const told = `P(treatment better) ${probability.toFixed(4)}, lift ${low} to ${high} ${unit} (95 %)`;
  const kind = decideByProbability(probability, look);
  return { kind, reason: `${told}; ${BECAUSE[kind](look)}`, values };
}

/** The rule itself; both bounds belong to the answer they name. */
export function decideByProbability(probability: number, { planned, last, threshold }: LookNow): DecidedByProbability {
  if (probability <= KEEP_AT) return "keep";
  if (planned && probability >= threshold) return "promote";
  return planned && last ? "ask-a-person" : "continue";
}

export type DecidedByProbability = "keep" | "promote" | "ask-a-person" | "continue";

const BECAUSE: Record<DecidedByProbability, (look: LookNow) => string> = {
  keep: () => `at or below ${KEEP_AT} the control is kept`,
  promote: ({ threshold }) => `from ${threshold.toFixed(4)} on the treatment is promoted`,
  "ask-a-person": ({ threshold }) => `the last look did not reach ${threshold.toFixed(4)}`,
  continue: ({ planned, threshold }) =>
    planned ? `below ${threshold.toFixed(4)} it goes on` : "promotion is decided at planned looks only",
};
