import { handler } from "../../../lambdas/handlers/judge-run";
import { RUN, runPlan } from "../domain/run/examples";
import { FakeAws, outputOf } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.stop());

// The S3 of this test answers everything with two braces.
it("R3 the function that judges fails a run whose archive cannot be read, and says so in the log", async () => {
  const archive = `s3://artifacts/runs/${RUN}/jobs/evaluation/output/model.tar.gz`;
  const said = await outputOf(async () => {
    expect(await handler({ plan: runPlan(), archive })).toMatchObject({
      kind: "failed",
      reason: `${RUN} cannot be judged: ${archive} cannot be unpacked (incorrect header check); it must be a tar file packed by gzip: pack it anew`,
    });
  });
  expect(JSON.stringify(said)).toContain("run.judged");
});
