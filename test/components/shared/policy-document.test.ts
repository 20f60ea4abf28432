import { allowAssume, onBehalfOf, onlyFor, policyDocument } from "../../../components/shared/policy-document";

const account = { accountId: "123456789012", partition: "aws", region: "eu-central-1" };

it("writes statements down as a policy of the current language version", () => {
  const statement = { Sid: "Look", Effect: "Allow", Action: "s3:GetObject", Resource: "*" } as const;
  expect(JSON.parse(policyDocument([statement]))).toEqual({ Version: "2012-10-17", Statement: [statement] });
});

it("lets one service take a role, under a condition or without", () => {
  const statement = { Effect: "Allow", Principal: { Service: "example.amazonaws.com" }, Action: "sts:AssumeRole" };
  const Condition = { ArnLike: { "aws:SourceArn": "arn:x" } };
  expect(JSON.parse(allowAssume("example.amazonaws.com"))).toEqual({ Version: "2012-10-17", Statement: [statement] });
  expect(JSON.parse(allowAssume("example.amazonaws.com", onlyFor("arn:x")))).toEqual({
    Version: "2012-10-17",
    Statement: [{ ...statement, Condition }],
  });
});

// One condition alone leaves the confused deputy a door: the account without the thing, or a thing in any account.
it("binds a service to the account and to the thing", () => {
  expect(onBehalfOf(account, "arn:x")).toEqual({
    StringEquals: { "aws:SourceAccount": "123456789012" },
    ArnLike: { "aws:SourceArn": "arn:x" },
  });
});
