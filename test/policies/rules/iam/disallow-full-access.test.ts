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
  [
    "with everything on everything of an account",
    set("policy", { Statement: [{ Effect: "Allow", Action: "*", Resource: "arn:aws:*:*:111122223333:*" }] }),
    ["reader: policy allows * on arn:aws:*:*:111122223333:*; name the actions and the resources that it needs."],
  ],
  [
    "with everything on a longer word for everything",
    set("policy", { Statement: [{ Effect: "Allow", Action: "*", Resource: "arn:aws:*:*:*:*" }] }),
    ["reader: policy allows * on arn:aws:*:*:*:*; name the actions and the resources that it needs."],
  ],
  [
    "with everything where a condition asks for TLS alone",
    set("policy", { Statement: [{ Effect: "Allow", Action: "*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }] }),
    ["reader: policy allows * on *; name the actions and the resources that it needs."],
  ],
  [
    "with everything of a Region",
    set("policy", {
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*", Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } } }],
    }),
    ["reader: policy allows * on *; name the actions and the resources that it needs."],
  ],
  [
    "with rights by a pattern",
    set("policy", { Statement: [{ Effect: "Allow", Action: "iam:Put*", Resource: "*" }] }),
    ["reader: policy allows iam:Put* on *; name the actions and the resources that it needs."],
  ],
  [
    "inline in a template",
    set("loop-Role/policies", [{ policyName: "all", policyDocument: { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] } }]),
    ["loop-Role: policy allows * on *; name the actions and the resources that it needs."],
  ],
  [
    "in a template by AWS's administrator",
    set("loop-Role/managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
    ["loop-Role: it is given arn:aws:iam::aws:policy/AdministratorAccess; give it a policy with the actions that it needs."],
  ],
  [
    "by a managed policy of a template",
    set("loop-Shared/policyDocument", { Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] }),
    ["loop-Shared: policy allows s3:* on *; name the actions and the resources that it needs."],
  ],
]);

otherwise(rule, [
  ["says so where the document is an output", set("policy", UNKNOWN), { faults: [], unknown: "policy" }],
  [
    "takes a service on named resources",
    set("policy", { Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::models" }] }),
    { faults: [] },
  ],
  ["takes reading of rights", set("policy", { Statement: [{ Effect: "Allow", Action: "iam:List*", Resource: "*" }] }), { faults: [] }],
  [
    "takes a service on what is tagged",
    set("policy", {
      Statement: [{ Effect: "Allow", Action: "ec2:*", Resource: "*", Condition: { StringEquals: { "aws:ResourceTag/Owner": "ml" } } }],
    }),
    { faults: [] },
  ],
  ["takes absent lists", absent("runner/inlinePolicies"), { faults: [] }],
]);
