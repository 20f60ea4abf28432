import { Budget, type BudgetArgs } from "../../../../components";
import { planOf, refusalOf } from "../../shared/plan-of";

const snsTopicArn = "arn:aws:sns:us-east-1:123456789012:budget";

const budget = (args: Partial<BudgetArgs> = {}) =>
  planOf(() => {
    const { budgetName, budgetArn } = new Budget("platform", { monthlyLimitUsd: 400, emailAddresses: ["ops@example.com"], ...args });
    return { budgetName, budgetArn };
  });

const notice = { comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE", subscriberEmailAddresses: ["ops@example.com"] };

it("I10 the smallest budget limits the whole account's month and writes to one address", async () => {
  const plan = await budget();
  expect(plan.list).toEqual(["aws:budgets/budget:Budget platform-budget", "modelloop:index:Budget platform"]);
  expect(plan.inputs("platform-budget")).toEqual({
    ...{ budgetType: "COST", timeUnit: "MONTHLY", limitAmount: "400", limitUnit: "USD", costFilters: [] },
    notifications: [
      { ...notice, notificationType: "ACTUAL", threshold: 80 },
      { ...notice, notificationType: "ACTUAL", threshold: 100 },
      { ...notice, notificationType: "FORECASTED", threshold: 100 },
    ],
  });
  expect(Object.keys(plan.recording.stackOutputs).sort()).toEqual(["budgetArn", "budgetName"]);
});

it("I10 a budget counts one tag's cost and speaks through a topic at thresholds of one's own", async () => {
  const plan = await budget({
    ...{ emailAddresses: undefined, snsTopicArn, tags: { owner: "platform" } },
    ...{ actualThresholdPercents: [], forecastThresholdPercents: [90], costAllocationTag: { key: "environment", value: "dev" } },
  });
  expect(plan.inputs("platform-budget")).toMatchObject({
    costFilters: [{ name: "TagKeyValue", values: ["user:environment$dev"] }],
    tags: { owner: "platform" },
  });
  expect(plan.inputs("platform-budget")["notifications"]).toEqual([
    {
      ...{ comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE", notificationType: "FORECASTED", threshold: 90 },
      subscriberSnsTopicArns: [snsTopicArn],
    },
  ]);
});

it("I10 fails before anything is created", () => {
  expect(refusalOf(() => new Budget("platform", { monthlyLimitUsd: -1, snsTopicArn }))).toBe(
    [
      `Budget "platform" cannot be built:`,
      "  - monthlyLimitUsd is -1; a budget is an amount of money: use a number from 0.01 to 1,000,000,000",
    ].join("\n"),
  );
});
