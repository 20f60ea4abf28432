import { inTurn, number } from "../../reading";
import { Harm, Severity, stackRule } from "../../rule";

const BUDGET = "aws:budgets/budget:Budget";

export const budgetsLimitMonthlyCost = stackRule({
  name: "budgets-limit-monthly-cost",
  wrong: "What would be created costs more a month than the environment's budget.",
  why: "A budget of AWS tells after the money is spent; at preview nothing is.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I10"],
  types: [BUDGET],
  settings: {
    estimatedMonthlyUsd: {
      default: 0,
      says: "What the environment is estimated to cost; `modelloop policies` fills it in. 0: nobody has estimated it.",
    },
    ceilingUsd: { default: 0, says: "The most it may cost. 0: the smallest monthly budget of the stack." },
  },
  compliant: [{ type: BUDGET, name: "monthly", props: { timeUnit: "MONTHLY", limitAmount: "450" } }],
  *check(all, { estimatedMonthlyUsd, ceilingUsd }) {
    if (estimatedMonthlyUsd === 0) return;
    const budgets = all.filter(({ type, props }) => type === BUDGET && props["timeUnit"] === "MONTHLY");
    const limits: number[] = ceilingUsd > 0 ? [ceilingUsd] : [];
    if (ceilingUsd === 0)
      yield* inTurn(budgets, function* ({ props }) {
        limits.push(number(props["limitAmount"]) ?? Infinity);
        yield* [];
      });
    const ceiling = Math.min(...limits);
    if (estimatedMonthlyUsd > ceiling)
      yield {
        found: `it would cost USD ${estimatedMonthlyUsd} a month, above the ceiling of ${ceiling}`,
        cure: "make it smaller, or raise the budget on purpose",
      };
  },
});
