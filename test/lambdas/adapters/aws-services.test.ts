import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  ConflictException,
  CreateScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { InvalidParameterException, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { cloudWatchAlarms } from "../../../lambdas/adapters/cloudwatch";
import { schedulerWakeUps } from "../../../lambdas/adapters/scheduler";
import { secretText } from "../../../lambdas/adapters/secret-text";
import { emailOf, snsEmailChannel } from "../../../lambdas/adapters/sns";
import { sqsNotifier, sqsQuarantine, sqsTrafficControl } from "../../../lambdas/adapters/sqs";
import { stepFunctionsRuns, stepFunctionsTasks } from "../../../lambdas/adapters/step-functions";
import { noticeOfSwitch, type Notice } from "../../../lambdas/domain/notices";
import { runOrder } from "../../../lambdas/domain/run-order";
import { inHours, NOW, pending, signal } from "../domain/examples";

const METADATA = { $metadata: {}, message: "" };
const queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/queue";
const critical: Notice = { ...(noticeOfSwitch(true, "ada", "why", NOW) as Notice), severity: "critical", page: true };

describe("runs on Step Functions", () => {
  const alias = "arn:aws:states:eu-west-1:123456789012:stateMachine:retraining:live";
  const order = runOrder("log-anomaly-data-drift-2026030214-5be1c0de", 7, pending(signal()));

  // R6: on the alias, so that a running run keeps its version; under its own name, so that Step Functions refuses a second one.
  it("R6 are started on the alias, under their own name, with the order as input", async () => {
    const sfn = mockClient(SFNClient);
    sfn.on(StartExecutionCommand).resolves({});
    expect(await stepFunctionsRuns(alias, new SFNClient({})).start(order)).toEqual({ kind: "started" });
    const [call] = sfn.commandCalls(StartExecutionCommand);
    expect(call?.args[0].input).toEqual({ stateMachineArn: alias, name: order.run, input: JSON.stringify(order) });
  });

  it("R6 that exist already are as good as started", async () => {
    const sfn = mockClient(SFNClient);
    sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists(METADATA));
    expect(await stepFunctionsRuns(alias, new SFNClient({})).start(order)).toEqual({ kind: "already-started" });
  });

  it("fail to start where Step Functions says anything else", async () => {
    const sfn = mockClient(SFNClient);
    sfn.on(StartExecutionCommand).rejects(new Error("throttled"));
    await expect(stepFunctionsRuns(alias, new SFNClient({})).start(order)).rejects.toThrow(new Error("throttled"));
  });

  // A token is as good as a key: whoever reads it can answer in the approver's place.
  it.each([TaskDoesNotExist, TaskTimedOut, InvalidToken])("R4 knows of a task that waits no more ($name)", async (Gone) => {
    const sfn = mockClient(SFNClient);
    const approval = { kind: "approved" as const, by: ["arn:x"], reason: "good" };
    const tasks = stepFunctionsTasks(new SFNClient({}));
    sfn.on(SendTaskSuccessCommand).resolves({});
    expect(await tasks.answer("token", approval)).toEqual({ kind: "delivered" });
    expect(sfn.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toEqual({ taskToken: "token", output: JSON.stringify(approval) });
    sfn.on(SendTaskSuccessCommand).rejects(new Gone(METADATA));
    expect(await tasks.answer("token", approval)).toEqual({ kind: "gone" });
    sfn.on(SendTaskSuccessCommand).rejects(new Error("throttled"));
    await expect(tasks.answer("token", approval)).rejects.toThrow(new Error("throttled"));
  });
});

describe("wake-ups on EventBridge Scheduler", () => {
  const target = { group: "dev-modelloop", queueArn: "arn:aws:sqs:eu-west-1:1:intake", roleArn: "arn:aws:iam::1:role/wake" };
  const schedule = {
    Name: "log-anomaly-retraining",
    GroupName: "dev-modelloop",
    ScheduleExpression: "at(2026-03-04T14:15:00)",
    ScheduleExpressionTimezone: "UTC",
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: {
      Arn: target.queueArn,
      RoleArn: target.roleArn,
      Input: '{"schemaVersion":1,"kind":"wake-up","model":"log-anomaly"}',
    },
  };
  const conflict = new ConflictException({ ...METADATA, Message: "" });

  it("A1 ring once, put the loop's own message into the intake's queue, and delete themselves", async () => {
    const scheduler = mockClient(SchedulerClient);
    scheduler.on(CreateScheduleCommand).resolves({});
    await schedulerWakeUps(target, new SchedulerClient({})).order("log-anomaly", inHours(48), NOW);
    expect(scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input)).toEqual([schedule]);
  });

  it("are set anew where one is set already", async () => {
    const scheduler = mockClient(SchedulerClient);
    scheduler.on(CreateScheduleCommand).rejects(conflict).on(UpdateScheduleCommand).resolves({});
    await schedulerWakeUps(target, new SchedulerClient({})).order("log-anomaly", inHours(48), NOW);
    expect(scheduler.commandCalls(UpdateScheduleCommand).map(({ args }) => args[0].input)).toEqual([schedule]);
  });

  it("are made after all when the one that was there has rung between the two calls", async () => {
    const scheduler = mockClient(SchedulerClient);
    scheduler.on(CreateScheduleCommand).rejectsOnce(conflict).resolves({});
    scheduler.on(UpdateScheduleCommand).rejects(new ResourceNotFoundException({ ...METADATA, Message: "" }));
    await schedulerWakeUps(target, new SchedulerClient({})).order("log-anomaly", inHours(48), NOW);
    expect(scheduler.commandCalls(CreateScheduleCommand)).toHaveLength(2);
  });

  // Scheduler refuses a time that has passed, and the pending retraining would wait for the sweep.
  it("never ring in the past", async () => {
    const scheduler = mockClient(SchedulerClient);
    scheduler.on(CreateScheduleCommand).resolves({});
    await schedulerWakeUps(target, new SchedulerClient({})).order("log-anomaly", inHours(-1), NOW);
    expect(scheduler.commandCalls(CreateScheduleCommand)[0]?.args[0].input.ScheduleExpression).toBe("at(2026-03-02T14:16:00)");
  });

  it("fail where Scheduler says anything else", async () => {
    const scheduler = mockClient(SchedulerClient);
    scheduler.on(CreateScheduleCommand).rejects(new Error("throttled"));
    await expect(schedulerWakeUps(target, new SchedulerClient({})).order("a", NOW, NOW)).rejects.toThrow(new Error("throttled"));
  });
});

