/** A function that speaks with every service, for the rehearsal of the rehearsal: the SDK's clients are the real ones. */
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ListExecutionsCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Logger } from "@aws-lambda-powertools/logger";
import { stepFunctionsRollOuts } from "../../../../lambdas/adapters/step-functions-roll-outs";

const logger = new Logger({ serviceName: "probe" });
const sqs = new SQSClient({});
const sns = new SNSClient({});
const sfn = new SFNClient({});
const scheduler = new SchedulerClient({});
const secrets = new SecretsManagerClient({});

type Ask =
  | { do: "send"; url: string; body: string }
  | { do: "send-together"; url: string; bodies: string[] }
  | { do: "publish"; topic: string; message: string }
  | { do: "start"; machine: string; name: string; input: string }
  | { do: "stop-roll-outs"; machine: string; run: string }
  | { do: "list"; machine: string; most: number; after?: string }
  | { do: "schedule"; name: string; at: string; target: string; input: string }
  | { do: "post"; secret: string }
  | { do: "read-clock" }
  | { do: "time-left"; url: string }
  | { do: "throw" };

interface SqsEvent {
  Records: { messageId: string; body: string }[];
}

interface Context {
  getRemainingTimeInMillis(): number;
}

export async function handler(event: Ask | SqsEvent, context: Context): Promise<unknown> {
  if ("do" in event && event.do === "time-left") {
    const before = context.getRemainingTimeInMillis();
    await answer({ do: "send", url: event.url, body: "{}" });
    return [before, context.getRemainingTimeInMillis()];
  }
  if (!("Records" in event)) return answer(event);
  const failures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of event.Records) {
    try {
      await answer(JSON.parse(body) as Ask);
    } catch {
      failures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures: failures };
}

async function answer(ask: Ask): Promise<unknown> {
  switch (ask.do) {
    case "send":
      return (await sqs.send(new SendMessageCommand({ QueueUrl: ask.url, MessageBody: ask.body }))).MessageId;
    case "send-together":
      return (await Promise.all(ask.bodies.map((body) => answer({ do: "send", url: ask.url, body })))).length;
    case "publish":
      return (await sns.send(new PublishCommand({ TopicArn: ask.topic, Message: ask.message }))).MessageId;
    case "start": {
      const start = new StartExecutionCommand({ stateMachineArn: ask.machine, name: ask.name, input: ask.input });
      return sfn.send(start).then(
        ({ executionArn }) => executionArn,
        ({ name }: Error) => name,
      );
    }
    case "stop-roll-outs":
      return (await stepFunctionsRollOuts(ask.machine).stop(ask.run, "accuracy 0.7")) ?? "stopped";
    case "list": {
      const page = new ListExecutionsCommand({ stateMachineArn: ask.machine, maxResults: ask.most, nextToken: ask.after });
      return sfn.send(page).then(
        ({ executions = [], nextToken = "none" }) => [...executions.map(({ name }) => name), nextToken],
        ({ name }: Error) => name,
      );
    }
    case "schedule": {
      const Target = { Arn: ask.target, RoleArn: "arn:aws:iam::123456789012:role/scheduler", Input: ask.input };
      const once = { ScheduleExpression: `at(${ask.at})`, FlexibleTimeWindow: { Mode: "OFF" as const } };
      return (await scheduler.send(new CreateScheduleCommand({ Name: ask.name, Target, ...once }))).ScheduleArn;
    }
    case "post": {
      const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId: ask.secret }));
      const reply = await fetch(SecretString, { method: "POST", body: JSON.stringify({ text: "drift" }) });
      return reply.status;
    }
    case "read-clock":
      logger.info("looked at the clock");
      return [new Date().toISOString(), Date.now(), process.env["GREETING"]];
    case "time-left":
    case "throw":
      throw new RangeError("asked to");
  }
}
