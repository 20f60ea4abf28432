import { handler } from "../../../lambdas/handlers/package-release";
import { RUN, runPlan } from "../domain/run/examples";
import { FakeAws, outputOf } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start({ RELEASES: "s3://artifacts/releases/" });
});
afterAll(() => aws.stop());

it("S1 the function that packages refuses an archive that cannot be read, and says so in the log", async () => {
  const said = await outputOf(async () => {
    expect(await handler({ plan: runPlan(), archive: "s3://artifacts/model.tar.gz" })).toEqual({
      kind: "refused",
      faults: [
        "s3://artifacts/model.tar.gz cannot be unpacked (incorrect header check); it must be a tar file packed by gzip: pack it anew",
      ],
    });
  });
  expect(JSON.stringify(said)).toContain(`${RUN} cannot be packaged`);
});
