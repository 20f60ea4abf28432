import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { Key } from "aws-cdk-lib/aws-kms";
import { AlarmIntake } from "../../../../components/learning/alarm-intake/alarm-intake.cdk";
import { ofType, only, synthesised } from "../shared/synthesis";

const { template } = synthesised((stack) => {
  const encryptionKey = Key.fromKeyArn(stack, "Key", "arn:aws:kms:us-east-1:111122223333:key/1");
  const intake = new AlarmIntake(stack, "Intake", { environment: "dev", encryptionKey });
  const code = Code.fromInline("exports.handler = async () => ({});");
  intake.readBy(new LambdaFunction(stack, "Reader", { code, runtime: Runtime.NODEJS_24_X, handler: "index.handler" }));
});

function idOf(type: string, part: string): string {
  const found = Object.keys(template.Resources).find((id) => template.Resources[id]?.Type === type && id.includes(part));
  if (found === undefined) throw new Error(`no ${type} with ${part}`);
  return found;
}

const queue = idOf("AWS::SQS::Queue", "WorkQueue");
const deadLetters = { "Fn::GetAtt": [idOf("AWS::SQS::Queue", "DeadLetters"), "Arn"] };

test("a message is tried five times, comes back no earlier than its reader may take, and is then kept for two weeks", () => {
  expect(template.Resources[queue]?.Properties).toEqual({
    MessageRetentionPeriod: 1_209_600,
    RedrivePolicy: { deadLetterTargetArn: deadLetters, maxReceiveCount: 5 },
    SqsManagedSseEnabled: true,
    VisibilityTimeout: 360,
  });
  const kept = ofType(template, "AWS::SQS::Queue").map(({ Properties }) => Properties["MessageRetentionPeriod"]);
  expect(kept).toEqual([1_209_600, 1_209_600, 1_209_600]);
});

// EventBridge drops without a trace what it cannot deliver for a day.
test("both ways in hand over to the dead-letter queue what they cannot deliver", () => {
  const [target] = only(template, "AWS::Events::Rule").Properties["Targets"] as unknown[];
  expect(target).toEqual({
    Arn: { "Fn::GetAtt": [queue, "Arn"] },
    DeadLetterConfig: { Arn: deadLetters },
    Id: "Target0",
    RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
  });
  const { RawMessageDelivery, RedrivePolicy } = only(template, "AWS::SNS::Subscription").Properties;
  expect({ RawMessageDelivery, RedrivePolicy }).toEqual({ RawMessageDelivery: false, RedrivePolicy: { deadLetterTargetArn: deadLetters } });
});

test("the reader answers message by message", () => {
  expect(only(template, "AWS::Lambda::EventSourceMapping").Properties).toMatchObject({
    BatchSize: 10,
    EventSourceArn: { "Fn::GetAtt": [queue, "Arn"] },
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
});

test("no queue and no topic is spoken to without TLS", () => {
  const types = ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"];
  const policies = types.flatMap((type) => ofType(template, type).map(({ Properties }) => JSON.stringify(Properties["PolicyDocument"])));
  expect(policies.length).toBe(4);
  expect(policies.filter((policy) => !policy.includes('"aws:SecureTransport":"false"'))).toEqual([]);
});

test("R8 Managed Prometheus may publish, for this account alone", () => {
  const { Statement } = only(template, "AWS::SNS::TopicPolicy").Properties["PolicyDocument"] as { Statement: { Sid?: string }[] };
  expect(Statement.find(({ Sid }) => Sid === "ManagedPrometheusPublishes")).toEqual({
    Sid: "ManagedPrometheusPublishes",
    Effect: "Allow",
    Action: ["sns:Publish", "sns:GetTopicAttributes"],
    Principal: { Service: "aps.amazonaws.com" },
    Resource: { Ref: idOf("AWS::SNS::Topic", "Alerts") },
    Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
  });
  expect(only(template, "AWS::SNS::Topic").Properties["KmsMasterKeyId"]).toBe("arn:aws:kms:us-east-1:111122223333:key/1");
});

test("what is given up, what cannot be read and what nobody reads each raise an alarm", () => {
  const alarms = ofType(template, "AWS::CloudWatch::Alarm").map(({ Properties: { AlarmName, MetricName, Threshold } }) => [
    AlarmName,
    MetricName,
    Threshold,
  ]);
  expect(alarms).toEqual([
    ["dev-loop-intake-dead-letters-above-0-critical", "ApproximateNumberOfMessagesVisible", 0],
    ["dev-loop-intake-quarantine-above-0-warning", "ApproximateNumberOfMessagesVisible", 0],
    ["dev-loop-intake-backlog-older-than-900-s-critical", "ApproximateAgeOfOldestMessage", 900],
  ]);
});
