import { handler } from "../../../lambdas/handlers/roll-back";
import { FakeAws, outputOf } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start({
    ...{ MODEL_SPECS_BUCKET: "assets", MODEL_SPECS_KEY: "specs", CLUSTER_NAME: "ml", CLUSTER_REGION: "eu-west-1" },
    ...{ CLUSTER_ENDPOINT: "https://127.0.0.1:1", CLUSTER_CA: "Y2E=", ROLL_OUT_MACHINE_ARN: "arn:machine" },
  });
});
afterAll(() => aws.stop());

// An order that is taken from the queue and not carried out is traffic left on a failing model.
it("A4 an order that cannot be carried out yet is delivered again, alone", async () => {
  await outputOf(async () => {
    const records = [{ messageId: "1", body: "{}" }];
    expect(await handler({ Records: records })).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
  });
});

it("refuses to give up what nobody began", async () => {
  await expect(handler({ do: "give-up" })).rejects.toThrow("Invalid");
});
