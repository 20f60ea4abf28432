import { AuditTrail, type AuditTrailArgs, ObjectLockMode } from "../../../../components";
import { type Plan, planOf, refusalOf } from "../../shared/plan-of";

const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";

const trail = (args: Partial<AuditTrailArgs> = {}) =>
  planOf(() => {
    const { trailArn, bucketName, bucketArn } = new AuditTrail("audit", { kmsKeyArn, ...args });
    return { trailArn, bucketName, bucketArn };
  });

describe("I12 the smallest audit trail", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await trail();
  });

  it("is a trail and a bucket of its own, and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:cloudtrail/trail:Trail audit-trail",
      "aws:s3/bucket:Bucket audit-records-bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration audit-records-lifecycle",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls audit-records-ownership",
      "aws:s3/bucketPolicy:BucketPolicy audit-records-policy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock audit-records-private",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration audit-records-encryption",
      "aws:s3/bucketVersioning:BucketVersioning audit-records-versioning",
      "modelloop:index:AuditTrail audit",
      "modelloop:index:Bucket audit-records",
    ]);
  });

  // An intruder works in the region that nobody looks at, and then edits the log.
  it("records every region, encrypted, in files that prove themselves unaltered", () => {
    expect(plan.inputs("audit-trail")).toMatchObject({
      ...{ isMultiRegionTrail: true, includeGlobalServiceEvents: true, enableLogFileValidation: true, kmsKeyId: kmsKeyArn },
      eventSelectors: [{ readWriteType: "All", includeManagementEvents: true, dataResources: [] }],
    });
  });

  // CloudTrail tries to write when the trail is created, and refuses a bucket that does not let it.
  it("waits until its bucket lets CloudTrail write", () => {
    expect(plan.waitsFor("audit-trail")).toContain("audit-records-policy");
    expect(JSON.stringify(plan.document("audit-records-policy", "policy"))).toContain("cloudtrail.amazonaws.com");
  });

  it("keeps records for 400 days, and tells where", () => {
    expect(plan.inputs("audit-records-lifecycle")["rules"]).toEqual([expect.objectContaining({ expiration: { days: 400 } })]);
    expect(plan.recording.stackOutputs).toEqual({
      trailArn: plan.resource("audit-trail").outputs["arn"],
      bucketName: plan.resource("audit-records-bucket").id,
      bucketArn: plan.resource("audit-records-bucket").outputs["arn"],
    });
  });
});

describe("I12 arguments of an audit trail", () => {
  it("locks the records, logs who reads them, and keeps them as long as asked", async () => {
    const objectLock = { mode: ObjectLockMode.Compliance, days: 365 };
    const plan = await trail({ objectLock, retentionDays: 730, accessLog: { bucketName: "logs" }, tags: { owner: "platform" } });
    expect(plan.inputs("audit-records-object-lock")).toMatchObject({ rule: { defaultRetention: objectLock } });
    expect(plan.inputs("audit-records-lifecycle")["rules"]).toEqual([expect.objectContaining({ expiration: { days: 730 } })]);
    expect(plan.inputs("audit-records-access-log")).toMatchObject({ targetBucket: "logs" });
    expect(plan.inputs("audit-trail")["tags"]).toEqual({ owner: "platform" });
    expect(plan.inputs("audit-records-bucket")["tags"]).toEqual({ owner: "platform" });
  });

  // "arn:aws:s3:::raw" also means raw-2, raw-backup ...: recorded and billed though nobody asked.
  it("records every read and write of the buckets named, and of no other", async () => {
    const plan = await trail({ dataEventBucketArns: ["arn:aws:s3:::raw"] });
    expect(plan.inputs("audit-trail")["eventSelectors"]).toEqual([
      {
        ...{ readWriteType: "All", includeManagementEvents: true },
        dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3:::raw/"] }],
      },
    ]);
  });

  it("sends events to CloudWatch Logs with a role that writes nowhere else, and that exists before the trail tries it", async () => {
    const plan = await trail({ cloudWatchLogs: {} });
    const groupArn = plan.output("audit-logs", "arn");
    expect(plan.inputs("audit-logs")).toEqual({ retentionInDays: 90, kmsKeyId: kmsKeyArn });
    expect(plan.inputs("audit-trail")).toMatchObject({ cloudWatchLogsGroupArn: `${groupArn}:*` });
    expect(plan.document("audit-logs-policy", "policy")).toEqual({
      Version: "2012-10-17",
      Statement: [{ Sid: "Write", Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${groupArn}:*` }],
    });
    expect(plan.waitsFor("audit-trail")).toContain("audit-logs-policy");
    // Without the condition CloudTrail could be made to write into this log group for a stranger's trail.
    expect(plan.document("audit-logs-role", "assumeRolePolicy")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          ...{ Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Action: "sts:AssumeRole" },
          Condition: {
            StringEquals: { "aws:SourceAccount": "123456789012" },
            ArnLike: { "aws:SourceArn": "arn:aws:cloudtrail:*:123456789012:trail/*" },
          },
        },
      ],
    });
    const shorter = await trail({ cloudWatchLogs: { retentionDays: 30 } });
    expect(shorter.inputs("audit-logs")).toMatchObject({ retentionInDays: 30 });
  });

  it("gives the records up by two names", async () => {
    const plan = await trail({ allowDelete: true, deleteWithContents: true });
    expect(plan.inputs("audit-records-bucket")).toMatchObject({ forceDestroy: true });
  });
});

it("I12 fails before anything is created, in its own name and not its bucket's", () => {
  expect(refusalOf(() => new AuditTrail("audit", { kmsKeyArn, retentionDays: 0 }))).toBe(
    [`AuditTrail "audit" cannot be built:`, "  - retentionDays is 0; S3 counts whole days: use a whole number from 1 to 36,500"].join("\n"),
  );
});
