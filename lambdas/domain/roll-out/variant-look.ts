/**
 * The look at the experiment between variants at the end of a stage (O4): decided by the same statistics as any experiment, written down and
 * told, and never applied. A canary asks whether the new release is as good as the old one; which variant is the better one is asked for weeks.
 */
import { decideExperiment, type ExperimentDecision } from "../experiment";
import { lookAtEndOf, planLooks } from "../looks";
import type { RollOutSpec } from "../run/model-spec";
import type { Arm } from "../split/split";

export interface VariantOutcome {
  variant: string;
  /** Since the roll-out began, of the candidate release. */
  requests: number;
  /** Predictions of known truth, and how many of them were right. */
  labels: number;
  correct: number;
}

/**
 * The side that grows stands first in a split: the first arm is the treatment. Undefined where there are not two arms with users, or where
 * nothing was counted of one: then there is nothing to look at.
 */
export function lookAtVariants(
  { stages }: Pick<RollOutSpec, "stages">,
  stage: number,
  arms: readonly Arm[],
  outcomes: readonly VariantOutcome[],
): ExperimentDecision | undefined {
  const open = arms.filter(({ hundredths }) => hundredths > 0);
  const [treatment, control] = open;
  if (treatment === undefined || control === undefined || open.length > 2) return undefined;
  const of = ({ variant }: Arm): VariantOutcome | undefined => outcomes.find((outcome) => outcome.variant === variant);
  const [treated, controlled] = [of(treatment), of(control)];
  if (treated === undefined || controlled === undefined) return undefined;
  const plan = planLooks({ stages: stages.map(({ hours }) => ({ percent: treatment.hundredths / 100, hours })) });
  return decideExperiment({
    control: { successes: controlled.correct, trials: controlled.labels },
    treatment: { successes: treated.correct, trials: treated.labels },
    exposures: [
      { arm: control.variant, observed: controlled.requests, intended: control.hundredths },
      { arm: treatment.variant, observed: treated.requests, intended: treatment.hundredths },
    ],
    look: lookAtEndOf(stage, plan),
  });
}