describe("queues", () => {
  // One message for all channels would page again whenever the chat is down.
  it("A9 take a notice once for each of its channels", async () => {
    const sqs = mockClient(SQSClient);
    sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
    await sqsNotifier(queue, new SQSClient({})).tell(critical);
    const { QueueUrl, Entries } = sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input ?? {};
    expect(QueueUrl).toBe(queue);
    expect(Entries?.map(({ Id, MessageBody }) => [Id, JSON.parse(MessageBody ?? "") as unknown])).toEqual(
      ["pager-duty", "slack", "e-mail"].map((channel) => [channel, { channel, notice: critical }]),
    );
    await sqsNotifier(queue, new SQSClient({})).tell({ ...critical, severity: "ok", page: false });
    expect(sqs.commandCalls(SendMessageBatchCommand)).toHaveLength(1);
  });

  // SendMessageBatch answers 200 where parts of it fail: without a look, a page is lost and nothing has failed.
  it("A9 fail where a part of the batch does", async () => {
    const sqs = mockClient(SQSClient);
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: "pager-duty", Code: "InternalError", SenderFault: false }] });
    await expect(sqsNotifier(queue, new SQSClient({})).tell(critical)).rejects.toThrow(
      new Error(`notice ${critical.key} was not taken for all its channels (pager-duty: InternalError)`),
    );
  });

  it("keep a message that nobody can read as it is, with what is wrong beside it", async () => {
    const sqs = mockClient(SQSClient);
    sqs.on(SendMessageCommand).resolves({});
    await sqsQuarantine(queue, new SQSClient({})).keep({ id: "id-1", body: '{"raw": "body"}', faults: ["one", "two".repeat(1_000)] });
    const input = sqs.commandCalls(SendMessageCommand)[0]?.args[0].input;
    expect(input).toMatchObject({ QueueUrl: queue, MessageBody: '{"raw": "body"}' });
    expect(input?.MessageAttributes?.["message"]).toEqual({ DataType: "String", StringValue: "id-1" });
    expect(input?.MessageAttributes?.["faults"]?.StringValue).toHaveLength(1_000);
  });

  it("A4 take orders to roll back, with their fence", async () => {
    const sqs = mockClient(SQSClient);
    sqs.on(SendMessageCommand).resolves({});
    const subject = { line: "fraud", model: "fraud-trees" };
    await sqsTrafficControl(queue, new SQSClient({})).rollBack({ subject, from: "3.2.0", to: "3.1.0", fence: 7, reason: "why" });
    expect(JSON.parse(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input.MessageBody ?? "")).toEqual({
      ...{ schemaVersion: 1, kind: "roll-back", line: "fraud", model: "fraud-trees" },
      ...{ from: "3.2.0", to: "3.1.0", fence: 7, reason: "why" },
    });
  });
});

