import { handler } from "../../../lambdas/handlers/roll-out";
import { ORDER } from "../domain/roll-out/examples";
import { FakeAws } from "../support/fake-aws";

const CLUSTER = {
  ...{ MODEL_SPECS_BUCKET: "assets", MODEL_SPECS_KEY: "specs", CLUSTER_NAME: "ml", CLUSTER_REGION: "eu-west-1" },
  ...{ CLUSTER_ENDPOINT: "https://127.0.0.1:1", CLUSTER_CA: "Y2E=" },
};

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start(CLUSTER);
});
afterAll(() => aws.stop());

it("P3 the function for roll-outs ends a step whose run has no lock before it touches anything", async () => {
  expect(await handler({ do: "fill", order: ORDER })).toEqual({
    kind: "overtaken",
    reason: "log-anomaly-run-1 has lost its lock",
  });
});

it("refuses what is no step", async () => {
  await expect(handler({ do: "everything" })).rejects.toThrow("Invalid");
});
