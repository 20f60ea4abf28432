/**
 * At which probability may the treatment be promoted, when it is looked at more than once? O4's 0.95 is meant for one look. With four equal
 * looks it promotes an equal model in 11 % of experiments, with the default stages in 15 %. The threshold that keeps the declared error
 * follows from the stages alone, and is computed from them.
 *
 * The estimates at the looks are jointly normal with independent increments of information 1 / (1 / control + 1 / treatment), also when the
 * split changes between stages, because Cov(d_j, d_k) = Var(d_k) for a mean over all outcomes so far. The chance to pass the threshold at any
 * look is then integrated look by look (P. Armitage, C. K. McPherson, B. C. Rowe, J. R. Stat. Soc. A 132, 1969).
 */
import { bisect, normalCdf, normalDensity, normalQuantile, quadratureNodes } from "./special-functions";
import { figure } from "./values";

export interface PlannedStage {
  /** Share of users on the treatment. */
  percent: number;
  hours: number;
}

export interface LookPlan {
  /** In order; a stage without a control, at 100 %, has no look. */
  stages: readonly PlannedStage[];
  /** Outcomes with a known result that both arms together collect in an hour; unknown on the first day. */
  outcomesPerHour?: number;
  /** Before both arms have so many, a look is not taken. @default 1000 */
  fewestPerArm?: number;
  /** How often an equal treatment may be promoted in the end. @default 0.05 */
  falsePromotion?: number;
}

export interface Look {
  /** Counted from 0, in the plan's stages. */
  stage: number;
  control: number;
  treatment: number;
}

export interface PlannedLooks {
  looks: Look[];
  /** Promote from this probability on. */
  threshold: number;
  reason: string;
}

/** A moment of the roll-out, as its plan sees it. */
export interface LookNow {
  /** Whether this moment is one of the planned looks. */
  planned: boolean;
  /** Whether no other planned look follows. */
  last: boolean;
  /** Promote from this probability on. */
  threshold: number;
}

export const FEWEST_OUTCOMES_PER_ARM = 1_000;

/** O4: what is meant to be the chance of error; at a single look the threshold is 1 minus this. */
export const FALSE_PROMOTION = 0.05;

/**
 * The least where the traffic is unknown, and with it the weight of each look. It holds for up to four looks whatever comes: four that have
 * nothing in common need 0.95^(1/4) = 0.9873, and looks at the same experiment, which agree with each other, need less (Slepian's inequality).
 */
export const THRESHOLD_WITHOUT_TRAFFIC = 0.9875;

/** What is wrong with the plan, as sentences; empty when it can be followed. */
export function lookFaults({
  stages,
  outcomesPerHour,
  fewestPerArm = FEWEST_OUTCOMES_PER_ARM,
  falsePromotion = FALSE_PROMOTION,
}: LookPlan): string[] {
  const faults = stages.flatMap(({ percent, hours }, i) => [
    ...(percent > 0 && percent <= 100
      ? []
      : [`stages[${i}].percent is ${percent}; it must be above 0 and at most 100: choose a share of users`]),
    ...(hours > 0 ? [] : [`stages[${i}].hours is ${hours}; it must be above 0: leave the stage out instead`]),
  ]);
  if (!(falsePromotion > 0 && falsePromotion < 0.5)) {
    faults.push(`falsePromotion is ${falsePromotion}; it must lie between 0 and 0.5: write 5 % as 0.05`);
  }
  if (outcomesPerHour !== undefined && !(outcomesPerHour > 0)) {
    faults.push(`outcomesPerHour is ${outcomesPerHour}; it must be above 0: leave it out where it is unknown`);
  }
  if (faults.length > 0 || outcomesPerHour === undefined) return faults;
  const last = looksOf(stages, outcomesPerHour).at(-1);
  const reached = last === undefined ? 0 : Math.floor(Math.min(last.control, last.treatment));
  if (reached >= fewestPerArm) return [];
  return [
    `stages give the smaller arm ${reached} outcomes before 100 %; fewestPerArm is ${fewestPerArm}, so no look would ever be taken: lengthen the stages`,
  ];
}