describe("alarms of CloudWatch", () => {
  // A composite alarm is only listed when it is asked for, and the guard against empty traffic is one.
  it("are those that are in ALARM, composite ones too, on all pages, since when they went off", async () => {
    const cloudWatch = mockClient(CloudWatchClient);
    const since = new Date(NOW);
    cloudWatch
      .on(DescribeAlarmsCommand)
      .resolvesOnce({
        MetricAlarms: [{ AlarmName: "one", StateReason: "why", StateTransitionedTimestamp: since, StateUpdatedTimestamp: new Date() }],
        NextToken: "more",
      })
      .resolves({ CompositeAlarms: [{ AlarmName: "two", StateUpdatedTimestamp: since }, { AlarmName: "timeless" }] });
    expect(await cloudWatchAlarms(new CloudWatchClient({})).firing("dev-")).toEqual([
      { name: "one", since: NOW, reason: "why" },
      { name: "two", since: NOW, reason: "" },
    ]);
    expect(cloudWatch.commandCalls(DescribeAlarmsCommand).map(({ args }) => args[0].input)).toEqual([
      { AlarmNamePrefix: "dev-", StateValue: "ALARM", AlarmTypes: ["MetricAlarm", "CompositeAlarm"], NextToken: undefined },
      { AlarmNamePrefix: "dev-", StateValue: "ALARM", AlarmTypes: ["MetricAlarm", "CompositeAlarm"], NextToken: "more" },
    ]);
  });
});

describe("A9 e-mail by SNS", () => {
  const topic = "arn:aws:sns:eu-west-1:123456789012:people";

  it("A9 says all of a notice", async () => {
    const sns = mockClient(SNSClient);
    sns.on(PublishCommand).resolves({});
    expect(await snsEmailChannel("dev", topic, new SNSClient({})).deliver(critical)).toEqual({ kind: "delivered" });
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toEqual({
      TopicArn: topic,
      Subject: "[dev] critical: All automatic action of the loop is stopped",
      Message: `All automatic action of the loop is stopped\n\n- by ada: why\n\ndev, ${NOW}, ${critical.key}`,
    });
  });

  // SNS refuses a subject that is too long or not ASCII, and with it the whole message.
  it("A9 keeps its subject to what SNS takes", () => {
    const { Subject } = emailOf("dev", { ...critical, title: `Müde — ${"x".repeat(200)}\nsecond line` });
    expect(Subject).toMatch(/^\[dev\] critical: M\?de \? x+\.\.\.$/);
    expect(Subject.length).toBeLessThan(100);
  });

  it("A9 is undeliverable where SNS refuses it, and fails where trying again may help", async () => {
    const sns = mockClient(SNSClient);
    sns.on(PublishCommand).rejectsOnce(new InvalidParameterException({ $metadata: {}, message: "Invalid parameter: Subject" }));
    const channel = snsEmailChannel("dev", topic, new SNSClient({}));
    expect(await channel.deliver(critical)).toEqual({ kind: "undeliverable", reason: "SNS refuses it: Invalid parameter: Subject" });
    sns.on(PublishCommand).rejects(new Error("throttled"));
    await expect(channel.deliver(critical)).rejects.toThrow(new Error("throttled"));
  });
});

describe("a secret text", () => {
  const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:slack";

  it("is asked for once and kept, until somebody is turned away with it", async () => {
    const secrets = mockClient(SecretsManagerClient);
    secrets.on(GetSecretValueCommand).resolves({ SecretString: " one \n" });
    const secret = secretText(arn, new SecretsManagerClient({}));
    expect(await Promise.all([secret.read(), secret.read()])).toEqual(["one", "one"]);
    expect(secrets.commandCalls(GetSecretValueCommand)).toHaveLength(1);
    secrets.on(GetSecretValueCommand).resolves({ SecretString: "two" });
    secret.forget();
    expect(await secret.read()).toBe("two");
  });

  it("is asked for again after it could not be read, and is refused when it is empty", async () => {
    const secrets = mockClient(SecretsManagerClient);
    secrets.on(GetSecretValueCommand).rejectsOnce(new Error("throttled")).resolves({ SecretString: "" });
    const secret = secretText(arn, new SecretsManagerClient({}));
    await expect(secret.read()).rejects.toThrow(new Error("throttled"));
    await expect(secret.read()).rejects.toThrow(new Error(`Secret ${arn} holds no text`));
  });
});
