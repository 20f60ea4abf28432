import { AWS_CALL_MODELS, AWS_OUTPUT_MODELS, awsArn, awsId } from "../../../../offline/engine/models/aws";
import type { Properties } from "../../../../offline/engine/recording";

const PLACE = { region: "eu-central-1", accountId: "123456789012" };

function ask(token: string, args: Properties = {}): Properties {
  const model = AWS_CALL_MODELS[token];
  if (model === undefined) throw new Error(`no model of ${token}`);
  return model(args, { ...PLACE, mode: "apply", find: () => undefined });
}

it.each([
  ["aws:s3/bucket:Bucket", "arn:aws:s3:::thing"],
  ["aws:iam/role:Role", "arn:aws:iam::123456789012:role/thing"],
  ["aws:cloudwatch/logGroup:LogGroup", "arn:aws:logs:eu-central-1:123456789012:log-group:thing"],
  ["aws:sns/topic:Topic", "arn:aws:sns:eu-central-1:123456789012:thing"],
])("writes the ARN of %s as AWS does", (type, arn) => expect(awsArn(type, "thing", PLACE)).toBe(arn));

it("takes for the id of a bucket its name, and of a topic its ARN, because policies are built from both", () => {
  expect(awsId("aws:s3/bucket:Bucket", { bucket: "logs" })).toBe("logs");
  expect(awsId("aws:sns/topic:Topic", { arn: "arn:x" })).toBe("arn:x");
  expect(awsId("aws:ec2/vpc:Vpc", { arn: "arn:x" })).toBeUndefined();
});

it("I4 gives a database a managed secret only where RDS is told to manage the password", () => {
  const outputs = (inputs: Properties) =>
    AWS_OUTPUT_MODELS["aws:rds/instance:Instance"]?.({ name: "db", inputs }, PLACE)["masterUserSecrets"];
  expect(outputs({ manageMasterUserPassword: true })).toEqual([
    expect.objectContaining({ secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db" }),
  ]);
  expect(outputs({})).toEqual([]);
});

// Least-privilege tests read this document: a statement lost here is a permission that nobody reviews.
it("renders a policy document with every part of a statement", () => {
  const { json } = ask("aws:iam/getPolicyDocument:getPolicyDocument", {
    statements: [
      {
        sid: "Read",
        effect: "Deny",
        actions: ["s3:GetObject", "s3:ListBucket"],
        notResources: ["arn:aws:s3:::b"],
        principals: [{ type: "Service", identifiers: ["logs.amazonaws.com"] }],
        conditions: [
          { test: "StringEquals", variable: "aws:SourceAccount", values: ["1"] },
          { test: "StringEquals", variable: "aws:PrincipalOrgID", values: ["o", "p"] },
        ],
      },
      { actions: ["sts:AssumeRole"], principals: [{ type: "*", identifiers: ["*"] }] },
    ],
  });
  expect(JSON.parse(json as string)).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Read",
        Effect: "Deny",
        Action: ["s3:GetObject", "s3:ListBucket"],
        NotResource: "arn:aws:s3:::b",
        Principal: { Service: "logs.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "1", "aws:PrincipalOrgID": ["o", "p"] } },
      },
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: "*" },
    ],
  });
});

it("names zones of the stack's own region", () => {
  expect(ask("aws:index/getAvailabilityZones:getAvailabilityZones")).toMatchObject({
    names: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
    zoneIds: ["euc1-az1", "euc1-az2", "euc1-az3"],
  });
});
