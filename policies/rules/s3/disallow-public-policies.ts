import { at, inTurn, json, list, mapping, needs, text } from "../../reading";
import { type Faults, Harm, resourceRule, Severity, type Subject } from "../../rule";
import { isForEverybody, statementsOf } from "../../shapes/statements";

export const s3DisallowPublicPolicies = resourceRule({
  name: "s3-disallow-public-policies",
  wrong: "A policy or an ACL opens a bucket to everybody.",
  why: "Whoever finds the name, and names are tried by machines, reads it.",
  severity: Severity.Critical,
  harm: Harm.Exposure,
  requirements: ["I6"],
  types: ["aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucketAcl:BucketAcl", "aws:s3/bucket:Bucket"],
  settings: {},
  compliant: [
    {
      type: "aws:s3/bucketPolicy:BucketPolicy",
      name: "logs-policy",
      props: {
        policy: {
          Statement: [
            { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
          ],
        },
      },
    },
  ],
  check: (subject) => (subject.type.endsWith(":BucketPolicy") ? policyFaults(subject) : aclFaults(subject)),
});

function* policyFaults({ props }: Subject): Faults {
  for (const statement of statementsOf(json(props["policy"]))) {
    if (statement.allows && isForEverybody(statement))
      yield {
        found: `policy allows ${statement.actions.join(", ")} to everybody`,
        cure: "name a principal, or add a condition such as aws:PrincipalOrgID",
      };
  }
}

const PUBLIC_ACLS: readonly unknown[] = ["public-read", "public-read-write", "authenticated-read"];

/** Groups of S3 that are everybody, and everybody with an account of AWS, of which anybody makes one. */
const PUBLIC_GROUPS = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

function* aclFaults(subject: Subject): Faults {
  yield* needs(subject, [
    { path: "acl", holds: (acl) => !PUBLIC_ACLS.includes(acl), cure: "remove acl, and let a policy name who may read" },
  ]);
  // Of a bucket's own inline grants, and of an ACL beside it.
  const grants = [...list(subject.props["grants"]), ...list(at(subject.props, "accessControlPolicy.grants"))];
  yield* inTurn(grants, function* (grant) {
    const group = text(at(grant, "grantee.uri") ?? mapping(grant)["uri"]);
    const [, found] = PUBLIC_GROUPS.exec(group ?? "") ?? [];
    if (found !== undefined)
      yield { found: `a grant is given to ${found}`, cure: "remove it, and let a policy name who may read", of: subject };
  });
}
