import fc from "fast-check";
import { budgetFaults, budgetNotices, type BudgetShape } from "../../../../components/foundation/budget/budget";

const good = { monthlyLimitUsd: 100, emailAddresses: ["a@example.com"] };

/** As a program in JavaScript or another language hands it over. */
const untyped = (shape: unknown) => shape as BudgetShape;

it("I10 tells at 80 and 100 % of the money spent, and at 100 % of the forecast, when nothing is said", () => {
  expect(budgetNotices({})).toEqual([
    { notificationType: "ACTUAL", threshold: 80 },
    { notificationType: "ACTUAL", threshold: 100 },
    { notificationType: "FORECASTED", threshold: 100 },
  ]);
});

describe("I10 refusals of a budget", () => {
  const accepted: [string, BudgetShape][] = [
    ["an address", good],
    ["a topic", { monthlyLimitUsd: 0.5, snsTopicArn: "arn:aws:sns:us-east-1:123456789012:budget" }],
    ["forecasts only", { ...good, actualThresholdPercents: [] }],
    ["ten thresholds", { ...good, actualThresholdPercents: [10, 20, 30, 40, 50, 60, 70, 80, 90], forecastThresholdPercents: [120] }],
    ["the same threshold for money spent and forecast", { ...good, actualThresholdPercents: [99.5], forecastThresholdPercents: [99.5] }],
  ];
  it.each(accepted)("accepts %s", (_, shape) => {
    expect(budgetFaults(shape)).toEqual([]);
  });

  const emails = Array.from({ length: 11 }, (_, i) => `a${i}@example.com`);
  const refused: [string, BudgetShape, string[]][] = [
    [
      "the limit is nothing",
      { ...good, monthlyLimitUsd: 0 },
      ["monthlyLimitUsd is 0; a budget is an amount of money: use a number from 0.01 to 1,000,000,000"],
    ],
    [
      "the limit is no number",
      { ...good, monthlyLimitUsd: Number.NaN },
      ["monthlyLimitUsd is NaN; a budget is an amount of money: use a number from 0.01 to 1,000,000,000"],
    ],
    [
      // A budget that tells nobody looks like a guard in every audit, and is none.
      "nobody is told",
      { monthlyLimitUsd: 100 },
      ["emailAddresses and snsTopicArn are missing; a budget that tells nobody guards nothing: name one of them at least"],
    ],
    [
      "an address is none",
      { monthlyLimitUsd: 100, emailAddresses: ["a@example.com", "ops at example.com"] },
      [`emailAddresses[1] is "ops at example.com"; it is no e-mail address: write name@example.com`],
    ],
    [
      "there are too many addresses",
      { monthlyLimitUsd: 100, emailAddresses: emails },
      ["emailAddresses names 11; AWS Budgets writes to 10 at most: use a mailing list, or snsTopicArn"],
    ],
    [
      "an address is named twice",
      { monthlyLimitUsd: 100, emailAddresses: ["a@example.com", "a@example.com"] },
      ["emailAddresses names a@example.com more than once; each counts once: name it once"],
    ],
    [
      "no threshold is left",
      { ...good, actualThresholdPercents: [], forecastThresholdPercents: [] },
      ["actualThresholdPercents and forecastThresholdPercents are empty; such a budget never speaks: name a threshold in one of them"],
    ],
    [
      // 0.8 is meant as 80 % and would alarm on the first cent.
      "a threshold is no percentage or there twice",
      { ...good, actualThresholdPercents: [-5, 80, 80] },
      [
        "actualThresholdPercents[0] is -5; it is a percentage of the limit: use a number from 1 to 1,000",
        "actualThresholdPercents names 80 more than once; each counts once: name it once",
      ],
    ],
    [
      "a threshold is a share instead of a percentage",
      { ...good, forecastThresholdPercents: [0.8] },
      ["forecastThresholdPercents[0] is 0.8; it is a percentage of the limit: use a number from 1 to 1,000"],
    ],
    [
      "there are too many thresholds",
      { ...good, actualThresholdPercents: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100] },
      ["actualThresholdPercents and forecastThresholdPercents name 11 thresholds; AWS Budgets has 10 notifications a budget: name fewer"],
    ],
    [
      // AWS Budgets cannot read "1e+21", and says so in the middle of an `up`.
      "the limit has more digits than a budget",
      { ...good, monthlyLimitUsd: 1e21 },
      ["monthlyLimitUsd is 1e+21; a budget is an amount of money: use a number from 0.01 to 1,000,000,000"],
    ],
    [
      "the limit is text",
      untyped({ ...good, monthlyLimitUsd: "100" }),
      [`monthlyLimitUsd is the text "100"; a budget is an amount of money: use a number from 0.01 to 1,000,000,000`],
    ],
    [
      "the topic is none",
      { monthlyLimitUsd: 100, snsTopicArn: "" },
      [`snsTopicArn is ""; it must be the ARN of an SNS topic, or nobody is told: write it like arn:aws:sns:us-east-1:123456789012:budget`],
    ],
    [
      "a threshold is never reached",
      { ...good, actualThresholdPercents: [1e9] },
      ["actualThresholdPercents[0] is 1000000000; it is a percentage of the limit: use a number from 1 to 1,000"],
    ],
    [
      "lists and objects are something else",
      untyped({ monthlyLimitUsd: 100, emailAddresses: "a@b.c", actualThresholdPercents: 80, costAllocationTag: null }),
      [
        `emailAddresses is "a@b.c"; it must be a list: put it into a list, or leave it out`,
        "actualThresholdPercents is 80; it must be a list: put it into a list, or leave it out",
        "costAllocationTag is null; it must be an object: give an object, or leave it out",
      ],
    ],
  ];
  it.each(refused)("fails when %s", (_, shape, faults) => {
    expect(budgetFaults(shape)).toEqual(faults);
  });

  // A TypeError instead of a sentence names a line of ours, and not the argument.
  it("answers whatever it is given with sentences or with none", () => {
    const anything = fc.jsonValue();
    const properties = ["monthlyLimitUsd", "emailAddresses", "snsTopicArn", "actualThresholdPercents", "costAllocationTag"];
    const args = fc.oneof(
      anything,
      fc.record(Object.fromEntries(properties.map((property) => [property, anything])), { requiredKeys: [] }),
      fc.record({ monthlyLimitUsd: anything, emailAddresses: fc.array(anything), forecastThresholdPercents: fc.array(anything) }),
    );
    fc.assert(fc.property(args, (shape) => budgetFaults(untyped(shape)).every((fault) => typeof fault === "string")));
  });
});
