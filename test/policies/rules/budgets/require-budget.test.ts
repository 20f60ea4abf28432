import { budgetsRequireBudget as rule } from "../../../../policies/rules/budgets/require-budget";
import { absent, departures, otherwise, set, without } from "../../judged";

// The bill is the first to tell of a forgotten GPU.
departures(rule, [
  ["absent", without("monthly"), ["the stack has no monthly budget of costs; add a Budget, or set elsewhere where another stack has it."]],
  [
    "telling nobody",
    set("notifications", []),
    ["monthly: notifications name nobody; add an e-mail address or a topic that somebody reads."],
  ],
  [
    "absent people",
    absent("notifications.0.subscriberEmailAddresses"),
    ["monthly: notifications name nobody; add an e-mail address or a topic that somebody reads."],
  ],
]);

otherwise(rule, [["takes a budget of another stack", without("monthly"), { faults: [] }, { elsewhere: true }]]);
