import { budgetFaults, budgetNotices, type BudgetShape } from "../../../../components/foundation/budget/budget";

const good = { monthlyLimitUsd: 100, emailAddresses: ["a@example.com"] };

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
    ["a topic", { monthlyLimitUsd: 0.5, snsTopicArn: "arn:topic" }],
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
      ["monthlyLimitUsd is 0; a budget is an amount of money: use a number above 0"],
    ],
    [
      "the limit is no number",
      { ...good, monthlyLimitUsd: Number.NaN },
      ["monthlyLimitUsd is NaN; a budget is an amount of money: use a number above 0"],
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
        "actualThresholdPercents[0] is -5; it is a percentage of the limit: use a number of 1 or more",
        "actualThresholdPercents names 80 more than once; each counts once: name it once",
      ],
    ],
    [
      "a threshold is a share instead of a percentage",
      { ...good, forecastThresholdPercents: [0.8] },
      ["forecastThresholdPercents[0] is 0.8; it is a percentage of the limit: use a number of 1 or more"],
    ],
    [
      "there are too many thresholds",
      { ...good, actualThresholdPercents: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100] },
      ["actualThresholdPercents and forecastThresholdPercents name 11 thresholds; AWS Budgets has 10 notifications a budget: name fewer"],
    ],
  ];
  it.each(refused)("fails when %s", (_, shape, faults) => {
    expect(budgetFaults(shape)).toEqual(faults);
  });
});
