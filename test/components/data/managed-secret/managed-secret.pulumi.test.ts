import { ManagedSecret, type ManagedSecretArgs } from "../../../../components";
import { planOf, refusalOf } from "../../shared/plan-of";

const secret = (args: Partial<ManagedSecretArgs> = {}) =>
  planOf(() => {
    const { secretArn, secretName } = new ManagedSecret("slack", { kmsKeyArn: "arn:key", ...args });
    return { secretArn, secretName };
  });

describe("I7 the smallest secret", () => {
  // A value in the program is a value in the repository, the state, the preview and the log of CI.
  it("is a place without a value, closed to other accounts", async () => {
    const plan = await secret();
    expect(plan.list).toEqual([
      "aws:secretsmanager/secret:Secret slack-secret",
      "aws:secretsmanager/secretPolicy:SecretPolicy slack-policy",
      "modelloop:index:ManagedSecret slack",
    ]);
    expect(plan.inputs("slack-secret")).toMatchObject({ description: "Secret slack", kmsKeyId: "arn:key", recoveryWindowInDays: 30 });
    expect(plan.inputs("slack-policy")).toMatchObject({ blockPublicPolicy: true });
    expect(plan.resource("slack-secret").options).toMatchObject({ protect: true, retainOnDelete: true });
  });

  it("is known once its policy is in force", async () => {
    const plan = await secret();
    expect(plan.recording.stackOutputs["secretArn"]).toBe(plan.resource("slack-secret").outputs["arn"]);
  });
});

describe("I7 arguments", () => {
  it("reach the secret", async () => {
    const plan = await secret({
      ...{
        description: "Webhook of #ml-ops",
        secretName: "prod/slack",
        recoveryWindowDays: 7,
        allowDelete: true,
        tags: { owner: "platform" },
      },
    });
    expect(plan.inputs("slack-secret")).toMatchObject({
      ...{ description: "Webhook of #ml-ops", name: "prod/slack", recoveryWindowInDays: 7, tags: { owner: "platform" } },
    });
    expect(plan.resource("slack-secret").options.protect).not.toBe(true);
  });

  // Without the permission Secrets Manager says only "cannot invoke", thirty days later.
  it("rotate by a function that Secrets Manager may invoke for this secret only", async () => {
    const plan = await secret({ rotation: { functionArn: "arn:function", days: 30 } });
    expect(plan.inputs("slack-rotator")).toEqual({
      ...{ action: "lambda:InvokeFunction", function: "arn:function", principal: "secretsmanager.amazonaws.com" },
      sourceArn: plan.resource("slack-secret").outputs["arn"],
    });
    expect(plan.inputs("slack-rotation")).toMatchObject({
      ...{ rotationLambdaArn: "arn:function", rotationRules: { automaticallyAfterDays: 30 }, rotateImmediately: false },
    });
    expect(plan.waitsFor("slack-rotation")).toContain("slack-rotator");
  });
});

it("I7 fails before anything is created, with every fault", () => {
  expect(
    refusalOf(
      () => new ManagedSecret("slack", { kmsKeyArn: "arn:key", recoveryWindowDays: 0, rotation: { functionArn: "arn:f", days: 0 } }),
    ),
  ).toBe(
    [
      `ManagedSecret "slack" cannot be built:`,
      "  - recoveryWindowDays is 0; the value would be lost the moment it is deleted: use 7 to 30",
      "  - rotation.days is 0; Secrets Manager rotates every 1 to 1,000 days: use a whole number from 1 to 1,000",
    ].join("\n"),
  );
});
