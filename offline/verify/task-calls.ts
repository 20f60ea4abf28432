/** Which permissions a task state needs of its machine's role: the call itself, and what Step Functions adds to wait for its end. Pure. */
import type { Json, Properties } from "../engine";
import { isMapping } from "../plan/redaction";
import { arnOf, nameIn } from "../rehearsal/standins/arns";
import { roleArns, type SeenCall, tableCalls } from "./seen-calls";

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

/**
 * @param resource `arn:aws:states:::states:startExecution.sync:2`
 * @returns none for what is not known here: a wrong question would be worse than none
 */
export function callsOfTask(resource: string, given: Json): SeenCall[] {
  const [, task = "", pattern = ""] = /:states:::(?:aws-sdk:)?([A-Za-z0-9-]+:[A-Za-z0-9]+)(.*)$/.exec(resource) ?? [];
  const input = isMapping(given) ? given : {};
  if (task.startsWith("dynamodb:")) return tableCalls(capital(task.replace("dynamodb:", "")), input);
  return TASKS[task]?.(input, pattern.startsWith(".sync")) ?? [];
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

/** Tags are another permission, which nobody thinks of until the first job is refused. */
function trainingJob({ TrainingJobName, RoleArn, Tags }: Properties, isWaitedFor: boolean): SeenCall[] {
  const job = arnOf("sagemaker", `training-job/${text(TrainingJobName)}`);
  const waiting = isWaitedFor ? ["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"] : [];
  const actions = ["sagemaker:CreateTrainingJob", ...(Tags === undefined ? [] : ["sagemaker:AddTags"]), ...waiting];
  return [
    ...actions.map((action) => ({ action, resource: job })),
    { action: "iam:PassRole", resource: roleArns(text(RoleArn)), context: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    ...(isWaitedFor ? rule("StepFunctionsGetEventsForSageMakerTrainingJobsRule") : []),
  ];
}

function query({ WorkGroup }: Properties, isWaitedFor: boolean): SeenCall[] {
  const group = arnOf("athena", `workgroup/${text(WorkGroup ?? "primary")}`);
  const waiting = isWaitedFor ? ["athena:GetQueryExecution", "athena:StopQueryExecution"] : [];
  return ["athena:StartQueryExecution", ...waiting].map((action) => ({ action, resource: group }));
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
