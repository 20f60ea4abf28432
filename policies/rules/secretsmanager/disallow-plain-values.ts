import { Harm, resourceRule, Severity } from "../../rule";

const VALUES = ["secretString", "secretBinary", "value"];

export const secretsmanagerDisallowPlainValues = resourceRule({
  name: "secretsmanager-disallow-plain-values",
  wrong: "The program writes the value of a secret.",
  why: "It then lies in the state and in the configuration of everybody who deploys, beside the vault that was made for it.",
  severity: Severity.High,
  harm: Harm.PlainSecret,
  requirements: ["I7"],
  types: ["aws:secretsmanager/secretVersion:SecretVersion", "aws:ssm/parameter:Parameter"],
  settings: {},
  compliant: [{ type: "aws:ssm/parameter:Parameter", name: "threshold", props: { type: "String", value: "0.3" } }],
  *check({ type, props }) {
    if (type.startsWith("aws:ssm") && props["type"] !== "SecureString") return;
    for (const key of VALUES) {
      if (key in props)
        yield { found: `${key} is given by the program`, cure: "make the secret only, and let a person or a rotation put its value there" };
    }
  },
});
