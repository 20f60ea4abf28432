import { at, isNamed, isTrue, needs, number, text } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const kmsRequireRotation = resourceRule({
  name: "kms-require-rotation",
  wrong: "A key is never rotated, or can be gone within days.",
  why: "What a deleted key encrypted is lost for good; the waiting time is all that a person has to notice.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I4"],
  types: ["aws:kms/key:Key", "AWS::KMS::Key"],
  settings: {
    minimumDeletionDays: { default: 14, minimum: 7, says: "Days between asking for a key's deletion and the deletion." },
    exempt: {
      default: [] as string[],
      says: "Names of keys that encrypt nothing that stays: messages on their way; `*-alarms` for all that end so.",
    },
  },
  compliant: [{ type: "aws:kms/key:Key", name: "data", props: { enableKeyRotation: true, deletionWindowInDays: 30 } }],
  // Keys that sign cannot be rotated, and AWS refuses the setting. Absent, the waiting time is 30 days.
  *check(key, { minimumDeletionDays, exempt }) {
    const usage = at(key.props, "keyUsage") ?? "ENCRYPT_DECRYPT";
    const isSymmetric = usage === "ENCRYPT_DECRYPT" && !/^(RSA|ECC|SM2)/.test(text(at(key.props, "customerMasterKeySpec")) ?? "");
    if (isSymmetric)
      yield* needs(key, [{ path: "enableKeyRotation", holds: isTrue, cure: "set enableKeyRotation: true", absentMeans: "false" }]);
    yield* needs(key, [
      {
        path: "deletionWindowInDays",
        holds: (value) => value === undefined || isNamed(key.name, exempt) || (number(value) ?? 0) >= minimumDeletionDays,
        cure: `set it to ${minimumDeletionDays} or more`,
      },
    ]);
  },
});
