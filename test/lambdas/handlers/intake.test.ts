import { handler } from "../../../lambdas/handlers/intake";
import { body } from "../support/events";
import { FakeAws, outputOf, sqsEvent } from "../support/fake-aws";

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.stop());

describe("the intake's function", () => {
  it("R6 I12 answers a batch: one run, its notices, one log line and one metric for each decision", async () => {
    const garbage = '{"token": "of somebody"}';
    const lines = await outputOf(async () => {
      expect(await handler(sqsEvent(body("cloudwatch-metric"), garbage, body("cloudwatch-metric")))).toEqual({ batchItemFailures: [] });
    });
    const [started, ...others] = aws.to("AWSStepFunctions.StartExecution");
    expect(others).toEqual([]);
    expect(started).toMatchObject({ stateMachineArn: process.env["WORKFLOW_ALIAS_ARN"] });
    expect(started?.["name"]).toMatch(/^log-anomaly-data-drift-2026030214-[0-9a-f]{8}$/);
    expect(JSON.parse(started?.["input"] as string)).toMatchObject({ run: started?.["name"], windowDays: 14, fence: 1 });
    expect(aws.to("AmazonSQS.SendMessageBatch")).toHaveLength(2);
    expect(aws.to("AmazonSQS.SendMessage").find(({ MessageBody }) => MessageBody === garbage)).toBeDefined();

    const logged = lines.filter(({ event }) => event !== undefined);
    expect(logged.map(({ event, model, service }) => [event, model, service])).toEqual([
      ["traffic.record", "log-anomaly", "control-loop"],
      ["retraining.start", "log-anomaly", "control-loop"],
      ["traffic.record", "log-anomaly", "control-loop"],
      ["retraining.ignore", "log-anomaly", "control-loop"],
    ]);
    const decisions = lines.filter(({ Decisions }) => Decisions !== undefined);
    expect(decisions.map(({ decision, service }) => [decision, service])).toEqual(logged.map(({ event }) => [event, "control-loop"]));
    expect(lines.filter(({ MessagesQuarantined }) => MessagesQuarantined === 1)).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain("somebody");
  });

  // One message that cannot be handled now must not take the nine others of its batch with it.
  it("is delivered again what failed, and only that", async () => {
    const broken = FakeAws.failing("AmazonSQS.SendMessage", aws);
    const lines = await outputOf(async () => {
      expect(await handler(sqsEvent("garbage", body("wake-up")))).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    });
    broken.mend();
    expect(lines.find(({ level }) => level === "ERROR")).toMatchObject({
      message: "the message will be delivered again",
      messageId: "message-0",
    });
  });
});
