/**
 * Did each arm get its share of users? If not, something sent users to arms by what they are, and no comparison of the arms means anything:
 * a mismatch is a fault of the router or of the counting, never a finding.
 */
import { chiSquareTail } from "./special-functions";
import { figure, type Values } from "./values";

export interface ArmExposure {
  arm: string;
  /** Users or requests that came. */
  observed: number;
  /** As many as the split of each stage meant to send, summed over the stages; in any unit, only the proportions count. */
  intended: number;
}

export type SampleRatio = { reason: string; values: Values } & ({ kind: "as-intended" } | { kind: "mismatch" });

/** So small because it is looked at many times, and because a real fault is soon far beyond it. */
export const SAMPLE_RATIO_ALPHA = 0.001;

/** Pearson's χ² of the observed against the intended counts. */
export function checkSampleRatio(exposures: readonly ArmExposure[], alpha: number = SAMPLE_RATIO_ALPHA): SampleRatio {
  const observed = exposures.reduce((sum, arm) => sum + arm.observed, 0);
  const intended = exposures.reduce((sum, arm) => sum + arm.intended, 0);
  const shares = exposures
    .map((arm) => `${arm.arm} ${percent(arm.observed, observed)} (meant ${percent(arm.intended, intended)})`)
    .join(", ");
  if (observed === 0 || intended === 0) return { kind: "as-intended", reason: "no exposures yet", values: { observed } };

  const closed = exposures.find((arm) => arm.intended === 0 && arm.observed > 0);
  const open = exposures.filter((arm) => arm.intended > 0);
  const chiSquare = open.reduce((sum, arm) => {
    const expected = (arm.intended / intended) * observed;
    return sum + (arm.observed - expected) ** 2 / expected;
  }, 0);
  const probability = closed !== undefined ? 0 : open.length < 2 ? 1 : chiSquareTail(chiSquare, open.length - 1);
  const kind = probability < alpha ? "mismatch" : "as-intended";
  return {
    kind,
    reason: `${shares}; p ${figure(probability)}, a mismatch below ${alpha}`,
    values: { observed, chiSquare, probability, alpha },
  };
}

function percent(part: number, whole: number): string {
  return `${figure((part / Math.max(1e-300, whole)) * 100)} %`;
}
