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

/** It encrypts alarms on their way to people, and nothing that stays. */
const PASSING = ["*-backups-alerts-key"];

const EVERYWHERE: PackConfiguration = { "stack-require-protection": { exempt: PASSING }, "kms-require-rotation": { exempt: PASSING } };

/**
 * What a pack of that environment starts from; the user's own configuration comes after it.
 *
 * @param rules give the level that each entry has to name: the CLI takes one without a level for advisory (found with 3.259)
 */
export function initialConfigOf(rules: readonly Pick<Rule, "name" | "harm">[], environment: string): PackConfiguration {
  const entries = Object.entries({ ...EVERYWHERE, ...BY_ENVIRONMENT[environment] });
  return Object.fromEntries(
    entries.flatMap(([name, settings]) => {
      const rule = rules.find((other) => other.name === name);
      return rule === undefined ? [] : [[name, { enforcementLevel: defaultLevel(rule, environment), ...settings }]];
    }),
  );
}
