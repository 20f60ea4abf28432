import { handler } from "../../../lambdas/handlers/run-ended";
import { body } from "../support/events";
import { FakeAws, outputOf, sqsEvent } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.stop());

it("R6 the function for ends tells of each, and keeps what is none", async () => {
  await outputOf(async () => {
    expect(await handler(sqsEvent(body("execution-timed-out"), "garbage"))).toEqual({ batchItemFailures: [] });
  });
  const [notices] = aws.to("AmazonSQS.SendMessageBatch");
  expect(JSON.stringify(notices)).toContain("ended: timed-out");
  expect(aws.to("AmazonSQS.SendMessage")).toMatchObject([{ MessageBody: "garbage", QueueUrl: process.env["QUARANTINE_QUEUE_URL"] }]);
});
