import fc from "fast-check";
import { ObjectLockMode } from "../../../../components/data/bucket/bucket";
import { auditTrailFaults, type AuditTrailShape } from "../../../../components/foundation/audit-trail/audit-trail";

const lock = (days: number) => ({ mode: ObjectLockMode.Governance, days });

describe("I12 refusals of an audit trail", () => {
  it("accepts nothing at all, a lock as long as the records are kept, and ARNs that are not known yet", () => {
    expect(auditTrailFaults({})).toEqual([]);
    expect(auditTrailFaults({ objectLock: lock(400), cloudWatchLogs: {} })).toEqual([]);
    expect(auditTrailFaults({ dataEventBucketArns: ["arn:aws-cn:s3:::raw", Promise.resolve("later")] })).toEqual([]);
  });

  it.each<[object, string[]]>([
    [
      { kmsKeyArn: "", dataEventBucketArns: [null], retentionDays: "400" },
      [
        `kmsKeyArn is ""; it must be the ARN of a KMS key, neither an id nor an alias: write it like arn:aws:kms:us-east-1:123456789012:key/1234abcd`,
        `retentionDays is the text "400"; S3 counts whole days: use a whole number from 1 to 36,500`,
        "dataEventBucketArns[0] is null; a bucket's ARN is arn:aws:s3::: and its name: give the ARN without a path",
      ],
    ],
    [
      { cloudWatchLogs: null, dataEventBucketArns: "arn:aws:s3:::raw", allowDelete: "no" },
      [
        "cloudWatchLogs is null; it must be an object: give an object, or leave it out",
        `dataEventBucketArns is "arn:aws:s3:::raw"; it must be a list: put it into a list, or leave it out`,
        `allowDelete is "no"; it must be true or false: write true or false without quotes, or leave it out`,
      ],
    ],
    [{ retentionDays: 0 }, ["retentionDays is 0; S3 counts whole days: use a whole number from 1 to 36,500"]],
    [{ objectLock: lock(0) }, ["objectLock.days is 0; S3 counts whole days: use a whole number from 1 to 36,500"]],
    // The default counts too: whoever only sets the lock would otherwise pay for records that "are deleted after 400 days".
    [{ objectLock: lock(730) }, ["retentionDays is 400; the object lock holds for 730 days: delete later, or lock shorter"]],
    [
      { dataEventBucketArns: ["raw", "arn:aws:s3:::raw/*"] },
      [
        `dataEventBucketArns[0] is "raw"; a bucket's ARN is arn:aws:s3::: and its name: give the ARN without a path`,
        `dataEventBucketArns[1] is "arn:aws:s3:::raw/*"; a bucket's ARN is arn:aws:s3::: and its name: give the ARN without a path`,
      ],
    ],
    [
      { dataEventBucketArns: Array.from({ length: 251 }, (_, i) => `arn:aws:s3:::b${i}`) },
      ["dataEventBucketArns names 251; a trail watches 250 buckets at most: name fewer, or make a second trail"],
    ],
    [
      { cloudWatchLogs: { retentionDays: 91 } },
      ["cloudWatchLogs.retentionDays is 91; CloudWatch Logs keeps logs for certain periods only: use 120"],
    ],
    [
      { deleteWithContents: true },
      ["deleteWithContents is true without allowDelete; a protected bucket is not deleted at all: set both, or neither"],
    ],
  ])("fails on %j", (shape, faults) => {
    expect(auditTrailFaults(shape)).toEqual(faults);
  });

  // A TypeError instead of a sentence names a line of ours, and not the argument.
  it("answers whatever it is given with sentences or with none", () => {
    const anything = fc.jsonValue();
    const properties = ["kmsKeyArn", "retentionDays", "objectLock", "dataEventBucketArns", "cloudWatchLogs", "allowDelete"];
    const args = fc.oneof(
      anything,
      fc.record(Object.fromEntries(properties.map((property) => [property, anything])), { requiredKeys: [] }),
      fc.record({ objectLock: fc.record({ mode: anything, days: anything }), dataEventBucketArns: fc.array(anything) }),
    );
    fc.assert(fc.property(args, (shape) => auditTrailFaults(shape as AuditTrailShape).every((fault) => typeof fault === "string")));
  });
});
