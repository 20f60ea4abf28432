/** From the resources of a template to a world that behaves as they say. What has no behaviour in the rehearsal is named, not guessed. */
import path from "node:path";
import type { Json } from "../../engine/recording";
import type { AlarmActions } from "../alarms/cloudwatch";
import { NotRehearsedError } from "../outside/exchange";
import { nameIn } from "../standins/arns";
import { PAGER_DUTY_KEY, SLACK_WEBHOOK_URL } from "../standins/webhooks";
import type { Subscription } from "../standins/sns";
import type { Machine } from "../states/definition";
import type { World } from "../world";
import { metricAlarm, type AlarmProperties } from "./alarm-properties";
import type { Assembly, Declared } from "./assembly";

type Wire = (declared: Declared, world: World, assembly: Assembly) => void;

/** Order matters where one thing is found by another: queues before their readers. */
const WIRES: readonly (readonly [string, Wire])[] = [
  ["AWS::SQS::Queue", queue],
  ["AWS::SNS::Topic", ({ names }, world) => world.sns.declare(names.ref)],
  ["AWS::SNS::Subscription", subscription],
  ["AWS::DynamoDB::Table", table],
  ["AWS::Lambda::Function", lambda],
  ["AWS::Lambda::EventSourceMapping", mapping],
  ["AWS::StepFunctions::StateMachine", machine],
  [
    "AWS::StepFunctions::StateMachineAlias",
    ({ names }, world) => world.stepFunctions.declareAlias(names.ref, names.ref.replace(/:[^:]+$/, "")),
  ],
  ["AWS::Events::Rule", rule],
  ["AWS::Scheduler::Schedule", schedule],
  ["AWS::CloudWatch::Alarm", alarm],
  ["AWS::CloudWatch::CompositeAlarm", compositeAlarm],
];

/** Say who may do what, how things are encrypted and kept; the rehearsal grants everything, and policies are judged elsewhere. */
const WITHOUT_BEHAVIOUR =
  /^AWS::(IAM::|KMS::|Logs::|SQS::QueuePolicy|SNS::TopicPolicy|Lambda::Permission|CloudFormation::Stack|ApiGatewayV2::|CDK::|StepFunctions::StateMachineVersion|Scheduler::ScheduleGroup)/;

/** @returns types of resources that the rehearsal knows nothing of */
export function wire(assembly: Assembly, world: World): string[] {
  for (const [type, connect] of WIRES) {
    for (const declared of assembly.resources) if (declared.type === type) connect(declared, world, assembly);
  }
  const known = new Set(WIRES.map(([type]) => type));
  const unknown = assembly.resources.map(({ type }) => type).filter((type) => !known.has(type) && !WITHOUT_BEHAVIOUR.test(type));
  return [...new Set(unknown)].sort();
}

function queue({ names, properties }: Declared, world: World): void {
  const { VisibilityTimeout, RedrivePolicy, FifoQueue } = properties as QueueProperties;
  if (FifoQueue === true) throw new NotRehearsedError("queues that keep an order");
  const { deadLetterTargetArn, maxReceiveCount } = RedrivePolicy ?? {};
  world.sqs.declare({
    arn: names.attributes["Arn"] ?? "",
    ...(VisibilityTimeout !== undefined && { visibilitySeconds: Number(VisibilityTimeout) }),
    ...(deadLetterTargetArn !== undefined && { redrive: { deadLetterArn: deadLetterTargetArn, maxReceives: Number(maxReceiveCount) } }),
  });
}

function subscription({ properties }: Declared, world: World): void {
  const { TopicArn, Protocol, Endpoint, RawMessageDelivery, FilterPolicy, FilterPolicyScope } =
    properties as unknown as SubscriptionProperties;
  const onlyWith = Object.keys(FilterPolicy ?? {});
  const known = FilterPolicyScope === "MessageBody" && onlyWith.every((key) => JSON.stringify(FilterPolicy?.[key]) === '[{"exists":true}]');
  if (onlyWith.length > 0 && !known) throw new NotRehearsedError("subscriptions with a filter of anything but the keys of a message");
  world.sns.subscribe(TopicArn, { protocol: Protocol, endpoint: Endpoint, raw: RawMessageDelivery === true, onlyWith });
}

function table({ names, properties }: Declared, world: World): void {
  world.dynamoDb.createTable(names.ref, (properties["KeySchema"] ?? []) as { AttributeName: string }[]);
}

function lambda({ id, names, properties }: Declared, world: World, assembly: Assembly): void {
  const { Code, Handler, Environment, Timeout, ReservedConcurrentExecutions } = properties as unknown as FunctionProperties;
  if (Handler !== "index.handler") throw new NotRehearsedError(`the handler ${Handler}`);
  const environment = Environment?.Variables ?? {};
  for (const [variable, value] of Object.entries(environment)) {
    if (variable.endsWith("_SECRET_ARN")) world.secrets.declare(value, variable.startsWith("SLACK") ? SLACK_WEBHOOK_URL : PAGER_DUTY_KEY);
  }
  const file = path.join(assembly.asset(Code.S3Key), "index.js");
  world.functions.declare({
    ...{ arn: names.attributes["Arn"] ?? "", name: readable(id), file, environment },
    ...(Timeout !== undefined && { timeoutSeconds: Number(Timeout) }),
    ...(ReservedConcurrentExecutions !== undefined && { reservedConcurrency: Number(ReservedConcurrentExecutions) }),
  });
}

