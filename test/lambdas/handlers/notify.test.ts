import { handler } from "../../../lambdas/handlers/notify";
import { noticeOfSwitch } from "../../../lambdas/domain/notices";
import { NOW } from "../domain/examples";
import { FakeAws, outputOf, sqsEvent } from "../support/fake-aws";

const secretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:slack";
let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start({ SLACK_WEBHOOK_SECRET_ARN: secretArn });
});
afterAll(() => aws.stop());
afterEach(() => jest.restoreAllMocks());

it("A9 the function for notices speaks to Slack with the secret's URL, asked for once, and never logs it", async () => {
  const notice = noticeOfSwitch(true, "ada", "why", NOW);
  const asked: unknown[] = [];
  jest.spyOn(globalThis, "fetch").mockImplementation((url) => {
    asked.push(url);
    return Promise.resolve(new Response("ok"));
  });
  const lines = await outputOf(async () => {
    const slack = JSON.stringify({ channel: "slack", notice });
    const mail = JSON.stringify({ channel: "e-mail", notice });
    expect(await handler(sqsEvent(slack, slack, mail, "garbage"))).toEqual({ batchItemFailures: [] });
  });
  const url = `https://127.0.0.1:1/${secretArn}`;
  expect(asked).toEqual([url, url]);
  expect(aws.to("secretsmanager.GetSecretValue")).toEqual([{ SecretId: secretArn }]);
  expect(aws.to("AmazonSQS.SendMessage")).toMatchObject([{ MessageBody: "garbage" }]);
  const count = (metric: string) => lines.filter((line) => line[metric] === 1).length;
  expect([count("NoticesDelivered"), count("NoticesUndeliverable"), count("MessagesQuarantined")]).toEqual([2, 0, 1]);
  expect(JSON.stringify(lines)).not.toContain(url);
});
