/**
 * Who may use the bucket how, beside what IAM gives. S3 keeps one policy for each bucket, and a second policy resource would overwrite the
 * first on every `up`; so all statements, those for AWS services too, are decided here.
 */
import { type AccountFacts, onBehalfOf, onlyFor, type PolicyCondition, type PolicyStatement } from "../../shared/policy-document";
import { BucketWriter } from "./bucket";

export interface BucketPolicyFacts extends AccountFacts {
  readonly bucketArn: string;
}

export function bucketPolicyStatements(facts: BucketPolicyFacts, writers: readonly BucketWriter[]): PolicyStatement[] {
  return [...encryptedTransportOnly(facts), ...writers.flatMap((writer) => WRITER_STATEMENTS[writer](facts))];
}

function encryptedTransportOnly({ bucketArn }: BucketPolicyFacts): PolicyStatement[] {
  const anything = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucketArn, `${bucketArn}/*`] } as const;
  return [
    { Sid: "DenyWithoutTls", ...anything, Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Sid: "DenyOldTls", ...anything, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}

/** The services hand the object over; without this condition it would stay theirs wherever a bucket still has ACLs. */
const HANDED_OVER = { "s3:x-amz-acl": "bucket-owner-full-control" };

/** Each service writes below `AWSLogs/<account>/`, where the account is that of the thing it logs. */
const WRITER_STATEMENTS: Record<BucketWriter, (facts: BucketPolicyFacts) => PolicyStatement[]> = {
  // CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail". The trail's own name would be narrower, but is not known before the trail is.
  [BucketWriter.CloudTrail]: (facts) =>
    checkThenPut(facts, {
      sid: "CloudTrail",
      service: "cloudtrail.amazonaws.com",
      check: ["s3:GetBucketAcl"],
      condition: onlyFor(`arn:${facts.partition}:cloudtrail:*:${facts.accountId}:trail/*`),
    }),

  // VPC user guide, "Amazon S3 bucket permissions for flow logs". If these were missing, creating the flow log would rewrite the bucket's policy.
  [BucketWriter.VpcFlowLogs]: (facts) =>
    checkThenPut(facts, {
      sid: "FlowLogs",
      service: "delivery.logs.amazonaws.com",
      check: ["s3:GetBucketAcl", "s3:ListBucket"],
      condition: onBehalfOf(facts, `arn:${facts.partition}:logs:${facts.region}:${facts.accountId}:*`),
    }),

  // ELB user guide, "Enable access logs for your Application Load Balancer". No condition on the source: the path already binds the log to load
  // balancers of this account, and a condition that the service does not meet would refuse every log.
  [BucketWriter.LoadBalancerLogs]: ({ bucketArn, accountId }) => [
    {
      Sid: "LoadBalancersWrite",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${accountId}/*`,
    },
  ],

  // S3 user guide, "Permissions for log delivery". The prefix is chosen by each bucket that logs here.
  [BucketWriter.ServerAccessLogs]: (facts) => [
    {
      Sid: "AccessLogsWrite",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${facts.bucketArn}/*`,
      Condition: onBehalfOf(facts, `arn:${facts.partition}:s3:::*`),
    },
  ],
};

interface LogService {
  readonly sid: string;
  readonly service: string;
  /** What it asks before the first log. */
  readonly check: readonly string[];
  readonly condition: PolicyCondition;
}

function checkThenPut(facts: BucketPolicyFacts, { sid, service, check, condition }: LogService): PolicyStatement[] {
  const { bucketArn, accountId } = facts;
  const allowed = { Effect: "Allow", Principal: { Service: service } } as const;
  const handedOver = { ...condition, StringEquals: { ...condition["StringEquals"], ...HANDED_OVER } };
  return [
    { Sid: `${sid}Check`, ...allowed, Action: check, Resource: bucketArn, Condition: condition },
    { Sid: `${sid}Write`, ...allowed, Action: "s3:PutObject", Resource: `${bucketArn}/AWSLogs/${accountId}/*`, Condition: handedOver },
  ];
}