function mapping({ properties }: Declared, world: World): void {
  const {
    EventSourceArn,
    FunctionName,
    BatchSize = 10,
    FunctionResponseTypes = [],
    FilterCriteria,
  } = properties as unknown as MappingProperties;
  if (FilterCriteria !== undefined) throw new NotRehearsedError("event source mappings with a filter");
  const partial = FunctionResponseTypes.includes("ReportBatchItemFailures");
  world.sqs.consume(EventSourceArn, BatchSize, async (batch) => {
    const Records = batch.map(({ id, body, receives, sentAt }) => ({
      ...{ messageId: id, receiptHandle: id, body, eventSource: "aws:sqs", eventSourceARN: EventSourceArn, messageAttributes: {} },
      attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(sentAt) },
    }));
    const outcome = await world.functions.invoke(world.functions.arnOf(FunctionName), { Records });
    if (outcome.kind === "failed") return batch.map(({ id }) => id);
    const failures = partial ? (outcome.value as { batchItemFailures?: { itemIdentifier: string }[] } | null)?.batchItemFailures : [];
    return (failures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  });
}

function machine({ names, properties }: Declared, world: World): void {
  const { DefinitionString, StateMachineType = "STANDARD" } = properties as { DefinitionString: string; StateMachineType?: string };
  if (StateMachineType !== "STANDARD") throw new NotRehearsedError(`${StateMachineType} state machines`);
  world.stepFunctions.declare({ arn: names.ref, definition: JSON.parse(DefinitionString) as Machine });
}

function rule({ names, properties }: Declared, world: World): void {
  const { EventPattern, State, Targets = [], ScheduleExpression } = properties as RuleProperties;
  if (State === "DISABLED") return;
  if (EventPattern === undefined || ScheduleExpression !== undefined) throw new NotRehearsedError("rules with a schedule");
  const targets = Targets.map(({ Arn, Input, InputPath, InputTransformer }) => {
    if (InputTransformer !== undefined) throw new NotRehearsedError("targets with an input transformer");
    return { arn: Arn, ...(Input !== undefined && { input: Input }), ...(InputPath !== undefined && { inputPath: InputPath }) };
  });
  world.bus.declare({ name: names.ref, pattern: EventPattern, targets });
}

function schedule({ id, properties }: Declared, world: World): void {
  const {
    Name,
    GroupName = "default",
    ScheduleExpression,
    ScheduleExpressionTimezone = "UTC",
    State,
    Target,
  } = properties as unknown as ScheduleProperties;
  if (ScheduleExpressionTimezone !== "UTC") throw new NotRehearsedError(`schedules in the time zone ${ScheduleExpressionTimezone}`);
  world.scheduler.declare({
    // Each nested stack has a schedule of the same logical id.
    ...{ group: GroupName, name: Name ?? world.scheduler.freeName(GroupName, id), expression: ScheduleExpression, targetArn: Target.Arn },
    ...(Target.Input !== undefined && { input: Target.Input }),
    isEnabled: State !== "DISABLED",
  });
}

function alarm({ names, properties }: Declared, world: World): void {
  world.cloudWatch.declareMetricAlarm(metricAlarm(names.ref, properties as unknown as AlarmProperties), actionsOf(properties));
}

function compositeAlarm({ names, properties }: Declared, world: World): void {
  world.cloudWatch.declareCompositeAlarm(names.ref, properties["AlarmRule"] as string, actionsOf(properties));
}

function actionsOf({ AlarmActions = [], OKActions = [] }: { [key: string]: Json }): AlarmActions {
  return { alarm: AlarmActions as string[], ok: OKActions as string[] };
}

/** `LoopFunctionsIntakeFunction34684556` is the intake. */
export function readable(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, "").replace(/Function$/, "");
}

export function functionNamed(assembly: Assembly, ending: string): string {
  const found = assembly.resources.find(({ type, id }) => type === "AWS::Lambda::Function" && readable(id).endsWith(ending));
  if (found === undefined) throw new Error(`the template has no function ${ending}`);
  return found.names.attributes["Arn"] ?? nameIn(found.id);
}

interface QueueProperties {
  VisibilityTimeout?: number;
  FifoQueue?: boolean;
  RedrivePolicy?: { deadLetterTargetArn?: string; maxReceiveCount?: number };
}
interface SubscriptionProperties {
  TopicArn: string;
  Protocol: Subscription["protocol"];
  Endpoint: string;
  RawMessageDelivery?: boolean;
  FilterPolicy?: { [key: string]: Json };
  FilterPolicyScope?: string;
}
interface FunctionProperties {
  Code: { S3Key: string };
  Handler: string;
  Environment?: { Variables?: Record<string, string> };
  Timeout?: number;
  ReservedConcurrentExecutions?: number;
}
interface MappingProperties {
  EventSourceArn: string;
  FunctionName: string;
  BatchSize?: number;
  FunctionResponseTypes?: string[];
  FilterCriteria?: Json;
}
interface RuleProperties {
  EventPattern?: Json;
  State?: string;
  ScheduleExpression?: string;
  Targets?: { Arn: string; Input?: string; InputPath?: string; InputTransformer?: Json }[];
}
interface ScheduleProperties {
  Name?: string;
  GroupName?: string;
  ScheduleExpression: string;
  ScheduleExpressionTimezone?: string;
  State?: string;
  Target: { Arn: string; Input?: string };
}
