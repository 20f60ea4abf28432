/** How hard a rule is in which environment. */
import { Harm, type Rule } from "./rule";

export type Level = "advisory" | "mandatory";

/** Public exposure, plain secrets and data loss are nowhere a matter of taste: what a development bucket shows is shown. */
const MANDATORY_EVERYWHERE: readonly Harm[] = [Harm.Exposure, Harm.PlainSecret, Harm.DataLoss];

/** Environments in which the other rules advise. A name that nobody thought of is held to all of them. */
export const ADVISORY_ENVIRONMENTS: readonly string[] = ["dev"];

export function defaultLevel({ harm }: Pick<Rule, "harm">, environment: string): Level {
  return MANDATORY_EVERYWHERE.includes(harm) || !ADVISORY_ENVIRONMENTS.includes(environment) ? "mandatory" : "advisory";
}

type PackConfiguration = Record<string, Record<string, number | string | boolean | string[]>>;

/** Settings of rules that differ from their defaults in one environment. */
const BY_ENVIRONMENT: Readonly<Record<string, PackConfiguration>> = {
  prod: { "lb-require-tls": { internalToo: true } },
};

/** What a pack of that environment starts from; the user's own configuration comes after it. */
export function initialConfig(environment: string): PackConfiguration {
  // It encrypts alarms on their way to people, and nothing that stays.
  const exempt = [`${environment}-backups-alerts-key`];
  return { ...BY_ENVIRONMENT[environment], "stack-require-protection": { exempt }, "kms-require-rotation": { exempt } };
}
