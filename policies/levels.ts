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

type Strictness = Record<string, Record<string, number | string | boolean | string[]>>;

/** Settings of rules that differ from their defaults in one environment. */
const STRICTER: Readonly<Record<string, Strictness>> = {};

/** What a pack of that environment starts from; the user's own configuration comes after it. */
export function initialConfig(environment: string): Strictness {
  return { ...STRICTER[environment] };
}
