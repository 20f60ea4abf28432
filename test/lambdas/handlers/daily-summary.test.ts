import { handler } from "../../../lambdas/handlers/daily-summary";
import { FakeAws, outputOf } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.stop());

it("A9 the function for summaries tells of the period that its schedule names", async () => {
  await outputOf(() => handler({ schemaVersion: 1, period: "week" }));
  const [notices] = aws.to("AmazonSQS.SendMessageBatch") as { Entries: { Id: string; MessageBody: string }[] }[];
  expect(notices?.Entries.map(({ Id }) => Id)).toEqual(["slack", "e-mail"]);
  expect(notices?.Entries[0]?.MessageBody).toMatch(/The week up to .* 1 models, 0 with a retraining that waits/);
});

it("refuses a period that it does not know", async () => {
  await expect(handler({ schemaVersion: 1, period: "year" })).rejects.toThrow(/period/);
});
