import { Notifications } from "../../../../components/learning/notifications/notifications.cdk";
import { handlersFolder, ofType, only, statements, synthesised } from "../shared/synthesis";

const slack = "arn:aws:secretsmanager:us-east-1:111122223333:secret:slack-AbCdEf";
const folder = handlersFolder();

function environmentOf(channels: ConstructorParameters<typeof Notifications>[2]["channels"]): Record<string, unknown> {
  const { template } = synthesised(
    (stack) => void new Notifications(stack, "Notifications", { environment: "dev", channels, handlersFolder: folder }),
  );
  const { Variables } = only(template, "AWS::Lambda::Function").Properties["Environment"] as { Variables: Record<string, unknown> };
  return Variables;
}

test("A9 a channel that is not given is not told to the function", () => {
  expect(Object.keys(environmentOf({ slackWebhookSecretArn: slack })).sort()).toEqual([
    ...["ENVIRONMENT", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME", "QUARANTINE_QUEUE_URL", "SLACK_WEBHOOK_SECRET_ARN"],
  ]);
  expect(Object.keys(environmentOf({ emailAddresses: ["ml@example.com"] }))).toContain("EMAIL_TOPIC_ARN");
});

test("the function may read the secrets that it is given and no others, and publish to people", () => {
  const { template } = synthesised((stack) => {
    const channels = { slackWebhookSecretArn: slack, emailAddresses: ["ml@example.com"] };
    new Notifications(stack, "Notifications", { environment: "dev", channels, handlersFolder: folder });
  });
  const actions = statements(template).map(({ Action, Resource }) => [
    Action,
    typeof Resource === "string" ? Resource : "a resource of this stack",
  ]);
  expect(actions).toEqual([
    [["logs:CreateLogStream", "logs:PutLogEvents"], "a resource of this stack"],
    [["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"],
    [
      ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      "a resource of this stack",
    ],
    [["sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"], "a resource of this stack"],
    ["sns:Publish", "a resource of this stack"],
    [["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], slack],
  ]);
});

// With a pager as the only channel, the alarms of the loop itself went to a topic that nobody read.
test.each([
  ["e-mail", { emailAddresses: ["ml@example.com"] }, ["email"]],
  ["a pager", { pagerDutySecretArn: slack }, ["sqs"]],
  ["a chat and e-mail", { emailAddresses: ["ml@example.com"], slackWebhookSecretArn: slack }, ["email", "sqs"]],
] as const)("A9 with %s, the loop's own alarms reach a person", (_, channels, protocols) => {
  const { template } = synthesised((stack) => {
    const given = { ...channels, ...("emailAddresses" in channels && { emailAddresses: [...channels.emailAddresses] }) };
    new Notifications(stack, "Notifications", { environment: "dev", channels: given as never, handlersFolder: folder });
  });
  const subscriptions = ofType(template, "AWS::SNS::Subscription").map(({ Properties }) => Properties);
  expect(subscriptions.map(({ Protocol }) => Protocol).sort()).toEqual(protocols);
  for (const queue of subscriptions.filter(({ Protocol }) => Protocol === "sqs")) {
    // Else each e-mail that the function publishes would come back to it as something to deliver.
    expect(queue).toMatchObject({
      FilterPolicyScope: "MessageBody",
      FilterPolicy: { AlarmName: [{ exists: true }] },
      RawMessageDelivery: true,
    });
  }
});

// A secret under a customer's key is two locks, and the role had one of the keys.
test("I7 the function may decrypt the secrets where a key of the customer encrypts them, and nothing else with it", () => {
  const secretsKmsKeyArn = "arn:aws:kms:us-east-1:111122223333:key/1";
  const { template } = synthesised((stack) => {
    const channels = { slackWebhookSecretArn: slack, secretsKmsKeyArn };
    new Notifications(stack, "Notifications", { environment: "dev", channels, handlersFolder: folder });
  });
  expect(statements(template).filter(({ Resource }) => Resource === secretsKmsKeyArn)).toEqual([
    {
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: secretsKmsKeyArn,
      Condition: { StringEquals: { "kms:ViaService": expect.anything() as unknown } },
    },
  ]);
});

// Whatever tells of a broken messenger must not be given to that messenger.
test("its own alarms go straight to the topic", () => {
  const { template } = synthesised((stack) => {
    new Notifications(stack, "Notifications", { environment: "dev", channels: { slackWebhookSecretArn: slack }, handlersFolder: folder });
  });
  const topic = Object.keys(template.Resources).find((id) => template.Resources[id]?.Type === "AWS::SNS::Topic");
  const alarms = ofType(template, "AWS::CloudWatch::Alarm").map(({ Properties: { AlarmName, AlarmActions } }) => [AlarmName, AlarmActions]);
  expect(alarms).toEqual([
    ["dev-loop-notices-undelivered-above-0-critical", [{ Ref: topic }]],
    ["dev-loop-function-errors-of-notify-warning", [{ Ref: topic }]],
    ["dev-loop-notices-undeliverable-above-0-critical", [{ Ref: topic }]],
  ]);
});

test("refused without a channel, in a whole sentence", () => {
  expect(() => environmentOf({})).toThrow(
    expect.objectContaining({
      message: [
        'Notifications "Notifications" cannot be built:',
        "  - channels are none; a loop that pages nobody is not watched: give emailAddresses, slackWebhookSecretArn or pagerDutySecretArn",
      ].join("\n"),
    }) as Error,
  );
});
