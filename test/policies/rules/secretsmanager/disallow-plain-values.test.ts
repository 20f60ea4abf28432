import { secretsmanagerDisallowPlainValues as rule } from "../../../../policies/rules/secretsmanager/disallow-plain-values";
import { UNKNOWN, and, departures, otherwise, set } from "../../judged";

// The vault stands open beside its copy in the state.
departures(rule, [
  [
    "with a value",
    and({ type: "aws:secretsmanager/secretVersion:SecretVersion", name: "webhook", props: { secretString: "s3cr3t" } }),
    ["webhook: secretString is given by the program; make the secret only, and let a person or a rotation put its value there."],
  ],
  [
    "with a value that the preview does not know",
    and({ type: "aws:secretsmanager/secretVersion:SecretVersion", name: "webhook", props: { secretString: UNKNOWN } }),
    ["webhook: secretString is given by the program; make the secret only, and let a person or a rotation put its value there."],
  ],
  [
    "with a secure parameter",
    set("type", "SecureString"),
    ["threshold: value is given by the program; make the secret only, and let a person or a rotation put its value there."],
  ],
]);

otherwise(rule, [
  ["takes an absent value", and({ type: "aws:secretsmanager/secretVersion:SecretVersion", name: "webhook", props: {} }), { faults: [] }],
]);
