/** All rules, and the policies that Pulumi makes of them: `modelloop/policies`. Importing it constructs no policy pack. */
import { asPolicy, type Policy } from "./as-policy";
import type { Rule } from "./rule";
import { rdsRequireEncryption } from "./rules/rds/require-encryption";
import { s3DisallowPublicAccess } from "./rules/s3/disallow-public-access";

export { type Policy } from "./as-policy";
export { type Level, initialConfig } from "./levels";
export { Harm, type Rule, Severity } from "./rule";

export const RULES: readonly Rule[] = [rdsRequireEncryption, s3DisallowPublicAccess];

/** For a pack of your own: `new PolicyPack("ours", { policies: [...policiesFor("prod"), ...] }, initialConfig("prod"))`. */
export function policiesFor(environment: string): Policy[] {
  return RULES.map((rule) => asPolicy(rule, environment));
}
