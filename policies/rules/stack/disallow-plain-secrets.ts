import { at, inTurn, list, mapping, text } from "../../reading";
import { type Faults, Harm, type Props, resourceRule, Severity, type Subject } from "../../rule";
import { allContainersOf, compliantDeployment, WORKLOADS } from "../../shapes/pods";

const FUNCTIONS = ["aws:lambda/function:Function", "AWS::Lambda::Function"];
const SECRET_NAME = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|WEBHOOK_URL)$/i;
/** What looks like a credential wherever it stands: keys of AWS, of Slack, of GitHub, and private keys. */
const CREDENTIAL =
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bxox[abpr]-[\w-]{10,}|\bgh[pousr]_\w{36}|hooks\.slack\.com\/services\/T\w+|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** An address of a secret, a reference, or a switch. */
const HARMLESS = /^(arn:|\$\(|\$\{|\/|https?:\/\/[^:@]*$|true$|false$|\d*$|file:)/;

export const stackDisallowPlainSecrets = resourceRule({
  name: "stack-disallow-plain-secrets",
  wrong: "A password or key stands in an environment variable.",
  why: "Everybody who may describe the function or the pod reads it, and it lands in logs.",
  severity: Severity.Critical,
  harm: Harm.PlainSecret,
  requirements: ["I7"],
  types: [...FUNCTIONS, ...WORKLOADS],
  settings: { allowed: { default: [] as string[], says: "Names of variables that are no secrets." } },
  compliant: [
    {
      type: "aws:lambda/function:Function",
      name: "notify",
      props: {
        environment: {
          variables: { SLACK_WEBHOOK_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:111122223333:secret:slack", PORT: "5432" },
        },
      },
    },
    compliantDeployment("api", "example.com/api:1.2.0", {
      env: [{ name: "DATABASE_PASSWORD", valueFrom: { secretKeyRef: { name: "database", key: "password" } } }],
    }),
  ],
  *check(subject, { allowed }) {
    if (FUNCTIONS.includes(subject.type)) yield* faults(subject, mapping(at(subject.props, "environment.variables")), allowed);
    else
      yield* inTurn(allContainersOf(subject), (container) => {
        const variables = list(container["env"]).map(mapping);
        return inTurn(variables, ({ name, value }) => faults(subject, { [String(name)]: value }, allowed));
      });
  },
});

/** The value itself is never told. */
function* faults(of: Subject, variables: Props, allowed: readonly string[]): Faults {
  yield* inTurn(Object.keys(variables), function* (key) {
    const value = text(variables[key]);
    if (value === undefined || value === "" || allowed.includes(key)) return;
    const isNamed = SECRET_NAME.test(key) && !HARMLESS.test(value);
    if (isNamed || CREDENTIAL.test(value))
      yield {
        found: `the variable ${key} holds a secret in plain text`,
        cure: "give it the ARN of a secret, and read the secret at run time",
        of,
      };
  });
}
