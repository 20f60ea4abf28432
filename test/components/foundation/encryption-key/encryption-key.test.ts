import fc from "fast-check";
import {
  encryptionKeyFaults,
  keyAlias,
  keyPolicyStatements,
  type KeyShape,
  KeyService,
} from "../../../../components/foundation/encryption-key/encryption-key";

const account = { accountId: "123456789012", partition: "aws", region: "eu-central-1" };
const added = (service: KeyService) => keyPolicyStatements(account, [service]).slice(1);

describe("I7 who may use a key", () => {
  // A key whose policy forgets the account can be used, changed and deleted by nobody, and what it encrypts is lost.
  it("always leaves the decision with the account", () => {
    expect(keyPolicyStatements(account, [])).toEqual([
      {
        ...{ Sid: "AccountDecides", Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" } },
        ...{ Action: "kms:*", Resource: "*" },
      },
    ]);
  });

  it("lets CloudTrail encrypt records of this account's trails", () => {
    const trails = "arn:aws:cloudtrail:*:123456789012:trail/*";
    const allowed = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Resource: "*" };
    const ours = { ArnLike: { "aws:SourceArn": trails } };
    expect(added(KeyService.CloudTrail)).toEqual([
      {
        ...{ Sid: "CloudTrailEncrypts", ...allowed, Action: "kms:GenerateDataKey*" },
        Condition: { ...ours, StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": trails } },
      },
      { Sid: "CloudTrailLooks", ...allowed, Action: ["kms:Decrypt", "kms:DescribeKey"], Condition: ours },
    ]);
  });

  it("lets CloudWatch Logs of this region use it for this account's log groups", () => {
    expect(added(KeyService.CloudWatchLogs)).toEqual([
      expect.objectContaining({
        Principal: { Service: "logs.eu-central-1.amazonaws.com" },
        Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:123456789012:log-group:*" } },
      }),
    ]);
  });

  it("lets log delivery use it for this account's logs", () => {
    expect(added(KeyService.LogDelivery)).toEqual([
      expect.objectContaining({
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:logs:eu-central-1:123456789012:*" },
        },
      }),
    ]);
  });

  // Without a condition any customer of the service could have our key decrypt for them.
  it.each(Object.values(KeyService))("never lets %s in without a condition that names the account", (service) => {
    for (const { Condition } of added(service)) expect(JSON.stringify(Condition)).toContain("123456789012");
  });
});

it("I7 names a key after the component, in characters that KMS takes", () => {
  expect(keyAlias("prod.data:key", "1234abcd-12ab-34cd-56ef-1234567890ab")).toBe("alias/prod-data-key-1234abcd");
});

describe("I7 refusals of a key", () => {
  it("accepts nothing at all, and the bounds", () => {
    expect(encryptionKeyFaults("data", {})).toEqual([]);
    expect(encryptionKeyFaults("data", { rotationDays: 90, deletionWindowDays: 7, services: Object.values(KeyService) })).toEqual([]);
    expect(encryptionKeyFaults("data", { rotationDays: 2_560, deletionWindowDays: 30 })).toEqual([]);
  });

  it("fails on days that KMS does not take, and on services that it does not know, all at once", () => {
    const services = ["s3" as KeyService, KeyService.CloudTrail, KeyService.CloudTrail];
    expect(encryptionKeyFaults("data", { rotationDays: 30, deletionWindowDays: 6, services })).toEqual([
      `services[0] is "s3"; it must be one of cloudTrail, cloudWatchLogs, logDelivery: use one of these`,
      "services names cloudTrail more than once; each counts once: name it once",
      "rotationDays is 30; KMS rotates a key every 90 to 2,560 days: use a whole number from 90 to 2,560",
      "deletionWindowDays is 6; KMS waits 7 to 30 days: use a whole number from 7 to 30",
    ]);
  });

  it("accepts the longest name that KMS takes, and one that merely sounds like AWS", () => {
    const longest = "k".repeat(241);
    expect([...encryptionKeyFaults(longest, {}), ...encryptionKeyFaults("awsome/x", {})]).toEqual([]);
    expect(keyAlias(longest, "1234abcd-12ab-34cd-56ef-1234567890ab")).toHaveLength(256);
  });

  // KMS refuses the alias after the key exists, and a key cannot be taken back for seven days.
  it("fails on names that make no alias", () => {
    expect(encryptionKeyFaults("aws/x", {})).toEqual([
      `name is "aws/x"; it becomes the key's alias, and AWS keeps alias/aws/ for its own keys: choose another name`,
    ]);
    expect(encryptionKeyFaults("k".repeat(300), {})).toEqual([
      "name has 300 characters; it becomes the key's alias, and KMS takes 256 with what is added: use 241 or fewer",
    ]);
  });

  // A TypeError instead of a sentence names a line of ours, and not the argument.
  it("answers whatever it is given with sentences or with none", () => {
    const anything = fc.jsonValue();
    const properties = ["services", "rotationDays", "deletionWindowDays", "allowDelete"];
    const args = fc.oneof(
      anything,
      fc.record(Object.fromEntries(properties.map((property) => [property, anything])), { requiredKeys: [] }),
      fc.record({ services: fc.array(anything), rotationDays: anything }),
    );
    fc.assert(fc.property(args, (shape) => encryptionKeyFaults("data", shape as KeyShape).every((fault) => typeof fault === "string")));
  });
});
