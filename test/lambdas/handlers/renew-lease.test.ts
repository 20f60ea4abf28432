import { handler } from "../../../lambdas/handlers/renew-lease";
import { FakeAws, outputOf } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.stop());

it("R6 the function for leases answers a run that nobody knows that its lock is lost, and says so in the log", async () => {
  const said = await outputOf(async () => {
    expect(await handler({ run: "log-anomaly-weekly-1", model: "log-anomaly" })).toEqual({ kind: "lost" });
  });
  expect(JSON.stringify(said)).toContain("log-anomaly-weekly-1 has lost its lock");
});
