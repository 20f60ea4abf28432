import { needs, number } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const secretsmanagerRequireRecoveryWindow = resourceRule({
  name: "secretsmanager-require-recovery-window",
  wrong: "A secret is deleted at once, without a time to bring it back.",
  why: "Whatever needs it stops, and nobody has the value any more.",
  severity: Severity.Medium,
  harm: Harm.DataLoss,
  requirements: ["I7"],
  types: ["aws:secretsmanager/secret:Secret"],
  settings: { minimumDays: { default: 7, minimum: 7, says: "Days in which a deleted secret can be brought back." } },
  compliant: [{ type: "aws:secretsmanager/secret:Secret", name: "webhook", props: { recoveryWindowInDays: 30 } }],
  // Absent means 30: the provider's default.
  check: (secret, { minimumDays }) =>
    needs(secret, [
      {
        path: "recoveryWindowInDays",
        holds: (value) => value === undefined || (number(value) ?? 0) >= minimumDays,
        cure: `set it to ${minimumDays} or more days`,
      },
    ]),
});
