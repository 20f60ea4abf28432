/** `modelloop ab`: what two arms say, and what the loop would decide. The same functions decide in the cloud. */
import { decideExperiment, type ExperimentDecision, type LookNow } from "../../lambdas/domain/experiment";
import { FALSE_PROMOTION, promotionThreshold } from "../../lambdas/domain/looks";
import { type Arm, expectedLoss, posteriorOf, probabilityBetter, rateInterval } from "../../lambdas/domain/posterior";
import type { ArmExposure } from "../../lambdas/domain/sample-ratio";
import { figure } from "../../lambdas/domain/values";
import { SAYS } from "./laptop";
import { COMMON_OPTIONS, noMore, numberOption, strictOptions, wholeOption } from "./strict-options";
import { palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

const OPTIONS = {
  control: { type: "string" },
  treatment: { type: "string" },
  looks: { type: "string" },
  look: { type: "string" },
  error: { type: "string" },
  split: { type: "string" },
  fewest: { type: "string" },
  ...COMMON_OPTIONS,
} as const;

/** Beyond so many the integration over all looks takes seconds, and nobody plans them. */
const MOST_LOOKS = 100;

interface Question {
  readonly control: Arm;
  readonly treatment: Arm;
  readonly looks: number;
  readonly look: number;
  readonly error: number;
  readonly exposures: readonly ArmExposure[];
  readonly fewestPerArm?: number;
}

export interface AbDocument {
  readonly probability_treatment_better: number;
  readonly expected_loss_treatment: number;
  readonly expected_loss_control: number;
  readonly threshold: number;
  readonly decision: ExperimentDecision["kind"];
  readonly reason: string;
}

export function abCommand(argv: readonly string[], terminal: Terminal): number {
  const { values, positionals } = strictOptions("ab", argv, OPTIONS);
  if (values.help === true) {
    terminal.out(HELP);
    return 0;
  }
  noMore("ab", positionals);
  const question = questionOf(values);
  const document = abDocument(question);
  terminal.out(values.json === true ? `${JSON.stringify(document, null, 2)}\n` : text(question, document, terminal));
  return 0;
}

function abDocument({ control, treatment, looks, look, error, exposures, fewestPerArm }: Question): AbDocument {
  const now: LookNow = { planned: true, last: look === looks, threshold: thresholdOf(looks, error) };
  const decision = decideExperiment({ control, treatment, exposures, look: now, ...(fewestPerArm !== undefined && { fewestPerArm }) });
  const [a, b] = [posteriorOf(control), posteriorOf(treatment)];
  return {
    probability_treatment_better: probabilityBetter(a, b),
    expected_loss_treatment: expectedLoss(a, b),
    expected_loss_control: expectedLoss(b, a),
    threshold: now.threshold,
    decision: decision.kind,
    reason: decision.reason,
  };
}

/** Looks at equal distances: how much each of them knows goes as its number. */
function thresholdOf(looks: number, error: number): number {
  return promotionThreshold(
    Array.from({ length: looks }, (_, index) => index + 1),
    error,
  );
}

type Values = ReturnType<typeof strictOptions<typeof OPTIONS>>["values"];

function questionOf(values: Values): Question {
  const [control, treatment] = [armOf("--control", values.control), armOf("--treatment", values.treatment)];
  const looks = wholeOption("--looks", values.looks, 1, MOST_LOOKS) ?? 1;
  const look = wholeOption("--look", values.look, 1, looks) ?? looks;
  const error = numberOption("--error", values.error) ?? FALSE_PROMOTION;
  if (!(error > 0 && error < 0.5)) throw new UsageError(`--error is ${error}; it must lie between 0 and 0.5: write 5 % as 0.05`);
  const fewestPerArm = wholeOption("--fewest", values.fewest, 1, 1e9);
  const exposures = values.split === undefined ? [] : exposuresOf(values.split, control, treatment);
  return { control, treatment, looks, look, error, exposures, ...(fewestPerArm !== undefined && { fewestPerArm }) };
}

/** Up to here the sums are tested against an independent oracle, to 1e-9; beyond it figures are typing errors. */
const MOST_TRIALS = 1e7;

function armOf(option: string, text: string | undefined): Arm {
  if (text === undefined) throw new UsageError(`${option} is missing: write successes/trials, ${option} 1200/10000`);
  const [, successes, trials] = /^(\d{1,12})\/(\d{1,12})$/.exec(text) ?? [];
  if (successes === undefined || trials === undefined) {
    throw new UsageError(`${option} is ${JSON.stringify(text)}; an arm is written successes/trials: write ${option} 1200/10000`);
  }
  const arm = { successes: Number(successes), trials: Number(trials) };
  if (arm.successes > arm.trials) {
    throw new UsageError(`${option} is ${text}; there cannot be more successes than trials: write successes/trials`);
  }
  if (arm.trials > MOST_TRIALS)
    throw new UsageError(`${option} is ${text}; more than ${MOST_TRIALS} trials are not judged: check the figures`);
  return arm;
}

function exposuresOf(split: string, control: Arm, treatment: Arm): ArmExposure[] {
  const [, first, second] = /^(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(split) ?? [];
  if (first === undefined || second === undefined || Math.abs(Number(first) + Number(second) - 100) > 1e-9) {
    throw new UsageError(`--split is ${JSON.stringify(split)}; it is written control/treatment and sums to 100: write --split 70/30`);
  }
  return [
    { arm: "control", observed: control.trials, intended: Number(first) },
    { arm: "treatment", observed: treatment.trials, intended: Number(second) },
  ];
}

function text({ control, treatment, looks, look, error, exposures }: Question, document: AbDocument, terminal: Terminal): string {
  const paint = palette(terminal.colour);
  const arm = (name: string, { successes, trials }: Arm) => {
    const { low, high } = rateInterval(posteriorOf({ successes, trials }));
    const rate = trials === 0 ? "-" : (successes / trials).toFixed(4);
    return `  ${name.padEnd(11)}${`${successes}/${trials}`.padEnd(20)}${rate.padEnd(9)}95 % credible ${low.toFixed(4)} to ${high.toFixed(4)}`;
  };
  const planned = looks === 1 ? "one look" : `look ${look} of ${looks} at equal distances`;
  const unchecked = exposures.length === 0 ? ["  Whether the arms got their share of users was not checked: say --split 70/30."] : [];
  return [
    "",
    arm("control", control),
    arm("treatment", treatment),
    "",
    `  P(treatment better)   ${document.probability_treatment_better.toFixed(4)}, promoted from ${document.threshold.toFixed(4)} (${planned}, ${figure(error * 100)} % false promotions in all)`,
    `  expected loss         ${document.expected_loss_treatment.toFixed(6)} with the treatment, ${document.expected_loss_control.toFixed(6)} with the control`,
    "",
    `  ${paint.bold(document.decision)}: ${document.reason}`,
    ...unchecked,
    "",
    "",
  ].join("\n");
}

const HELP = `modelloop ab --control SUCCESSES/TRIALS --treatment SUCCESSES/TRIALS [options]

${SAYS.ab} Exact posteriors under the uniform prior Beta(1, 1).

  --control, --treatment  the arms: --control 1200/10000
  --looks N       looks that were planned, at equal distances (default: 1); the threshold keeps the error over all of them
  --look N        which of them this is (default: the last); after the last one without an answer, a person is asked
  --error SHARE   how often a treatment without any advantage may be promoted in the end (default: 0.05)
  --split A/B     the share of users that each arm was to get (70/30): arms that got others are not compared
  --fewest N      outcomes from which an arm is judged (default: 1000)
  --json          {"probability_treatment_better", "expected_loss_treatment", "expected_loss_control", "threshold", "decision", "reason"}
  --help          this text

The decision is promote, keep, continue, ask-a-person or not-comparable.
Exit code: 0 whatever is decided, 2 if the command line cannot be understood.
`;
