import { handler } from "../../../lambdas/handlers/sweep";
import { FakeAws, outputOf } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.stop());

it("the function for the sweep looks at the environment's alarms and brings the declared mode about", async () => {
  await outputOf(() => handler());
  expect(aws.told.map(({ service }) => service)).toEqual(["GraniteServiceVersion20100801.DescribeAlarms"]);
  expect(aws.told[0]?.input).toMatchObject({ AlarmNamePrefix: "dev-", StateValue: "ALARM" });
  expect(await aws.ledger.mode({ line: "log-anomaly", model: "log-anomaly" })).toBe("act");
});
