import { budgetsLimitMonthlyCost as rule } from "../../../../policies/rules/budgets/limit-monthly-cost";
import { UNKNOWN, departures, otherwise, set } from "../../judged";

// A budget of AWS tells after the money is spent.
departures(rule, [
  [
    "above the budget",
    set("limitAmount", "450"),
    ["it would cost USD 451 a month, above the ceiling of 450; make it smaller, or raise the budget on purpose."],
    { estimatedMonthlyUsd: 451 },
  ],
  [
    "above the ceiling of its user",
    set("limitAmount", "450"),
    ["it would cost USD 400 a month, above the ceiling of 300; make it smaller, or raise the budget on purpose."],
    { estimatedMonthlyUsd: 400, ceilingUsd: 300 },
  ],
]);

otherwise(rule, [
  ["says nothing where nobody has estimated", set("limitAmount", "1"), { faults: [] }],
  ["takes what the budget allows", set("limitAmount", "450"), { faults: [] }, { estimatedMonthlyUsd: 450 }],
  [
    "says so where the budget is unknown",
    set("limitAmount", UNKNOWN),
    { faults: [], unknown: "limitAmount" },
    { estimatedMonthlyUsd: 450 },
  ],
]);
