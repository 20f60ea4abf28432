import { at } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

const PASSWORDS = ["password", "masterPassword"];

export const rdsDisallowPlainPasswords = resourceRule({
  name: "rds-disallow-plain-passwords",
  wrong: "The program hands a database its password.",
  why: "It then stands in the state, in the configuration or in somebody's shell history, and nobody rotates it.",
  severity: Severity.High,
  harm: Harm.PlainSecret,
  requirements: ["I4", "I7"],
  types: ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"],
  settings: {},
  compliant: [{ type: "aws:rds/instance:Instance", name: "orders", props: { manageMasterUserPassword: true } }],
  // The value itself is never told, and one that the preview does not know is a password all the same.
  *check({ props }) {
    for (const key of PASSWORDS) {
      if (key in props)
        yield {
          found: `${key} is given by the program`,
          cure: `remove ${key} and set manageMasterUserPassword: true, so that RDS keeps and rotates it`,
        };
    }
    if (
      props["snapshotIdentifier"] === undefined &&
      !PASSWORDS.some((key) => key in props) &&
      at(props, "manageMasterUserPassword") !== true
    )
      yield { found: "manageMasterUserPassword is not true", cure: "set manageMasterUserPassword: true" };
  },
});
