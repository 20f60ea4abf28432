import { list, mapping } from "../../reading";
import { Harm, Severity, stackRule } from "../../rule";

const BUDGET = "aws:budgets/budget:Budget";
const NOTIFIED = ["subscriberEmailAddresses", "subscriberSnsTopicArns"];

export const budgetsRequireBudget = stackRule({
  name: "budgets-require-budget",
  wrong: "The stack has no monthly budget that tells somebody.",
  why: "A forgotten GPU costs USD 380 a month, and the bill is the first to say so.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I10"],
  types: [BUDGET],
  settings: { elsewhere: { default: false, says: "Whether the account's budget is kept by another stack." } },
  compliant: [
    {
      type: BUDGET,
      name: "monthly",
      props: {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: "450",
        notifications: [{ subscriberEmailAddresses: ["ml@example.com"] }],
      },
    },
  ],
  *check(all, { elsewhere }) {
    if (elsewhere) return;
    const budgets = all.filter(({ type, props }) => type === BUDGET && props["timeUnit"] === "MONTHLY" && props["budgetType"] === "COST");
    if (budgets.length === 0)
      yield { found: "the stack has no monthly budget of costs", cure: "add a Budget, or set elsewhere where another stack has it" };
    for (const budget of budgets) {
      const told = list(budget.props["notifications"]).some((each) => NOTIFIED.some((key) => list(mapping(each)[key]).length > 0));
      if (!told) yield { found: "notifications name nobody", cure: "add an e-mail address or a topic that somebody reads", of: budget };
    }
  },
});
