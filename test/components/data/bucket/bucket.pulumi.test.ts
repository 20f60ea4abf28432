import { Bucket, type BucketArgs, BucketWriter, ObjectLockMode } from "../../../../components";
import { type Plan, planOf, refusalOf } from "../../shared/plan-of";

const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";

const bucket = (args: BucketArgs) =>
  planOf(() => {
    const { bucketName, arn } = new Bucket("raw", args);
    return { bucketName, arn };
  });

describe("I6 the smallest bucket", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await bucket({ kmsKeyArn });
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:s3/bucket:Bucket raw-bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration raw-lifecycle",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls raw-ownership",
      "aws:s3/bucketPolicy:BucketPolicy raw-policy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock raw-private",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration raw-encryption",
      "aws:s3/bucketVersioning:BucketVersioning raw-versioning",
      "modelloop:index:Bucket raw",
    ]);
  });

  // One public training set is enough for the front page.
  it("is private four ways, has no ACLs and keeps versions", () => {
    const nothingPublic = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
    expect(plan.inputs("raw-private")).toMatchObject(nothingPublic);
    expect(plan.inputs("raw-ownership")).toMatchObject({ rule: { objectOwnership: "BucketOwnerEnforced" } });
    expect(plan.inputs("raw-versioning")).toMatchObject({ versioningConfiguration: { status: "Enabled" } });
  });

  it("encrypts with the key that it is given, and asks KMS once for many objects", () => {
    expect(plan.inputs("raw-encryption")["rules"]).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn }, bucketKeyEnabled: true },
    ]);
  });

  it("deletes nothing but what was overwritten 90 days ago, and uploads that never ended", () => {
    expect(plan.inputs("raw-lifecycle")["rules"]).toEqual([
      {
        ...{ id: "old-data", status: "Enabled", filter: {} },
        ...{ abortIncompleteMultipartUpload: { daysAfterInitiation: 7 }, noncurrentVersionExpiration: { noncurrentDays: 90 } },
      },
    ]);
  });

  // `destroy --exclude-protected` would leave the bucket and take away what makes it safe.
  it("is kept, together with everything that makes it safe", () => {
    expect(plan.resource("raw-bucket").options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(plan.inputs("raw-bucket")).toEqual({ forceDestroy: false, objectLockEnabled: false });
    const settings = plan.resources.filter(({ kind, name }) => kind === "custom" && name !== "raw-bucket");
    expect(settings.map(({ options }) => options.retainOnDelete)).toEqual(settings.map(() => true));
  });

  // A program that writes as soon as it knows the name would write before plain HTTP is refused.
  it("tells its name only once its policy is in force", async () => {
    const seen = await planOf(() => {
      const { bucketName, arn } = new Bucket("raw", { kmsKeyArn });
      new Bucket("second", { kmsKeyArn, accessLog: { bucketName, prefix: arn } });
    });
    expect(seen.resource("second-access-log").dependencies).toContain(seen.resource("raw-policy").urn);
    expect(plan.recording.stackOutputs).toEqual({
      bucketName: plan.resource("raw-bucket").id,
      arn: plan.resource("raw-bucket").outputs["arn"],
    });
  });
});

describe("I6 arguments of a bucket", () => {
  it("gives the bucket its name and tags", async () => {
    const plan = await bucket({ kmsKeyArn, bucketName: "raw-logs", tags: { owner: "platform" } });
    expect(plan.inputs("raw-bucket")).toMatchObject({ bucket: "raw-logs", tags: { owner: "platform" } });
  });

  it("moves and deletes old data", async () => {
    const lifecycle = { moveToInfrequentAccessAfterDays: 30, deleteAfterDays: 365, deleteOldVersionsAfterDays: 7 };
    const plan = await bucket({ kmsKeyArn, lifecycle });
    expect(plan.inputs("raw-lifecycle")["rules"]).toEqual([
      expect.objectContaining({
        ...{ expiration: { days: 365 }, transitions: [{ days: 30, storageClass: "STANDARD_IA" }] },
        noncurrentVersionExpiration: { noncurrentDays: 7 },
      }),
    ]);
  });

  it("logs every request under the component's name, or the prefix given", async () => {
    const logs = { bucketName: "logs" };
    const plan = await bucket({ kmsKeyArn, accessLog: logs });
    expect(plan.inputs("raw-access-log")).toMatchObject({ targetBucket: "logs", targetPrefix: "raw/" });
    const prefixed = await bucket({ kmsKeyArn, accessLog: { ...logs, prefix: "x/" } });
    expect(prefixed.inputs("raw-access-log")).toMatchObject({ targetPrefix: "x/" });
    // A bucket that outlives the program, and whose log does not, is read from then on without a trace.
    expect(plan.resource("raw-access-log").options).toMatchObject({ retainOnDelete: true });
  });

  // Versioning comes first: S3 refuses a lock, and a rule about old versions, on a bucket without versions.
  it("locks every object for a time", async () => {
    const plan = await bucket({ kmsKeyArn, objectLock: { mode: ObjectLockMode.Compliance, days: 400 } });
    expect(plan.inputs("raw-bucket")).toMatchObject({ objectLockEnabled: true });
    expect(plan.inputs("raw-object-lock")).toMatchObject({ rule: { defaultRetention: { mode: "COMPLIANCE", days: 400 } } });
    expect(plan.waitsFor("raw-object-lock")).toContain("raw-versioning");
    expect(plan.waitsFor("raw-lifecycle")).toContain("raw-versioning");
  });

  it("takes S3's own key for logs that accept no other, and lets their writers in by its one policy", async () => {
    const plan = await bucket({ encryptWithS3ManagedKey: true, writers: [BucketWriter.LoadBalancerLogs] });
    expect(plan.inputs("raw-encryption")["rules"]).toEqual([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
    const { Statement } = plan.document("raw-policy", "policy") as { Statement: { Sid: string; Resource: unknown }[] };
    expect(Statement.map(({ Sid }) => Sid)).toEqual(["DenyWithoutTls", "DenyOldTls", "LoadBalancersWrite"]);
    expect(Statement[2]?.Resource).toBe(`${plan.output("raw-bucket", "arn")}/AWSLogs/123456789012/*`);
  });

  it("gives protection up by name, and the contents by another", async () => {
    const emptied = await bucket({ kmsKeyArn, allowDelete: true });
    expect(emptied.inputs("raw-bucket")).toMatchObject({ forceDestroy: false });
    const full = await bucket({ kmsKeyArn, allowDelete: true, deleteWithContents: true });
    expect(full.inputs("raw-bucket")).toMatchObject({ forceDestroy: true });
  });
});

it("I6 fails before anything is created, with every fault", () => {
  expect(refusalOf(() => new Bucket("raw", { lifecycle: { deleteAfterDays: 0 } }))).toBe(
    [
      `Bucket "raw" cannot be built:`,
      "  - kmsKeyArn is missing; every object is encrypted with a key of yours: give its ARN, or set encryptWithS3ManagedKey to true",
      "  - lifecycle.deleteAfterDays is 0; S3 counts whole days: use a whole number from 1 to 36,500",
    ].join("\n"),
  );
});
