import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { administratorOf, PATIENCE } from "../../../lambdas/adapters/postgres-administrator";
import { type FakeSecretsManager, fakeSecretsManager } from "../support/fake-secrets-manager";

const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1";
const before = { ...process.env };

describe("the administrator's secret", () => {
  let service: FakeSecretsManager | undefined;
  const answering = async (answer: Parameters<typeof fakeSecretsManager>[0]) => {
    service = await fakeSecretsManager(answer);
    Object.assign(process.env, service.environment);
  };
  afterEach(async () => {
    process.env = { ...before };
    await service?.stop();
  });

  it("gives a name and a password, read anew each time", async () => {
    await answering({ body: { SecretString: JSON.stringify({ username: "postgres", password: "p", engine: "postgres" }) } });
    const administrator = administratorOf(ARN);
    expect(await administrator()).toEqual({ username: "postgres", password: "p" });
    await administrator();
    expect(service?.asked).toEqual([ARN, ARN]);
  });

  // What is thrown here stands in Pulumi's output and in CI's log.
  it.each(["hunter2", JSON.stringify({ password: "hunter2" }), JSON.stringify(["hunter2"])])(
    "fails without quoting a secret that is another: %p",
    async (SecretString) => {
      await answering({ body: { SecretString } });
      await expect(administratorOf(ARN)()).rejects.toThrow(
        new Error(`Secret ${ARN} holds no username and password: it is not the secret of an RDS master user.`),
      );
    },
  );

  it("fails with the service's own reason", async () => {
    await answering({ status: 400, body: { __type: "AccessDeniedException", Message: "not authorized to perform: kms:Decrypt" } });
    await expect(administratorOf(ARN)()).rejects.toMatchObject({
      message: `Secret ${ARN} cannot be read: not authorized to perform: kms:Decrypt`,
    });
  });

  // In a VPC without NAT and without the endpoint nothing answers. The function would be stopped after minutes, and say nothing.
  it("fails with the cure when nothing answers", async () => {
    await answering(undefined);
    const hurried = new SecretsManagerClient({ ...PATIENCE, requestHandler: { ...PATIENCE.requestHandler, requestTimeout: 100 } });
    await expect(administratorOf(ARN, hurried)()).rejects.toMatchObject({
      message: `Secret ${ARN} cannot be read: Secrets Manager does not answer. The function's subnets reach it through NAT, or through the interface endpoint "secretsmanager", whose security group must admit HTTPS from the function.`,
    });
    expect(service?.asked).toHaveLength(2);
  });
});
