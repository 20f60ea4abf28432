import { inTurn, json, list, mapping, text } from "../../reading";
import { type Faults, Harm, resourceRule, Severity, type Subject } from "../../rule";
import { statementsOf } from "../../shapes/statements";

const DOCUMENTS = [
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
];
const ATTACHMENTS = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
];
/** AWS's own policies that allow everything, or everything of IAM, by which the rest is a step away. */
const TOO_MUCH = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

export const iamDisallowFullAccess = resourceRule({
  name: "iam-disallow-full-access",
  wrong: "A role may do everything, or everything of a service, to everything.",
  why: "Whoever breaks into one pod or function then owns the account.",
  severity: Severity.Critical,
  harm: Harm.Practice,
  requirements: ["I7"],
  types: [...DOCUMENTS, ...ATTACHMENTS, "aws:iam/role:Role", "AWS::IAM::Policy"],
  settings: {},
  compliant: [
    {
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "reader",
      props: { policy: { Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::models/*"] }] } },
    },
    {
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      name: "logs",
      props: { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
    },
    { type: "aws:iam/role:Role", name: "runner", props: { inlinePolicies: [], managedPolicyArns: [] } },
  ],
  *check(subject) {
    if (ATTACHMENTS.includes(subject.type)) yield* managedFaults(subject, subject.props["policyArn"]);
    else if (subject.type === "aws:iam/role:Role") {
      yield* inTurn(list(subject.props["managedPolicyArns"]), (arn) => managedFaults(subject, arn));
      yield* inTurn(list(subject.props["inlinePolicies"]), (inline) => documentFaults(subject, mapping(inline)["policy"]));
    } else yield* documentFaults(subject, subject.props["policy"] ?? subject.props["policyDocument"]);
  },
});

function* documentFaults(of: Subject, document: unknown): Faults {
  for (const { sid, allows, actions, isAllBut, resources, isConditional } of statementsOf(json(document))) {
    if (!allows || isConditional || !resources.includes("*")) continue;
    const wide = isAllBut ? ["all but a list"] : actions.filter((action) => action === "*" || action.endsWith(":*"));
    if (wide.length > 0)
      yield {
        found: `policy${sid === undefined ? "" : ` (${sid})`} allows ${wide.join(", ")} on *`,
        cure: "name the actions and the resources that it needs",
        of,
      };
  }
}

function* managedFaults(of: Subject, arn: unknown): Faults {
  if (TOO_MUCH.test(text(arn) ?? ""))
    yield { found: `it is given ${String(arn)}`, cure: "give it a policy with the actions that it needs", of };
}
