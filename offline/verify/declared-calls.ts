/** What services ask in a role's name for no call of ours, by what is declared: logs, traces, network interfaces, queues, targets of schedules. Pure. */
import type { Json } from "../engine";
import { isMapping } from "../plan/mapping";
import type { Declared } from "../rehearsal/wiring/assembly";
import type { SeenCall } from "./seen-calls";

/** Lambda developer guide, "Lambda execution role" and "Giving Lambda functions access to resources in an Amazon VPC" (read 2026-11). */
const OF_FUNCTIONS = {
  logs: ["logs:CreateLogStream", "logs:PutLogEvents"],
  network: ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface", "ec2:DescribeSubnets"],
  queue: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
};
const TRACES = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
/** Step Functions developer guide, "Logging using CloudWatch Logs" and "X-Ray and Step Functions" (read 2026-11): on everything. */
const OF_MACHINES = {
  logs: [
    ...["logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries"],
    ...["logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"],
  ],
  traces: [...TRACES, "xray:GetSamplingRules", "xray:GetSamplingTargets"],
};

const OF_TARGETS: Readonly<Record<string, string>> = { lambda: "lambda:InvokeFunction", sqs: "sqs:SendMessage" };

export interface RoleCalls {
  /** ARN. */
  readonly role: string;
  readonly calls: readonly SeenCall[];
}

type Reading = (declared: Declared, resources: readonly Declared[]) => RoleCalls[];

const BY_TYPE: Readonly<Record<string, Reading>> = {
  "AWS::Lambda::Function": ofFunction,
  "AWS::Lambda::EventSourceMapping": ofMapping,
  "AWS::StepFunctions::StateMachine": ofMachine,
  "AWS::Scheduler::Schedule": ({ properties }) => ofTarget(properties["Target"]),
};

export function declaredCalls(resources: readonly Declared[]): RoleCalls[] {
  return resources.flatMap((declared) => BY_TYPE[declared.type]?.(declared, resources) ?? []);
}

/** Of whoever the schedule acts as: a role is handed to the scheduler for this and nothing else. */
export function ofTarget(target: Json | undefined): RoleCalls[] {
  if (target === undefined || !isMapping(target)) return [];
  const { RoleArn: role, Arn: resource, DeadLetterConfig = null } = target;
  if (typeof role !== "string" || typeof resource !== "string") return [];
  const dead = isMapping(DeadLetterConfig) && typeof DeadLetterConfig["Arn"] === "string" ? [DeadLetterConfig["Arn"]] : [];
  return [{ role, calls: [resource, ...dead].flatMap(asTarget) }];
}

function asTarget(resource: string): SeenCall[] {
  const action = OF_TARGETS[resource.split(":")[2] ?? ""];
  return action === undefined ? [] : [{ action, resource }];
}

function ofFunction({ properties }: Declared, resources: readonly Declared[]): RoleCalls[] {
  const { Role: role, LoggingConfig = null, TracingConfig = null, VpcConfig = null } = properties;
  if (typeof role !== "string") return [];
  const group = isMapping(LoggingConfig) && resources.find(({ names }) => names.ref === LoggingConfig["LogGroup"]);
  const isTraced = isMapping(TracingConfig) && TracingConfig["Mode"] === "Active";
  const calls = [
    ...(group ? on(group.names.attributes["Arn"] ?? "*", OF_FUNCTIONS.logs) : []),
    ...(isTraced ? on("*", TRACES) : []),
    ...(isMapping(VpcConfig) ? on("*", OF_FUNCTIONS.network) : []),
  ];
  return [{ role, calls }];
}

function ofMapping({ properties }: Declared, resources: readonly Declared[]): RoleCalls[] {
  const { FunctionName: name = null, EventSourceArn: source } = properties;
  const made = resources.find(
    ({ type, names }) => type === "AWS::Lambda::Function" && [names.ref, names.attributes["Arn"]].includes(name as string),
  );
  const role = made?.properties["Role"];
  return typeof role === "string" && typeof source === "string" ? [{ role, calls: on(source, OF_FUNCTIONS.queue) }] : [];
}

function ofMachine({ properties }: Declared): RoleCalls[] {
  const { RoleArn: role, LoggingConfiguration: logs, TracingConfiguration = null } = properties;
  if (typeof role !== "string") return [];
  const isTraced = isMapping(TracingConfiguration) && TracingConfiguration["Enabled"] === true;
  return [{ role, calls: [...(logs === undefined ? [] : on("*", OF_MACHINES.logs)), ...(isTraced ? on("*", OF_MACHINES.traces) : [])] }];
}

function on(resource: string, actions: readonly string[]): SeenCall[] {
  return actions.map((action) => ({ action, resource }));
}
