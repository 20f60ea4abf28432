import { wholeNumberFaults } from "../../shared/faults";
import type { AccountFacts, PolicyStatement } from "../../shared/policy-document";

/** What of the arguments can be wrong before AWS is asked. */
export interface SecretShape {
  readonly secretName?: unknown;
  readonly recoveryWindowDays?: number;
  readonly rotation?: { readonly days: number };
}

export const DEFAULT_RECOVERY_DAYS = 30;

/** Secrets Manager API reference, DeleteSecret and RotationRulesType. */
const RECOVERY = { min: 7, max: 30, rule: "Secrets Manager waits 7 to 30 days" };
const ROTATION = { min: 1, max: 1_000, rule: "Secrets Manager rotates every 1 to 1,000 days" };

/** Secrets Manager API reference, CreateSecret, Name. */
const SECRET_NAME = /^[\w/+=.@-]{1,512}$/;

export function secretFaults({ secretName, recoveryWindowDays, rotation }: SecretShape): string[] {
  return [
    ...nameFaults(secretName),
    ...recoveryFaults(recoveryWindowDays),
    ...wholeNumberFaults("rotation.days", rotation?.days, ROTATION),
  ];
}

function nameFaults(name: unknown): string[] {
  if (typeof name !== "string") return [];
  if (!SECRET_NAME.test(name)) {
    const rule = "Secrets Manager takes up to 512 letters, digits and / _ + = . @ -";
    return [`secretName is ${JSON.stringify(name)}; ${rule}: choose such a name, or leave it out`];
  }
  // Its ARN ends with a hyphen and six characters, by which a partial ARN is told from a whole one (CreateSecret, Name).
  if (!/-[A-Za-z0-9]{6}$/.test(name)) return [];
  return [
    `secretName is ${JSON.stringify(name)}; it ends like an ARN, and a look-up would cut it: do not end it with a hyphen and six characters`,
  ];
}

function recoveryFaults(days: number | undefined): string[] {
  if (days !== 0) return wholeNumberFaults("recoveryWindowDays", days, RECOVERY);
  return ["recoveryWindowDays is 0; the value would be lost the moment it is deleted: use 7 to 30"];
}

/** Whatever IAM policies of other accounts say, and whoever is tricked into sharing it. AWS services come without an account of their own. */
export function secretPolicyStatements({ accountId }: AccountFacts): PolicyStatement[] {
  return [
    {
      ...{ Sid: "ThisAccountOnly", Effect: "Deny", Principal: "*", Action: "secretsmanager:*", Resource: "*" },
      Condition: { StringNotEquals: { "aws:PrincipalAccount": accountId }, Bool: { "aws:PrincipalIsAWSService": "false" } },
    },
  ];
}
