/** Logs, alarms, queues and functions: little each, many of them. The same table serves Pulumi's resources and CloudFormation's. */
import { type Charge, groupOf, listOf, type Meter, monthly, numberOf, type Subject, textOf, used } from "../charge";

function logGroup({ name, inputs, usage }: Subject): Charge[] {
  // The cluster's own is billed with the cluster, by the kinds that it logs.
  if (/\/aws\/eks\//.test(textOf(inputs["name"], name))) return [];
  return [used("logGb", `${usage.logGb} GB of logs`, "CloudWatch", "DataProcessing-Bytes", usage.logGb)];
}

function trail({ inputs, usage }: Subject): Charge[] {
  const onData = listOf(inputs["eventSelectors"]).some((selector) => listOf(groupOf(selector)["dataResources"]).length > 0);
  if (!onData && listOf(inputs["advancedEventSelectors"]).length === 0) return [];
  return [used("dataEvents", `${usage.dataEvents} million events on data`, "CloudTrail", "DataEventsRecorded", usage.dataEvents)];
}

/** A second of each run, on x86 unless it says otherwise. */
function lambda(architecture: unknown, memoryMb: number, { usage }: Subject): Charge[] {
  const gbSeconds = usage.functionRuns * 1e6 * (memoryMb / 1_024);
  const sku = architecture === "arm64" ? "Lambda-GB-Second-ARM" : "Lambda-GB-Second (x86)";
  return [
    used("functionRuns", `${usage.functionRuns} million runs of a second with ${memoryMb} MB`, "Lambda", sku, gbSeconds),
    used("functionRuns", `${usage.functionRuns} million requests`, "Lambda", "Request", usage.functionRuns),
  ];
}

/** An alarm on an expression bills every metric that it reads. */
function alarm({ inputs }: Subject): Charge[] {
  const queries = listOf(inputs["Metrics"] ?? inputs["metricQueries"]).filter((query) => {
    const { MetricStat, metric } = groupOf(query);
    return MetricStat !== undefined || metric !== undefined;
  });
  const metrics = Math.max(1, queries.length);
  return [monthly(`alarm on ${metrics === 1 ? "a metric" : `${metrics} metrics`}`, "CloudWatch", "CW:AlarmMonitorUsage", metrics)];
}

const composite: Meter = () => [monthly("composite alarm", "CloudWatch", "CW:CompositeAlarmMonitorUsage")];

function queue({ inputs, usage }: Subject): Charge[] {
  const fifo = inputs["FifoQueue"] === true || inputs["fifoQueue"] === true;
  const sku = fifo ? "Requests-FIFO" : "Requests-RBP (Standard)";
  return [used("messages", `${usage.messages} million requests`, "SQS", sku, usage.messages)];
}

const topic: Meter = ({ usage }) => [used("messages", `${usage.messages} million messages`, "SNS", "Requests-Tier1", usage.messages)];

const table: Meter = ({ usage }) => [
  used("tableUnits", `${usage.tableUnits} million units written`, "DynamoDB", "WriteRequestUnits", usage.tableUnits),
  used("tableUnits", `${usage.tableUnits} million units read`, "DynamoDB", "ReadRequestUnits", usage.tableUnits),
];

/** A machine that asks for training is paid for its jobs as well. Their instance type stands in the plan of a run, and not in the machine. */
const machine: Meter = ({ inputs, usage }) => [
  used("transitions", `${usage.transitions},000 transitions`, "Step Functions", "StateTransition (Standard)", usage.transitions),
  ...(JSON.stringify(inputs).includes("sagemaker:createTrainingJob")
    ? [
        used(
          ...(["trainingHours", `${usage.trainingHours} hours of training on ml.m5.4xlarge`] as const),
          ...(["SageMaker training", "USE1-Train:ml.m5.4xlarge", usage.trainingHours] as const),
        ),
      ]
    : []),
];

/** CodeBuild's sizes as its price list calls them. */
const BUILD_SKUS: Readonly<Record<string, string>> = {
  BUILD_GENERAL1_SMALL: "Build-Min:Linux:g1.small",
  BUILD_GENERAL1_MEDIUM: "Build-Min:Linux:g1.medium",
  BUILD_GENERAL1_LARGE: "Build-Min:Linux:g1.large",
};

function buildProject({ inputs, usage }: Subject): Charge[] {
  const size = textOf(groupOf(inputs["environment"])["computeType"]);
  const minutes = usage.deployMinutes;
  return [used("deployMinutes", `${minutes} minutes of ${size}`, "CodeBuild", BUILD_SKUS[size] ?? size, minutes)];
}

export const OPERATIONS_METERS: Readonly<Record<string, Meter>> = {
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudtrail/trail:Trail": trail,
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": composite,
  "aws:cloudwatch/dashboard:Dashboard": () => [monthly("dashboard", "CloudWatch", "dashboard")],
  "aws:codebuild/project:Project": buildProject,
  "aws:lambda/function:Function": (subject) =>
    lambda(listOf(subject.inputs["architectures"])[0], numberOf(subject.inputs["memorySize"], 128), subject),
  "aws:sqs/queue:Queue": queue,
  "aws:sns/topic:Topic": topic,
  "aws:dynamodb/table:Table": table,
  "aws:sfn/stateMachine:StateMachine": machine,
};

/** What CloudFormation makes of the loop's templates. */
export const TEMPLATE_METERS: Readonly<Record<string, Meter>> = {
  "AWS::CloudWatch::Alarm": alarm,
  "AWS::CloudWatch::CompositeAlarm": composite,
  "AWS::Logs::LogGroup": logGroup,
  "AWS::Lambda::Function": (subject) =>
    lambda(listOf(subject.inputs["Architectures"])[0], numberOf(subject.inputs["MemorySize"], 128), subject),
  "AWS::SQS::Queue": queue,
  "AWS::SNS::Topic": topic,
  "AWS::DynamoDB::Table": table,
  "AWS::StepFunctions::StateMachine": machine,
  "AWS::KMS::Key": ({ usage }) => [
    monthly("key", "KMS", "us-east-1-KMS-Keys"),
    used("keyRequests", `${usage.keyRequests}0,000 requests`, "KMS", "us-east-1-KMS-Requests", usage.keyRequests),
  ],
};
