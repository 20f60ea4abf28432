import { iamDisallowFullAccess as rule } from "../../../../policies/rules/iam/disallow-full-access";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// Whoever breaks into one pod owns the account.
departures(rule, [
  [
    "with everything on everything",
    set("policy", { Statement: { Sid: "All", Effect: "Allow", Action: "*", Resource: "*" } }),
    ["reader: policy (All) allows * on *; name the actions and the resources that it needs."],
  ],
  [
    "with a whole service on everything",
    set("policy", JSON.stringify({ Statement: [{ Effect: "Allow", Action: ["s3:*", "s3:GetObject"], Resource: ["*"] }] })),
    ["reader: policy allows s3:* on *; name the actions and the resources that it needs."],
  ],
  [
    "with all but a list",
    set("policy", { Statement: [{ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" }] }),
    ["reader: policy allows all but a list on *; name the actions and the resources that it needs."],
  ],
  [
    "with AWS's administrator",
    set("logs/policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"),
    ["logs: it is given arn:aws:iam::aws:policy/AdministratorAccess; give it a policy with the actions that it needs."],
  ],
  [
    "with it inline",
    set("runner/inlinePolicies", [{ name: "all", policy: '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}' }]),
    ["runner: policy allows * on *; name the actions and the resources that it needs."],
  ],
  [
    "with it among the managed ones",
    set("runner/managedPolicyArns", ["arn:aws:iam::aws:policy/IAMFullAccess"]),
    ["runner: it is given arn:aws:iam::aws:policy/IAMFullAccess; give it a policy with the actions that it needs."],
  ],
]);

otherwise(rule, [
  ["says so where the document is an output", set("policy", UNKNOWN), { faults: [], unknown: "policy" }],
  [
    "takes a service on named resources",
    set("policy", { Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::models" }] }),
    { faults: [] },
  ],
  ["takes absent lists", absent("runner/inlinePolicies"), { faults: [] }],
]);
