/** What the task states of a machine ask of other services, by their resource: service, action and pattern. */
import type { Json } from "../../engine/recording";
import type { Functions } from "../functions/functions";
import { NotRehearsedError } from "../outside/exchange";
import { StatesError } from "../states/failures";
import type { TaskLife } from "../states/interpreter";
import type { DynamoDb } from "./dynamodb-service";
import type { EventBridge } from "./event-bridge";
import type { Sns } from "./sns";
import type { Sqs } from "./sqs";
import type { Integration } from "./step-functions";

interface Services {
  readonly functions: Functions;
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly bus: EventBridge;
  readonly dynamoDb: DynamoDb;
}

export type TaskArguments = { [key: string]: Json };

/** Does one action; throws `StatesError` for what fails the state. */
export type TaskWork = (given: TaskArguments, life: TaskLife) => Promise<Json> | Json;

/** `lambda:invoke` asks and has its answer; `lambda:invoke.waitForTaskToken` asks alone; `athena:startQueryExecution.sync` waits for the end. */
export type TaskWorks = Readonly<Record<string, TaskWork>>;

export function taskIntegration(world: () => Services & { readonly tasks: TaskWorks }): Integration {
  const own: TaskWorks = {
    "lambda:invoke": (given, life) => {
      const name = given["FunctionName"] as string;
      if (world().functions.isWholeStep(name)) life.endure();
      return invoked(world().functions, name, given["Payload"] ?? {});
    },
    "dynamodb:updateItem": async (given) => world().dynamoDb.update(given),
    "sqs:sendMessage": ({ QueueUrl, MessageBody }) => {
      const body = typeof MessageBody === "string" ? MessageBody : JSON.stringify(MessageBody);
      return { MessageId: world().sqs.sendTo(QueueUrl as string, body) };
    },
    "sns:publish": ({ TopicArn, Message, Subject }) => {
      const message = typeof Message === "string" ? Message : JSON.stringify(Message);
      return { MessageId: world().sns.publish(TopicArn as string, message, Subject === undefined ? undefined : (Subject as string)) };
    },
    "events:putEvents": ({ Entries }) => {
      for (const { Source, DetailType, Detail } of Entries as { Source: string; DetailType: string; Detail: Json }[]) {
        world().bus.put({ source: Source, "detail-type": DetailType, detail: Detail });
      }
      return { FailedEntryCount: 0 };
    },
  };
  return async ({ resource, arguments: given }, life) => {
    if (/^arn:aws:lambda:/.test(resource)) return (await invoked(world().functions, resource, given))["Payload"] ?? null;
    const name = resource.replace(/^arn:aws:states:::(aws-sdk:)?/, "").replace(/\.waitForTaskToken$/, "");
    const task = own[name] ?? world().tasks[name];
    if (task === undefined) throw new NotRehearsedError(`the task ${resource}`);
    return task(given as TaskArguments, life);
  };
}

/** A failed function fails the state with the name of its error (Step Functions developer guide, "Handling errors", 2026). */
async function invoked(functions: Functions, arn: string, payload: Json): Promise<{ [key: string]: Json }> {
  const outcome = await functions.invoke(arn, payload);
  if (outcome.kind === "failed") {
    const { error, message } = outcome;
    throw new StatesError(error, JSON.stringify({ errorType: error, errorMessage: message }));
  }
  return { ExecutedVersion: "$LATEST", StatusCode: 200, Payload: outcome.value };
}
