import { BucketWriter } from "../../../../components/data/bucket/bucket";
import { bucketPolicyStatements } from "../../../../components/data/bucket/bucket-policy";

const facts = { accountId: "123456789012", partition: "aws-cn", region: "cn-north-1", bucketArn: "arn:aws-cn:s3:::b" };
const added = (writer: BucketWriter) => bucketPolicyStatements(facts, [writer]).slice(2);

// A signed URL over plain HTTP hands its signature to everybody on the way.
it("I6 refuses everybody without TLS 1.2, whoever else may write", () => {
  const anything = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: ["arn:aws-cn:s3:::b", "arn:aws-cn:s3:::b/*"] };
  expect(bucketPolicyStatements(facts, [])).toEqual([
    { Sid: "DenyWithoutTls", ...anything, Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Sid: "DenyOldTls", ...anything, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ]);
});

describe("I6 AWS services that write", () => {
  const handedOver = { "s3:x-amz-acl": "bucket-owner-full-control" };
  const ownPlace = "arn:aws-cn:s3:::b/AWSLogs/123456789012/*";

  it("lets CloudTrail write records of this account's trails", () => {
    const trails = { ArnLike: { "aws:SourceArn": "arn:aws-cn:cloudtrail:*:123456789012:trail/*" } };
    const allowed = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" } };
    expect(added(BucketWriter.CloudTrail)).toEqual([
      { Sid: "CloudTrailCheck", ...allowed, Action: ["s3:GetBucketAcl"], Resource: "arn:aws-cn:s3:::b", Condition: trails },
      {
        Sid: "CloudTrailWrite",
        ...allowed,
        Action: "s3:PutObject",
        Resource: ownPlace,
        Condition: { ...trails, StringEquals: handedOver },
      },
    ]);
  });

  it("lets flow logs of this account and region in", () => {
    const account = { "aws:SourceAccount": "123456789012" };
    const source = { ArnLike: { "aws:SourceArn": "arn:aws-cn:logs:cn-north-1:123456789012:*" } };
    const allowed = { Effect: "Allow", Principal: { Service: "delivery.logs.amazonaws.com" } };
    expect(added(BucketWriter.VpcFlowLogs)).toEqual([
      {
        ...{ Sid: "FlowLogsCheck", ...allowed, Action: ["s3:GetBucketAcl", "s3:ListBucket"], Resource: "arn:aws-cn:s3:::b" },
        Condition: { ...source, StringEquals: account },
      },
      {
        ...{ Sid: "FlowLogsWrite", ...allowed, Action: "s3:PutObject", Resource: ownPlace },
        Condition: { ...source, StringEquals: { ...account, ...handedOver } },
      },
    ]);
  });

  it("lets load balancers write below this account's place", () => {
    expect(added(BucketWriter.LoadBalancerLogs)).toEqual([
      {
        ...{ Sid: "LoadBalancersWrite", Effect: "Allow", Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" } },
        ...{ Action: "s3:PutObject", Resource: ownPlace },
      },
    ]);
  });

  it("lets this account's buckets log wherever their prefix says", () => {
    expect(added(BucketWriter.ServerAccessLogs)).toEqual([
      {
        ...{ Sid: "AccessLogsWrite", Effect: "Allow", Principal: { Service: "logging.s3.amazonaws.com" } },
        ...{ Action: "s3:PutObject", Resource: "arn:aws-cn:s3:::b/*" },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" }, ArnLike: { "aws:SourceArn": "arn:aws-cn:s3:::*" } },
      },
    ]);
  });

  // S3 keeps one policy for a bucket: a second one would silently take the first one's place, and with it the refusal of plain HTTP.
  it("stand together in one policy, with names of their own", () => {
    const ids = bucketPolicyStatements(facts, Object.values(BucketWriter)).map(({ Sid }) => Sid);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining(["DenyWithoutTls", "CloudTrailWrite", "FlowLogsWrite", "LoadBalancersWrite", "AccessLogsWrite"]),
    );
  });
});
