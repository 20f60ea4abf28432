import { s3DisallowPublicPolicies as rule } from "../../../../policies/rules/s3/disallow-public-policies";
import { UNKNOWN, and, departures, otherwise, type Row, set } from "../../judged";

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
  [
    "open to everybody with TLS",
    set("policy", {
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } },
      ],
    }),
    ["logs-policy: policy allows s3:GetObject to everybody; name a principal, or add a condition such as aws:PrincipalOrgID."],
  ],
  [
    "open to all addresses by name",
    set("policy", {
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: "*",
          Condition: { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"] } },
        },
      ],
    }),
    ["logs-policy: policy allows s3:GetObject to everybody; name a principal, or add a condition such as aws:PrincipalOrgID."],
  ],
  [
    "open to half of all addresses",
    set("policy", {
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: "*",
          Condition: { IpAddress: { "aws:SourceIp": "128.0.0.0/1" } },
        },
      ],
    }),
    ["logs-policy: policy allows s3:GetObject to everybody; name a principal, or add a condition such as aws:PrincipalOrgID."],
  ],
  [
    "open to every principal",
    set("policy", {
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*", Condition: { StringLike: { "aws:PrincipalArn": "*" } } },
      ],
    }),
    ["logs-policy: policy allows s3:GetObject to everybody; name a principal, or add a condition such as aws:PrincipalOrgID."],
  ],
  [
    "open to all but one",
    set("policy", {
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: "*",
          Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } },
        },
      ],
    }),
    ["logs-policy: policy allows s3:GetObject to everybody; name a principal, or add a condition such as aws:PrincipalOrgID."],
  ],
  ...(["AllUsers", "AuthenticatedUsers"] as const).map((group): Row => [
    `with a grant to ${group}`,
    and({
      type: "aws:s3/bucketAcl:BucketAcl",
      name: "acl",
      props: {
        accessControlPolicy: { grants: [{ permission: "READ", grantee: { uri: `http://acs.amazonaws.com/groups/global/${group}` } }] },
      },
    }),
    [`acl: a grant is given to ${group}; remove it, and let a policy name who may read.`],
  ]),
]);

otherwise(rule, [
  ["says so where the document is an output", set("policy", UNKNOWN), { faults: [], unknown: "policy" }],
  ["takes an absent ACL", and({ type: "aws:s3/bucketAcl:BucketAcl", name: "acl", props: {} }), { faults: [] }],
  [
    "takes addresses of an office",
    set("policy", {
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: "*",
          Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
        },
      ],
    }),
    { faults: [] },
  ],
  [
    "takes one account",
    set("policy", {
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: "*",
          Condition: { StringEquals: { "AWS:SourceAccount": "111122223333" } },
        },
      ],
    }),
    { faults: [] },
  ],
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
