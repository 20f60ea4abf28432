import { s3DisallowPublicPolicies as rule } from "../../../../policies/rules/s3/disallow-public-policies";
import { UNKNOWN, and, departures, otherwise, set } from "../../judged";

// A machine that tries names finds the bucket.
departures(rule, [
  [
    "open to everybody",
    set("policy", { Statement: { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" } }),
    ["logs-policy: policy allows s3:GetObject to everybody; name a principal, or add a condition such as aws:PrincipalOrgID."],
  ],
  [
    "open to everybody as a text",
    set(
      "policy",
      JSON.stringify({ Statement: [{ Effect: "Allow", Principal: { AWS: ["*"] }, Action: ["s3:ListBucket"], Resource: "*" }] }),
    ),
    ["logs-policy: policy allows s3:ListBucket to everybody; name a principal, or add a condition such as aws:PrincipalOrgID."],
  ],
  [
    "with an ACL that everybody may read",
    and({ type: "aws:s3/bucketAcl:BucketAcl", name: "acl", props: { acl: "public-read" } }),
    ['acl: acl is "public-read"; remove acl, and let a policy name who may read.'],
  ],
]);

otherwise(rule, [
  ["says so where the document is an output", set("policy", UNKNOWN), { faults: [], unknown: "policy" }],
  ["takes an absent ACL", and({ type: "aws:s3/bucketAcl:BucketAcl", name: "acl", props: {} }), { faults: [] }],
  [
    "takes everybody of one organisation",
    set("policy", {
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: "*",
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
        },
      ],
    }),
    { faults: [] },
  ],
]);
