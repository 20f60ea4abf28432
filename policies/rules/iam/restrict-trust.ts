import { json, mapping, text } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";
import { isForEverybody, statementsOf } from "../../shapes/statements";

export const iamRestrictTrust = resourceRule({
  name: "iam-restrict-trust",
  wrong: "Anybody, or any identity of a provider, may take a role.",
  why: "A GitHub or cluster provider without a condition on the subject lets every repository, or every pod, take the role.",
  severity: Severity.Critical,
  harm: Harm.Exposure,
  requirements: ["I7"],
  types: ["aws:iam/role:Role"],
  settings: {},
  compliant: [
    {
      type: "aws:iam/role:Role",
      name: "deployer",
      props: {
        assumeRolePolicy: {
          Statement: [
            {
              Effect: "Allow",
              Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
              Action: "sts:AssumeRoleWithWebIdentity",
              Condition: { StringEquals: { "token.actions.githubusercontent.com:sub": "repo:us/platform:environment:prod" } },
            },
          ],
        },
      },
    },
  ],
  *check({ props }) {
    for (const statement of statementsOf(json(props["assumeRolePolicy"]))) {
      if (!statement.allows) continue;
      if (isForEverybody(statement)) yield { found: "assumeRolePolicy lets everybody take the role", cure: "name the principal" };
      const federated = text(mapping(statement.principal)["Federated"]);
      const keys = Object.values(statement.condition).flatMap((operator) => Object.keys(mapping(operator)));
      if (federated !== undefined && federated.includes("oidc-provider/") && !keys.some((key) => key.endsWith(":sub")))
        yield { found: `assumeRolePolicy trusts every identity of ${federated}`, cure: "add a condition on its :sub" };
    }
  },
});
