import { inTurn, json, list, mapping, text } from "../../reading";
import { type Faults, Harm, resourceRule, Severity, type Subject } from "../../rule";
import { isEverything, statementsOf } from "../../shapes/statements";

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
const ROLES = ["aws:iam/role:Role", "AWS::IAM::Role"];
/** Services of which all that may be done is all that may be done: who writes rights gives himself the rest. */
const RIGHTS = ["iam", "sts", "organizations"];
/** AWS's own policies that allow everything, or everything of IAM, by which the rest is a step away. */
const TOO_MUCH = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

export const iamDisallowFullAccess = resourceRule({
  name: "iam-disallow-full-access",
  wrong: "A role may do everything, or everything of a service, to everything.",
  why: "Whoever breaks into one pod or function then owns the account.",
  severity: Severity.Critical,
  harm: Harm.Practice,
  requirements: ["I7"],
  types: [...DOCUMENTS, ...ATTACHMENTS, ...ROLES, "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"],
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
    { type: "AWS::IAM::Role", name: "loop-Role", props: { policies: [], managedPolicyArns: [] } },
    { type: "AWS::IAM::ManagedPolicy", name: "loop-Shared", props: { policyDocument: { Statement: [] } } },
  ],
  *check(subject) {
    if (ATTACHMENTS.includes(subject.type)) yield* managedFaults(subject, subject.props["policyArn"]);
    else if (ROLES.includes(subject.type)) {
      yield* inTurn(list(subject.props["managedPolicyArns"]), (arn) => managedFaults(subject, arn));
      yield* inTurn(list(subject.props["inlinePolicies"]), (inline) => documentFaults(subject, mapping(inline)["policy"]));
      // CloudFormation's names for the two, beside Pulumi's.
      yield* inTurn(list(subject.props["policies"]), (inline) => documentFaults(subject, mapping(inline)["policyDocument"]));
    } else yield* documentFaults(subject, subject.props["policy"] ?? subject.props["policyDocument"]);
  },
});

function* documentFaults(of: Subject, document: unknown): Faults {
  for (const { sid, allows, actions, isAllBut, resources, namesWho, namesWhat } of statementsOf(json(document))) {
    // All of one account is all there is: it is the role's own.
    const everything = resources.find((resource) => isEverything(resource.replace(/:\d{12}(?=:)/, ":*")));
    if (!allows || namesWho || namesWhat || everything === undefined) continue;
    const wide = isAllBut ? ["all but a list"] : actions.filter(isWide);
    if (wide.length > 0)
      yield {
        found: `policy${sid === undefined ? "" : ` (${sid})`} allows ${wide.join(", ")} on ${everything}`,
        cure: "name the actions and the resources that it needs",
        of,
      };
  }
}

/** `*`, `s3:*`, and what writes rights by a pattern: `iam:*Role*`, `iam:Put*`, `*:PutRolePolicy`. Reading them is no step towards them. */
function isWide(action: string): boolean {
  const [service = "", verb = ""] = action.split(":");
  if (/^[*?]+$/.test(service) || /^[*?]+$/.test(verb)) return true;
  return RIGHTS.includes(service.toLowerCase()) && /[*?]/.test(verb) && !/^(Get|List|Describe|Generate|Simulate)/i.test(verb);
}

function* managedFaults(of: Subject, arn: unknown): Faults {
  if (TOO_MUCH.test(text(arn) ?? ""))
    yield { found: `it is given ${String(arn)}`, cure: "give it a policy with the actions that it needs", of };
}
