import { abCommand, type AbDocument } from "../../../offline/commands/ab";
import { sampleSizeCommand } from "../../../offline/commands/sample-size";
import { UsageError } from "../../../offline/commands/usage";
import { spoken } from "./spoken";

const ab = (line: string) => spoken((terminal) => abCommand(line.split(" "), terminal));
const sampleSize = (line: string) => spoken((terminal) => sampleSizeCommand(line.split(" "), terminal));
const ARMS = "--control 1200/10000 --treatment 1300/10000";

describe("O4 modelloop ab", () => {
  it("O4 gives what the loop would decide, and nothing else on standard output", async () => {
    const { code, out } = await ab(`${ARMS} --looks 4 --look 2 --error 0.05 --json`);
    const document = JSON.parse(out) as AbDocument;
    expect(Object.keys(document)).toEqual([
      "probability_treatment_better",
      "expected_loss_treatment",
      "expected_loss_control",
      "threshold",
      "decision",
      "reason",
    ]);
    expect([code, document.decision]).toEqual([0, "promote"]);
    expect(document.probability_treatment_better).toBeCloseTo(0.98374, 5);
    expect(document.expected_loss_treatment).toBeCloseTo(0.0000272, 7);
    // The two losses differ by the difference of the means, whatever the data.
    expect(document.expected_loss_control - document.expected_loss_treatment).toBeCloseTo(1301 / 10002 - 1201 / 10002, 9);
  });

  // O4's 0.95 at each of four looks promotes an equal model in 11 % of experiments.
  it.each([
    ["", 0.95],
    ["--looks 2", 0.969],
    ["--looks 4", 0.98],
    ["--looks 4 --error 0.01", 0.996],
  ])("O4 asks for more where it is looked at more often: %s", async (line, least) => {
    const { out } = await ab(`${ARMS} --json${line === "" ? "" : ` ${line}`}`);
    expect((JSON.parse(out) as AbDocument).threshold).toBeGreaterThanOrEqual(least);
  });

  it.each([
    ["--control 1200/10000 --treatment 1180/10000 --looks 4 --look 2", "continue"],
    ["--control 1200/10000 --treatment 1180/10000 --looks 4", "ask-a-person"],
    ["--control 1300/10000 --treatment 1200/10000", "keep"],
    ["--control 120/999 --treatment 200/999 --looks 2 --look 1", "continue"],
    ["--control 1200/10000 --treatment 1300/10000 --split 70/30", "not-comparable"],
    ["--control 120/999 --treatment 200/999 --fewest 500", "promote"],
  ])("O4 %s: %s", async (line, decision) => {
    expect(JSON.parse((await ab(`${line} --json`)).out)).toMatchObject({ decision });
  });

  it("tells a person the same", async () => {
    const { out } = await ab(`${ARMS} --looks 4 --look 2`);
    expect(out).toContain("  control    1200/10000          0.1200   95 % credible 0.1138 to 0.1265\n");
    expect(out).toContain("  P(treatment better)   0.9837, promoted from 0.98");
    expect(out).toContain("(look 2 of 4 at equal distances, 5 % false promotions in all)\n");
    expect(out).toContain("  promote: P(treatment better) 0.9837, lift 0.08323 to 1.917 points (95 %); from 0.98");
    expect(out).toContain("  Whether the arms got their share of users was not checked: say --split 70/30.\n");
  });

  it.each([
    ["--treatment 1/2", "--control is missing: write successes/trials, --control 1200/10000"],
    ["--control 12 --treatment 1/2", '--control is "12"; an arm is written successes/trials: write --control 1200/10000'],
    ["--control 3/2 --treatment 1/2", "--control is 3/2; there cannot be more successes than trials: write successes/trials"],
    ["--control 1/99999999 --treatment 1/2", "--control is 1/99999999; more than 10000000 trials are not judged: check the figures"],
    [`${ARMS} --looks 2 --look 3`, "--look is 3; it must be a whole number from 1 to 2: write --look 1"],
    [`${ARMS} --error 5`, "--error is 5; it must lie between 0 and 0.5: write 5 % as 0.05"],
    [`${ARMS} --error much`, '--error is "much", which is no number: write --error 0.05'],
    [`${ARMS} --split 70/20`, '--split is "70/20"; it is written control/treatment and sums to 100: write --split 70/30'],
    [`${ARMS} more`, "more is too much; ab takes options only"],
    [
      `${ARMS} --loks 2`,
      "Unknown option '--loks'; ab has --control, --treatment, --looks, --look, --error, --split, --fewest, --json, --help",
    ],
  ])("refuses %s", async (line, message) => {
    await expect(ab(line)).rejects.toThrow(new UsageError(message));
  });
});

describe("O4 modelloop sample-size", () => {
  it.each([
    ["--baseline 0.85 --lift 0.02", { per_arm: 4_724, total: 9_448 }],
    ["--baseline 0.85 --lift 0.02 --relative", { per_arm: 6_598, total: 13_196 }],
    ["--baseline 0.9 --lift 0.02", { per_arm: 3_213, total: 6_426 }],
    ["--baseline 0.85 --lift=-0.02 --power 0.9 --alpha 0.01", { per_arm: 9_997, total: 19_994 }],
  ])("O4 %s", async (line, document) => {
    const { code, out } = await sampleSize(`${line} --json`);
    expect([code, JSON.parse(out)]).toEqual([0, document]);
  });

  it("tells a person what the number is for", async () => {
    expect((await sampleSize("--baseline 0.85 --lift 0.02")).out).toBe(
      [
        "",
        "  4,724 outcomes in each arm, 9,448 in all",
        "  to find a rate of 0.87 beside 0.85 in 80 % of experiments,",
        "  and to see one where there is none in 5 % (either direction, one look; with several looks: modelloop ab --looks).",
        "",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["--lift 0.02", "--baseline is missing: write the control's success rate, --baseline 0.85"],
    ["--baseline 0.85", "--lift is missing: write the smallest difference that matters, --lift 0.02"],
    [
      "--baseline 85 --lift 0.02 --alpha 5",
      "--baseline is 85; it must lie between 0 and 1, and be neither: write 90 % as 0.9. --alpha is 5; it must lie between 0 and 1, and be neither: write 90 % as 0.9",
    ],
    ["--baseline 0.85 --lift 0.2", "--lift is 0.2 (points); it takes the rate from 0.85 to 1.05, outside 0 to 1: choose a smaller effect"],
    [
      "--baseline 0.85 --lift -0.02",
      "Option '--lift' argument is ambiguous (write a negative number as --option=-0.02); sample-size has --baseline, --lift, --relative, --power, --alpha, --json, --help",
    ],
  ])("refuses %s", async (line, message) => {
    await expect(sampleSize(line)).rejects.toThrow(new UsageError(message));
  });
});

it("both say how they are written", async () => {
  expect((await ab("--help")).out).toContain("--looks N");
  expect((await sampleSize("-h")).out).toContain("--relative");
});
