import { repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { type Secrets } from "./workload";

/** POSIX, and what every shell and language can read. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What a value bears that is worth hiding; a name or ARN of it (`DB_SECRET_ARN`), or a number (`MAX_TOKENS`), does not end so. */
const SECRET_NAME = /(passw(or)?d|passphrase|secret|credentials?|(api|access|private|secret)_?key|(^|_)token)$/i;

const REFRESH = { min: 1, max: 10_080, rule: "a new password is fetched within a week" };

/** `scheme://user:password@host`. */
const URL_WITH_PASSWORD = /:\/\/[^/\s:@]*:[^/\s@]+@/;

export function variableFaults(environment: Readonly<Record<string, unknown>>, secrets: Secrets<unknown> | undefined): string[] {
  const secretNames = secrets?.variables.map(({ variable }) => variable) ?? [];
  return [
    ...(secrets?.variables.length === 0
      ? ["secrets.variables is empty; nothing would be fetched: name a secret, or leave secrets out"]
      : []),
    ...wholeNumberFaults("secrets.refreshMinutes", secrets?.refreshMinutes, REFRESH),
    ...Object.keys(environment).flatMap((name) => nameFaults(`environment.${name}`, name)),
    ...Object.entries(environment).flatMap(([name, value]) => plaintextFaults(name, value)),
    ...secretNames.flatMap((name, index) => nameFaults(`secrets.variables[${index}].variable`, name)),
    ...repeatFaults("secrets.variables", secretNames),
    ...secretNames
      .filter((name) => Object.hasOwn(environment, name))
      .map(
        (name) => `environment.${name} is set, and secrets.variables names ${name} too; a variable has one value: leave one of the two out`,
      ),
  ];
}

function nameFaults(property: string, name: string): string[] {
  if (NAME.test(name)) return [];
  return [
    `${property} is no name of a variable; it has letters, digits and underscores, and begins with no digit: write one such as LOG_LEVEL`,
  ];
}

/** Without the value: the refusal is printed, and kept in the logs of whoever runs it. */
function plaintextFaults(name: string, value: unknown): string[] {
  const cure = "keep it in Secrets Manager, and name it in secrets.variables";
  if (SECRET_NAME.test(name)) {
    return [`environment.${name} looks like a secret; everybody who reads the Deployment or the state would have it: ${cure}`];
  }
  if (typeof value === "string" && URL_WITH_PASSWORD.test(value)) {
    return [`environment.${name} has a password in its address; everybody who reads the Deployment or the state would have it: ${cure}`];
  }
  return [];
}
