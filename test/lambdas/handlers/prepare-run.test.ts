import { handler } from "../../../lambdas/handlers/prepare-run";
import { NOW } from "../domain/examples";
import { order, RUN } from "../domain/run/examples";
import { FakeAws, outputOf } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  const specs = { MODEL_SPECS_BUCKET: "code", MODEL_SPECS_KEY: "specs.json" };
  aws = await FakeAws.start({ ...specs, ARTIFACTS: "s3://artifacts/", MLFLOW_URL: "http://127.0.0.1:1" });
});
afterAll(() => aws.stop());

// The S3 of this test answers everything with two braces: a document without models.
it("R10 the function that plans refuses a run whose document cannot be read, and says so in the log", async () => {
  const said = await outputOf(async () => {
    const request = { order: order(), execution: "arn:execution", startedAt: NOW, redriveCount: 0 };
    expect(await handler(request)).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(new RegExp(`^${RUN} cannot be planned: s3://code/specs.json cannot be read`)) as string,
    });
  });
  expect(JSON.stringify(said)).toContain("run.planned");
});
