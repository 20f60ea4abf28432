/** Which permission a request needs: IAM action and resource. Pure, and only as far as the loop's functions go. */
import type { Json, Properties } from "../engine";
import { isMapping } from "../plan/mapping";
import type { OutsideRequest } from "../rehearsal/outside/exchange";
import { ACCOUNT, arnOf, nameIn, REGION } from "../rehearsal/standins/arns";

export interface SeenCall {
  readonly action: string;
  readonly resource: string;
  /** What policies of the loop have conditions on: the partition key of an item, the service that a role is passed to. */
  readonly context?: Readonly<Record<string, string>>;
}

export const LEADING_KEYS = "dynamodb:LeadingKeys";

type Reading = (operation: string, input: Properties, request: OutsideRequest) => SeenCall[];

/** IAM's prefix by the first label of the host, where they differ. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: "cloudwatch", api: "sagemaker" };

const BY_SERVICE: Readonly<Record<string, Reading>> = {
  dynamodb: (operation, input) => tableCalls(operation, input),
  sqs: (operation, { QueueUrl }) => [{ action: `sqs:${operation.replace(/Batch$/, "")}`, resource: arnOf("sqs", nameIn(text(QueueUrl))) }],
  states: (operation, { stateMachineArn, executionArn }) => [
    { action: `states:${operation}`, resource: text(stateMachineArn ?? executionArn ?? "*") },
  ],
  events: (operation) => [{ action: `events:${operation}`, resource: arnOf("events", "event-bus/default") }],
  secretsmanager: (operation, { SecretId }) => [{ action: `secretsmanager:${operation}`, resource: text(SecretId ?? "*") }],
  monitoring: (operation) => [{ action: `cloudwatch:${operation}`, resource: "*" }],
};

const SCHEDULE_ACTIONS: Readonly<Record<string, string>> = {
  ...{ POST: "CreateSchedule", PUT: "UpdateSchedule", DELETE: "DeleteSchedule", GET: "GetSchedule" },
};
const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  ...{ PUT: "PutObject", POST: "PutObject", DELETE: "DeleteObject", GET: "GetObject", HEAD: "GetObject" },
};

/** None for hosts that are not AWS's, which IAM does not guard. */
export function callsOf(request: OutsideRequest): SeenCall[] {
  const { host } = request;
  if (!/\.amazonaws\.com(\.cn)?$/.test(host)) return [];
  const service = host.split(".")[0] ?? "";
  if (/(^|\.)s3[.-]/.test(host)) return [objectCall(request)];
  if (service === "sns") return [topicCall(request)];
  if (service === "scheduler") return scheduleCalls(request);
  const operation = (request.headers["x-amz-target"] ?? "").split(".").pop() ?? "";
  if (operation === "") return [];
  const reading = BY_SERVICE[service];
  if (reading === undefined) return [{ action: `${PREFIXES[service] ?? service}:${operation}`, resource: "*" }];
  return reading(operation, mapping(request.body), request);
}

/** A transaction is allowed item by item (DynamoDB developer guide, "Using IAM with transactions"). */
export function tableCalls(operation: string, input: Properties): SeenCall[] {
  const items = Array.isArray(input["TransactItems"]) ? input["TransactItems"].filter(isMapping) : undefined;
  const actions: Readonly<Record<string, string>> = {
    ...{ Put: "PutItem", Update: "UpdateItem", Delete: "DeleteItem", ConditionCheck: "ConditionCheckItem", Get: "GetItem" },
  };
  if (items !== undefined)
    return items.flatMap((item) =>
      Object.entries(item).flatMap(([kind, each]) => (isMapping(each) ? [tableCall(actions[kind] ?? kind, each)] : [])),
    );
  const requested = input["RequestItems"];
  if (isMapping(requested)) return Object.keys(requested).map((table) => tableCall(operation, { TableName: table }));
  return [tableCall(operation, input)];
}

function tableCall(operation: string, input: Properties): SeenCall {
  const index = typeof input["IndexName"] === "string" ? `/index/${input["IndexName"]}` : "";
  const key = [input["Key"], input["Item"]].find(isMapping)?.["pk"];
  const leading = isMapping(key) && typeof key["S"] === "string" ? key["S"] : undefined;
  return {
    ...{ action: `dynamodb:${operation}`, resource: arnOf("dynamodb", `table/${nameIn(text(input["TableName"]))}${index}`) },
    ...(leading !== undefined && { context: { [LEADING_KEYS]: leading } }),
  };
}

function topicCall({ body }: OutsideRequest): SeenCall {
  const form = new URLSearchParams(body);
  return { action: `sns:${form.get("Action") ?? "Publish"}`, resource: form.get("TopicArn") ?? "*" };
}

/** Who makes a schedule hands it the role with which it will act. */
function scheduleCalls({ method, path, body }: OutsideRequest): SeenCall[] {
  const url = new URL(`https://scheduler${path}`);
  const input = mapping(body);
  const group = text(input["GroupName"] ?? url.searchParams.get("groupName") ?? "default");
  const name = decodeURIComponent(url.pathname.split("/")[2] ?? "*");
  const action = `scheduler:${SCHEDULE_ACTIONS[method] ?? method}`;
  const call = { action, resource: `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/${group}/${name}` };
  const role = isMapping(input["Target"] ?? null) ? (input["Target"] as Properties)["RoleArn"] : undefined;
  if (typeof role !== "string") return [call];
  return [call, { action: "iam:PassRole", resource: roleArns(role), context: { "iam:PassedToService": "scheduler.amazonaws.com" } }];
}

/** Names of a rehearsal know no difference between services; IAM's own have no Region. */
export function roleArns(text: string): string {
  return text.replaceAll(/arn:aws:iam:[a-z0-9-]+:(\d{12}):([A-Za-z0-9]+)/g, "arn:aws:iam::$1:role/$2");
}

function objectCall({ method, host, path }: OutsideRequest): SeenCall {
  const url = new URL(`https://${host}${path}`);
  const [first = "", ...rest] = url.pathname.split("/").slice(1);
  const isInHost = !/^s3[.-]/.test(host);
  const bucket = isInHost ? (host.split(".s3")[0] ?? "") : first;
  const key = (isInHost ? [first, ...rest] : rest).join("/");
  if (key === "") return { action: "s3:ListBucket", resource: `arn:aws:s3:::${bucket}` };
  return { action: `s3:${OBJECT_ACTIONS[method] ?? method}`, resource: `arn:aws:s3:::${bucket}/${decodeURIComponent(key)}` };
}

function mapping(body: string): Properties {
  const parsed = body === "" ? {} : (JSON.parse(body) as Json);
  return isMapping(parsed) ? parsed : {};
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
