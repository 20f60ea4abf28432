import { Harm, resourceRule, Severity } from "../../rule";

const KEYS = ["aws:iam/accessKey:AccessKey", "aws:iam/userLoginProfile:UserLoginProfile"];

export const iamDisallowAccessKeys = resourceRule({
  name: "iam-disallow-access-keys",
  wrong: "The program makes credentials that do not expire.",
  why: "They stand in the state, are copied, and work until somebody remembers them; roles and OIDC need none.",
  severity: Severity.High,
  harm: Harm.PlainSecret,
  requirements: ["I7"],
  types: KEYS,
  settings: {},
  compliant: [{ type: "aws:iam/role:Role", name: "deployer", props: {} }],
  *check({ type }) {
    yield {
      found: `a ${type.split(":").at(-1) ?? type} lasts until somebody deletes it`,
      cure: "remove it, and let whoever needs it take a role",
    };
  },
});
