/** Which permissions a task state needs of its machine's role: the call itself, and what Step Functions adds to wait for its end. Pure. */
import type { Json, Properties } from "../engine";
import { isMapping } from "../plan/mapping";
import { arnOf, nameIn } from "../rehearsal/standins/arns";
import type { RoleCalls } from "./declared-calls";
import { roleArns, type SeenCall, tableCalls } from "./seen-calls";
import { callsOfJob, callsOfQuery, callsOfVolumes } from "./training-calls";

type Reading = (given: Properties, isWaitedFor: boolean) => SeenCall[];

/** Step Functions developer guide, "IAM policies for integrated services" (read 2026-11). */
const TASKS: Readonly<Record<string, Reading>> = {
  "lambda:invoke": ({ FunctionName }) => [{ action: "lambda:InvokeFunction", resource: text(FunctionName) }],
  "sns:publish": ({ TopicArn }) => [{ action: "sns:Publish", resource: text(TopicArn) }],
  "sqs:sendMessage": ({ QueueUrl }) => [{ action: "sqs:SendMessage", resource: arnOf("sqs", nameIn(text(QueueUrl))) }],
  "events:putEvents": () => [{ action: "events:PutEvents", resource: arnOf("events", "event-bus/default") }],
  "states:startExecution": execution,
  "sagemaker:createTrainingJob": trainingJob,
  "athena:startQueryExecution": query,
};

const TASK = /:states:::(?:aws-sdk:)?([A-Za-z0-9-]+:[A-Za-z0-9]+)(.*)$/;

/**
 * @param resource `arn:aws:states:::states:startExecution.sync:2`
 * @returns none for what is not known here: a wrong question would be worse than none
 */
export function callsOfTask(resource: string, given: Json): SeenCall[] {
  const [, task = "", pattern = ""] = TASK.exec(resource) ?? [];
  const input = isMapping(given) ? given : {};
  if (task.startsWith("dynamodb:")) return tableCalls(capital(task.replace("dynamodb:", "")), input);
  return TASKS[task]?.(input, pattern.startsWith(".sync")) ?? [];
}

/** What is asked of a role that the task hands on: not of the machine's. */
export function callsOfLentRole(resource: string, given: Json): RoleCalls[] {
  const [, task] = TASK.exec(resource) ?? [];
  if (task !== "sagemaker:createTrainingJob" || !isMapping(given) || typeof given["RoleArn"] !== "string") return [];
  return [{ role: given["RoleArn"], calls: callsOfJob(given) }];
}

function execution({ StateMachineArn, Name }: Properties, isWaitedFor: boolean): SeenCall[] {
  const started = text(StateMachineArn);
  const call = { action: "states:StartExecution", resource: started };
  if (!isWaitedFor) return [call];
  const [, before = "", machine = ""] = /^(.*):stateMachine:([^:]+)/.exec(started) ?? [];
  const run = `${before}:execution:${machine}:${text(Name ?? "any")}`;
  const waiting = ["states:DescribeExecution", "states:StopExecution"].map((action) => ({ action, resource: run }));
  return [call, ...waiting, ...rule("StepFunctionsGetEventsForStepFunctionsExecutionRule")];
}

/** Tags are another permission, which nobody thinks of until the first job is refused: Step Functions tags what it waits for. */
function trainingJob(given: Properties, isWaitedFor: boolean): SeenCall[] {
  const { TrainingJobName, RoleArn, Tags } = given;
  const job = arnOf("sagemaker", `training-job/${text(TrainingJobName)}`);
  const waiting = isWaitedFor ? ["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob", "sagemaker:ListTags"] : [];
  const tags = Tags === undefined && !isWaitedFor ? [] : ["sagemaker:AddTags"];
  const actions = ["sagemaker:CreateTrainingJob", ...tags, ...waiting];
  return [
    ...actions.map((action) => ({ action, resource: job })),
    { action: "iam:PassRole", resource: roleArns(text(RoleArn)), context: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    ...(isWaitedFor ? rule("StepFunctionsGetEventsForSageMakerTrainingJobsRule") : []),
    ...callsOfVolumes(given),
  ];
}

function query(given: Properties, isWaitedFor: boolean): SeenCall[] {
  const { WorkGroup } = given;
  const group = arnOf("athena", `workgroup/${text(WorkGroup ?? "primary")}`);
  const waiting = isWaitedFor ? ["athena:GetQueryExecution", "athena:StopQueryExecution"] : [];
  return [...["athena:StartQueryExecution", ...waiting].map((action) => ({ action, resource: group })), ...callsOfQuery(given)];
}

/** Without these the machine is not even created. */
function rule(name: string): SeenCall[] {
  return ["events:PutRule", "events:PutTargets", "events:DescribeRule"].map((action) => ({
    action,
    resource: arnOf("events", `rule/${name}`),
  }));
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
