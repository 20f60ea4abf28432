import { iamRestrictTrust as rule } from "../../../../policies/rules/iam/restrict-trust";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// Every repository of GitHub could deploy.
departures(rule, [
  [
    "absent condition on the subject",
    absent("assumeRolePolicy.Statement.0.Condition"),
    [
      "deployer: assumeRolePolicy trusts every identity of arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com; add a condition on its :sub.",
    ],
  ],
  [
    "open to everybody",
    set("assumeRolePolicy", { Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }] }),
    ["deployer: assumeRolePolicy lets everybody take the role; name the principal."],
  ],
  [
    "open to everybody with a second factor",
    set("assumeRolePolicy", {
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole", Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } },
      ],
    }),
    ["deployer: assumeRolePolicy lets everybody take the role; name the principal."],
  ],
]);

otherwise(rule, [
  ["says so where the document is an output", set("assumeRolePolicy", UNKNOWN), { faults: [], unknown: "assumeRolePolicy" }],
  [
    "takes a service",
    set("assumeRolePolicy", '{"Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'),
    { faults: [] },
  ],
]);
