import { handler } from "../../../lambdas/handlers/validate-data";
import { runPlan } from "../domain/run/examples";
import { FakeAws, outputOf } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.stop());

it("D3 the function that validates takes what is no profile for broken data, and says so in the log", async () => {
  const said = await outputOf(async () => {
    expect(await handler({ plan: runPlan(), profile: "s3://artifacts/profile.csv" })).toMatchObject({ kind: "broken" });
  });
  expect(JSON.stringify(said)).toContain("run.data-checked");
});
