import { ObjectLockMode } from "../../../../components/data/bucket/bucket";
import { auditTrailFaults } from "../../../../components/foundation/audit-trail/audit-trail";

const lock = (days: number) => ({ mode: ObjectLockMode.Governance, days });

describe("I12 refusals of an audit trail", () => {
  it("accepts nothing at all, a lock as long as the records are kept, and ARNs that are not known yet", () => {
    expect(auditTrailFaults({})).toEqual([]);
    expect(auditTrailFaults({ objectLock: lock(400), cloudWatchLogs: {} })).toEqual([]);
    expect(auditTrailFaults({ dataEventBucketArns: ["arn:aws-cn:s3:::raw", Promise.resolve("later")] })).toEqual([]);
  });

  it.each([
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
});
