import { EncryptionKey, type EncryptionKeyArgs, KeyService } from "../../../../components";
import { planOf, refusalOf } from "../../shared/plan-of";

const key = (args?: EncryptionKeyArgs) =>
  planOf(() => {
    const { keyArn, keyId, aliasName } = new EncryptionKey("data", args);
    return { keyArn, keyId, aliasName };
  });

describe("I7 the smallest key", () => {
  it("is a rotating key under a name, and nothing else", async () => {
    const plan = await key();
    expect(plan.list).toEqual(["aws:kms/alias:Alias data-alias", "aws:kms/key:Key data-key", "modelloop:index:EncryptionKey data"]);
    expect(plan.inputs("data-key")).toMatchObject({
      ...{ description: "Encrypts data", enableKeyRotation: true, rotationPeriodInDays: 365, deletionWindowInDays: 30 },
    });
    expect(plan.document("data-key", "policy")).toEqual({
      Version: "2012-10-17",
      Statement: [expect.objectContaining({ Sid: "AccountDecides", Principal: { AWS: "arn:aws:iam::123456789012:root" } })],
    });
  });

  // An alias is unique in the account: a second environment there would fail, or take the first one's name away.
  it("puts a piece of the key's id into its name, and tells ARN, id and name", async () => {
    const plan = await key();
    const keyId = plan.output("data-key", "keyId");
    const aliasName = `alias/data-${keyId.slice(0, 8)}`;
    expect(plan.inputs("data-alias")).toEqual({ name: aliasName, targetKeyId: keyId });
    expect(plan.recording.stackOutputs).toEqual({ keyArn: plan.output("data-key", "arn"), keyId, aliasName });
  });
});

describe("I7 arguments of a key", () => {
  it("says what it protects, rotates and waits as asked, and admits the services named", async () => {
    const services = [KeyService.CloudWatchLogs];
    const tags = { owner: "platform" };
    const plan = await key({ description: "Model data", rotationDays: 90, deletionWindowDays: 7, services, tags });
    expect(plan.inputs("data-key")).toMatchObject({ description: "Model data", rotationPeriodInDays: 90, deletionWindowInDays: 7, tags });
    expect(JSON.stringify(plan.document("data-key", "policy"))).toContain("logs.us-east-1.amazonaws.com");
  });
});

it("I7 fails before anything is created", () => {
  expect(refusalOf(() => new EncryptionKey("data", { deletionWindowDays: 1 }))).toBe(
    [`EncryptionKey "data" cannot be built:`, "  - deletionWindowDays is 1; KMS waits 7 to 30 days: use a whole number from 7 to 30"].join(
      "\n",
    ),
  );
});
