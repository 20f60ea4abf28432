import { secretsmanagerRequireRecoveryWindow as rule } from "../../../../policies/rules/secretsmanager/require-recovery-window";
import { absent, departures, otherwise, set } from "../../judged";

// A deleted password cannot be asked for again.
departures(rule, [["gone at once", set("recoveryWindowInDays", 0), ["webhook: recoveryWindowInDays is 0; set it to 7 or more days."]]]);

otherwise(rule, [["takes an absent window for the provider's default of 30 days", absent("recoveryWindowInDays"), { faults: [] }]]);