export function planLooks(plan: LookPlan): PlannedLooks {
  const faults = lookFaults(plan);
  if (faults.length > 0) throw new RangeError(faults.join("\n"));
  const { stages, outcomesPerHour, fewestPerArm = FEWEST_OUTCOMES_PER_ARM, falsePromotion = FALSE_PROMOTION } = plan;
  if (outcomesPerHour === undefined) {
    const looks = looksOf(stages, 1);
    const threshold = Math.max(THRESHOLD_WITHOUT_TRAFFIC, (1 - falsePromotion) ** (1 / Math.max(1, looks.length)));
    const reason = `${looks.length} looks at unknown traffic need a probability of ${threshold.toFixed(4)} at each; declare outcomesPerHour for the exact one`;
    return { looks, threshold, reason };
  }
  const looks = looksOf(stages, outcomesPerHour).filter(({ control, treatment }) => Math.min(control, treatment) >= fewestPerArm);
  const threshold = promotionThreshold(looks.map(information), falsePromotion);
  const error = `${figure(falsePromotion * 100)} % false promotions`;
  return { looks, threshold, reason: `${looks.length} looks; ${error} in all need a probability of ${threshold.toFixed(4)} at each` };
}

/**
 * The end of a stage, as the plan sees it. Read from its looks alone: the threshold was computed for these and no others, and one look more at
 * it, at a stage that was too small to be planned, would promote more equal models than was declared.
 */
export function lookAtEndOf(stage: number, { looks, threshold }: PlannedLooks): LookNow {
  return { planned: looks.some((look) => look.stage === stage), last: !looks.some((look) => look.stage > stage), threshold };
}

/** The probability at which the treatment passes, equal at all looks, so that one without any advantage passes at any in `error` of cases. */
export function promotionThreshold(informationAtLooks: readonly number[], error: number = FALSE_PROMOTION): number {
  // One look needs the least; looks that have nothing in common would need the most.
  const [least, most] = [normalQuantile(1 - error), normalQuantile(1 - error / Math.max(1, informationAtLooks.length))];
  const missing = (z: number): number => error - chanceToPass(informationAtLooks, z, 0);
  return normalCdf(bisect(missing, least, most, 1e-8));
}

/** How likely a treatment that is better by `advantage` points is promoted at one of the looks; at 0 it is the chance of a false promotion. */
export function promotionChance(looks: readonly Look[], threshold: number, baseline: number, advantage: number): number {
  const improved = baseline + advantage;
  const variance = (baseline * (1 - baseline) + improved * (1 - improved)) / 2;
  return chanceToPass(looks.map(information), normalQuantile(threshold), advantage / Math.sqrt(variance));
}

function looksOf(stages: readonly PlannedStage[], outcomesPerHour: number): Look[] {
  let [control, treatment] = [0, 0];
  return stages.flatMap(({ percent, hours }, stage) => {
    if (percent >= 100) return [];
    treatment += (outcomesPerHour * hours * percent) / 100;
    control += (outcomesPerHour * hours * (100 - percent)) / 100;
    return [{ stage, control, treatment }];
  });
}

function information({ control, treatment }: Look): number {
  return 1 / (1 / control + 1 / treatment);
}

const NODES = quadratureNodes(100);
/** Less than 1e-12 of a normal density lies beyond. */
const DEVIATIONS = 7;

/**
 * Of the sum S with S_k ~ Normal(drift × I_k, I_k), the chance that S_k ≥ z √I_k at some look: what passes is counted, the density of what
 * does not is carried to the next look.
 */
function chanceToPass(informationAtLooks: readonly number[], z: number, drift: number): number {
  let passed = 0;
  let before = 0;
  let left = [{ at: 0, mass: 1 }];
  informationAtLooks.forEach((now, look) => {
    const step = now - before;
    const spread = Math.sqrt(step);
    const bound = z * Math.sqrt(now);
    const centred = left.map(({ at, mass }) => ({ at: (at + drift * step) / spread, mass }));
    passed += centred.reduce((sum, { at, mass }) => sum + mass * normalCdf(at - bound / spread), 0);
    before = now;
    if (look === informationAtLooks.length - 1) return;

    const low = Math.min(bound, drift * now - DEVIATIONS * Math.sqrt(now));
    const width = bound - low;
    left = NODES.map(({ at: share, weight }) => {
      const at = low + share * width;
      const density = centred.reduce((sum, from) => sum + from.mass * normalDensity(at / spread - from.at), 0);
      return { at, mass: (weight * width * density) / spread };
    });
  });
  return passed;
}
