/** `modelloop sample-size`: how many outcomes an experiment needs before it is worth looking at. */
import { sampleSizeFaults, sampleSizePerArm, type SampleSizeQuestion } from "../../lambdas/domain/sample-size";
import { figure } from "../../lambdas/domain/values";
import { SAYS } from "./laptop";
import { COMMON_OPTIONS, noMore, numberOption, strictOptions } from "./strict-options";
import type { Terminal } from "./terminal";
import { UsageError } from "./usage";

const OPTIONS = {
  baseline: { type: "string" },
  lift: { type: "string" },
  relative: { type: "boolean" },
  power: { type: "string" },
  alpha: { type: "string" },
  ...COMMON_OPTIONS,
} as const;

export function sampleSizeCommand(argv: readonly string[], terminal: Terminal): number {
  const { values, positionals } = strictOptions("sample-size", argv, OPTIONS);
  if (values.help === true) {
    terminal.out(HELP);
    return 0;
  }
  noMore("sample-size", positionals);
  const question = questionOf(values);
  const faults = sampleSizeFaults(question);
  if (faults.length > 0) throw new UsageError(faults.map(inOptions).join(". "));
  const perArm = sampleSizePerArm(question);
  const document = { per_arm: perArm, total: 2 * perArm };
  terminal.out(values.json === true ? `${JSON.stringify(document, null, 2)}\n` : text(question, perArm));
  return 0;
}

type Values = ReturnType<typeof strictOptions<typeof OPTIONS>>["values"];

function questionOf({ baseline, lift, relative = false, power, alpha }: Values): SampleSizeQuestion {
  const rate = numberOption("--baseline", baseline);
  const by = numberOption("--lift", lift);
  if (rate === undefined) throw new UsageError("--baseline is missing: write the control's success rate, --baseline 0.85");
  if (by === undefined) throw new UsageError("--lift is missing: write the smallest difference that matters, --lift 0.02");
  return {
    baseline: rate,
    effect: { kind: relative ? "relative" : "points", by },
    power: numberOption("--power", power) ?? 0.8,
    alpha: numberOption("--alpha", alpha) ?? 0.05,
  };
}

/** The domain speaks of its own arguments. */
function inOptions(fault: string): string {
  return fault.replace(/^effect\.by/, "--lift").replace(/^(baseline|power|alpha) /, "--$1 ");
}

function text({ baseline, effect, power, alpha }: SampleSizeQuestion, perArm: number): string {
  const improved = effect.kind === "points" ? baseline + effect.by : baseline * (1 + effect.by);
  const counted = (value: number) => value.toLocaleString("en-US");
  return [
    "",
    `  ${counted(perArm)} outcomes in each arm, ${counted(2 * perArm)} in all`,
    `  to find a rate of ${figure(improved)} beside ${baseline} in ${figure((power ?? 0) * 100)} % of experiments,`,
    `  and to see one where there is none in ${figure((alpha ?? 0) * 100)} % (either direction, one look; with several looks: modelloop ab --looks).`,
    "",
    "",
  ].join("\n");
}

const HELP = `modelloop sample-size --baseline RATE --lift DIFFERENCE [options]

${SAYS["sample-size"]} By the formula that the loop plans its experiments with (normal approximation, pooled variance).

  --baseline RATE    success rate of the control, between 0 and 1
  --lift DIFFERENCE  the smallest difference worth finding, in points (0.02: from 0.85 to 0.87); a negative one as --lift=-0.02
  --relative         the difference is a share of the baseline (0.02: from 0.85 to 0.867)
  --power SHARE      how often it is found where it is there (default: 0.8)
  --alpha SHARE      how often one is found where there is none (default: 0.05)
  --json             {"per_arm", "total"} on standard output, and nothing else there
  --help             this text

Exit code: 0, or 2 if the command line cannot be understood.
`;
