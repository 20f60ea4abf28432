import { secretFaults, secretPolicyStatements, type SecretShape } from "../../../../components/data/managed-secret/managed-secret";

describe("I7 refusals", () => {
  it.each<[string, SecretShape, string[]]>([
    ["nothing at all", {}, []],
    ["all there is", { secretName: "prod/slack-webhook", recoveryWindowDays: 7, rotation: { days: 30 } }, []],
    [
      "a name with a blank",
      { secretName: "slack webhook" },
      [
        'secretName is "slack webhook"; Secrets Manager takes up to 512 letters, digits and / _ + = . @ -: choose such a name, or leave it out',
      ],
    ],
    [
      "a name that looks like the end of an ARN",
      { secretName: "prod/slack-a1B2c3" },
      [
        'secretName is "prod/slack-a1B2c3"; it ends like an ARN, and a look-up would cut it: do not end it with a hyphen and six characters',
      ],
    ],
    // The only copy of a webhook's key, gone with one keystroke.
    [
      "no time to recover",
      { recoveryWindowDays: 0 },
      ["recoveryWindowDays is 0; the value would be lost the moment it is deleted: use 7 to 30"],
    ],
    [
      "too long a time to recover",
      { recoveryWindowDays: 31 },
      ["recoveryWindowDays is 31; Secrets Manager waits 7 to 30 days: use a whole number from 7 to 30"],
    ],
    [
      "rotation every three years",
      { rotation: { days: 1_095 } },
      ["rotation.days is 1095; Secrets Manager rotates every 1 to 1,000 days: use a whole number from 1 to 1,000"],
    ],
  ])("judges %s", (_, shape, expected) => expect(secretFaults(shape)).toEqual(expected));
});

// A policy that also denied AWS's own services would stop rotation; one that denied by user would be forgotten for the next one.
it("I7 denies everything to other accounts, and to nobody else", () => {
  expect(secretPolicyStatements({ accountId: "123456789012", partition: "aws", region: "us-east-1" })).toEqual([
    {
      ...{ Sid: "ThisAccountOnly", Effect: "Deny", Principal: "*", Action: "secretsmanager:*", Resource: "*" },
      Condition: { StringNotEquals: { "aws:PrincipalAccount": "123456789012" }, Bool: { "aws:PrincipalIsAWSService": "false" } },
    },
  ]);
});
