import fc from "fast-check";
import { bucketFaults, type BucketShape, BucketWriter, ObjectLockMode } from "../../../../components/data/bucket/bucket";

const encrypted = { kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1" };
const forLogs = { encryptWithS3ManagedKey: true };

/** As a program in JavaScript or another language hands it over. */
const untyped = (shape: unknown) => shape as BucketShape;

describe("I6 refusals of a bucket", () => {
  const accepted: [string, BucketShape][] = [
    ["a key of ours", encrypted],
    ["S3's own key, by name", forLogs],
    ["a name that nobody knows before the program runs", { ...encrypted, bucketName: Promise.resolve("Later") }],
    [
      "a move at the earliest day and a deletion the day after",
      { ...encrypted, lifecycle: { moveToInfrequentAccessAfterDays: 30, deleteAfterDays: 31 } },
    ],
    [
      "a deletion on the day that the lock ends",
      { ...encrypted, lifecycle: { deleteAfterDays: 30 }, objectLock: { mode: ObjectLockMode.Compliance, days: 30 } },
    ],
    ["every log that takes S3's key", { ...forLogs, writers: Object.values(BucketWriter) }],
    ["CloudTrail and flow logs under a key of ours", { ...encrypted, writers: [BucketWriter.CloudTrail, BucketWriter.VpcFlowLogs] }],
    ["a bucket that may go with its contents", { ...encrypted, allowDelete: true, deleteWithContents: true }],
  ];
  it.each(accepted)("accepts %s", (_, shape) => {
    expect(bucketFaults(shape)).toEqual([]);
  });

  const wholeDays = "S3 counts whole days: use a whole number from 1 to 36,500";
  const s3KeyOnly = "that service writes only into buckets encrypted with S3's own key: set encryptWithS3ManagedKey to true instead";
  const refused: [string, BucketShape, string[]][] = [
    [
      "nothing encrypts the objects",
      {},
      ["kmsKeyArn is missing; every object is encrypted with a key of yours: give its ARN, or set encryptWithS3ManagedKey to true"],
    ],
    [
      "two keys would encrypt them",
      { ...encrypted, ...forLogs },
      ["encryptWithS3ManagedKey is true together with kmsKeyArn; a bucket has one default key: leave one of the two out"],
    ],
    [
      "the name is none that S3 takes",
      { ...encrypted, bucketName: "Raw_Logs" },
      [
        `bucketName is "Raw_Logs"; S3 takes 3 to 63 lower-case letters, digits and hyphens, and no hyphen at either end: choose such a name, or leave it out`,
      ],
    ],
    [
      "an object would move too early",
      { ...encrypted, lifecycle: { moveToInfrequentAccessAfterDays: 29 } },
      [
        "lifecycle.moveToInfrequentAccessAfterDays is 29; S3 moves no object to infrequent access before it is 30 days old: use a whole number from 30 to 36,500",
      ],
    ],
    [
      "an object would be deleted before it moves",
      { ...encrypted, lifecycle: { moveToInfrequentAccessAfterDays: 60, deleteAfterDays: 60 } },
      ["lifecycle.deleteAfterDays is 60; the object moves to infrequent access at 60 days: delete later, or do not move"],
    ],
    [
      // Zero days read as "never" by one person and as "at once" by S3's life cycle.
      "days are no days",
      { ...encrypted, lifecycle: { deleteAfterDays: 0, deleteOldVersionsAfterDays: 1.5 } },
      [`lifecycle.deleteAfterDays is 0; ${wholeDays}`, `lifecycle.deleteOldVersionsAfterDays is 1.5; ${wholeDays}`],
    ],
    [
      "the lock is no lock",
      { ...encrypted, objectLock: { mode: "compliance" as ObjectLockMode, days: 0 } },
      [`objectLock.mode is "compliance"; it must be one of GOVERNANCE, COMPLIANCE: use one of these`, `objectLock.days is 0; ${wholeDays}`],
    ],
    [
      "the lock outlasts the deletion",
      { ...encrypted, lifecycle: { deleteAfterDays: 30 }, objectLock: { mode: ObjectLockMode.Governance, days: 365 } },
      ["lifecycle.deleteAfterDays is 30; the object lock holds for 365 days: delete later, or lock shorter"],
    ],
    [
      // The service reports the failed delivery nowhere: the logs are missing on the day that they are needed.
      "a service that knows only S3's key would write",
      { ...encrypted, writers: [BucketWriter.LoadBalancerLogs, BucketWriter.ServerAccessLogs] },
      [`writers has loadBalancerLogs with kmsKeyArn; ${s3KeyOnly}`, `writers has serverAccessLogs with kmsKeyArn; ${s3KeyOnly}`],
    ],
    [
      "access logs would go into a locked bucket",
      { ...forLogs, writers: [BucketWriter.ServerAccessLogs], objectLock: { mode: ObjectLockMode.Governance, days: 1 } },
      ["writers has serverAccessLogs with objectLock; S3 delivers no access log into a locked bucket: leave one of the two out"],
    ],
    [
      "a writer is unknown or named twice",
      { ...encrypted, writers: [BucketWriter.CloudTrail, "config" as BucketWriter, BucketWriter.CloudTrail] },
      [
        `writers[1] is "config"; it must be one of cloudTrail, loadBalancerLogs, serverAccessLogs, vpcFlowLogs: use one of these`,
        "writers names cloudTrail more than once; each counts once: name it once",
      ],
    ],
    [
      "the contents may go but not the bucket",
      { ...encrypted, deleteWithContents: true },
      ["deleteWithContents is true without allowDelete; a protected bucket is not deleted at all: set both, or neither"],
    ],
    [
      "contents may go that nobody can delete",
      { ...encrypted, allowDelete: true, deleteWithContents: true, objectLock: { mode: ObjectLockMode.Compliance, days: 1 } },
      ["deleteWithContents is true with objectLock.mode COMPLIANCE; nobody can delete locked objects: leave it out"],
    ],
  ];
  const flag = "it must be true or false: write true or false without quotes, or leave it out";
  const keyArn =
    "it must be the ARN of a KMS key, neither an id nor an alias: write it like arn:aws:kms:us-east-1:123456789012:key/1234abcd";
  const kinds: [string, BucketShape, string[]][] = [
    // Both would have S3 encrypt with AWS's own key: in every report encrypted, and readable to whoever may read the bucket.
    ["the key is no key's ARN", { kmsKeyArn: "" }, [`kmsKeyArn is ""; ${keyArn}`]],
    ["the key is AWS's own", { kmsKeyArn: "alias/aws/s3" }, [`kmsKeyArn is "alias/aws/s3"; ${keyArn}`]],
    ["the key is null", { kmsKeyArn: null }, [`kmsKeyArn is null; ${keyArn}`]],
    [
      // "no" counts as yes to every `if` of JavaScript.
      "yes and no are text",
      untyped({ encryptWithS3ManagedKey: "no", allowDelete: "false", deleteWithContents: 0 }),
      [`encryptWithS3ManagedKey is "no"; ${flag}`, `allowDelete is "false"; ${flag}`, `deleteWithContents is 0; ${flag}`],
    ],
    [
      "lists and objects are something else",
      untyped({ ...encrypted, writers: "cloudTrail", objectLock: null, lifecycle: 30, accessLog: "logs" }),
      [
        "lifecycle is 30; it must be an object: give an object, or leave it out",
        `accessLog is "logs"; it must be an object: give an object, or leave it out`,
        "objectLock is null; it must be an object: give an object, or leave it out",
        `writers is "cloudTrail"; it must be a list: put it into a list, or leave it out`,
      ],
    ],
    [
      "a lock says neither how nor how long",
      untyped({ ...encrypted, objectLock: {} }),
      ["mode", "days"].map(
        (property) => `objectLock.${property} is missing; a lock has a mode and days, and no default of either: give it`,
      ),
    ],
    ...["xn--", "sthree-", "amzn-s3-demo-"].map((start): [string, BucketShape, string[]] => [
      `the name begins with ${start}`,
      { ...encrypted, bucketName: `${start}raw` },
      [`bucketName is "${start}raw"; S3 keeps names that begin with ${start} for itself: choose another, or leave it out`],
    ]),
    ...["-s3alias", "--ol-s3", "--x-s3", "--table-s3"].map((end): [string, BucketShape, string[]] => [
      `the name ends with ${end}`,
      { ...encrypted, bucketName: `raw${end}` },
      [`bucketName is "raw${end}"; S3 keeps names that end with ${end} for itself: choose another, or leave it out`],
    ]),
  ];
  it.each([...refused, ...kinds])("fails when %s", (_, shape, faults) => {
    expect(bucketFaults(shape)).toEqual(faults);
  });

  // A TypeError instead of a sentence names a line of ours, and not the argument.
  it("answers whatever it is given with sentences or with none", () => {
    const anything = fc.jsonValue();
    const properties = ["kmsKeyArn", "encryptWithS3ManagedKey", "bucketName", "lifecycle", "objectLock", "writers", "allowDelete"];
    const args = fc.oneof(
      anything,
      fc.record(Object.fromEntries(properties.map((property) => [property, anything])), { requiredKeys: [] }),
      fc.record({
        lifecycle: fc.record({
          moveToInfrequentAccessAfterDays: anything,
          deleteAfterDays: anything,
          deleteOldVersionsAfterDays: anything,
        }),
        objectLock: fc.record({ mode: anything, days: anything }),
        writers: fc.array(anything),
      }),
    );
    fc.assert(fc.property(args, (shape) => bucketFaults(untyped(shape)).every((fault) => typeof fault === "string")));
  });
});
