/** What CloudFormation answers to `Ref` and `Fn::GetAtt` of a resource, where the wiring depends on it. */
import type { Json, Properties } from "../../engine/recording";
import { ACCOUNT, arnOf, REGION } from "../standins/arns";

export interface Names {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Naming = (name: string, properties: Properties) => Names;

/** By the resource's page in the CloudFormation template reference, "Return values" (read 2026-11). */
const NAMINGS: Record<string, { nameIn?: string; names: Naming }> = {
  "AWS::SQS::Queue": {
    nameIn: "QueueName",
    names: (name) => ({
      ref: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
      attributes: { Arn: arnOf("sqs", name), QueueName: name },
    }),
  },
  "AWS::SNS::Topic": {
    nameIn: "TopicName",
    names: (name) => ({ ref: arnOf("sns", name), attributes: { TopicArn: arnOf("sns", name), TopicName: name } }),
  },
  "AWS::Lambda::Function": { nameIn: "FunctionName", names: byName("lambda", "function:") },
  "AWS::DynamoDB::Table": { nameIn: "TableName", names: byName("dynamodb", "table/") },
  "AWS::CloudWatch::Alarm": { nameIn: "AlarmName", names: byName("cloudwatch", "alarm:") },
  "AWS::CloudWatch::CompositeAlarm": { nameIn: "AlarmName", names: byName("cloudwatch", "alarm:") },
  "AWS::Events::Rule": { nameIn: "Name", names: byName("events", "rule/") },
  "AWS::Scheduler::ScheduleGroup": { nameIn: "Name", names: byName("scheduler", "schedule-group/") },
  "AWS::StepFunctions::StateMachine": {
    nameIn: "StateMachineName",
    names: (name) => {
      const arn = arnOf("states", `stateMachine:${name}`);
      return { ref: arn, attributes: { Arn: arn, Name: name, StateMachineRevisionId: "1" } };
    },
  },
  "AWS::StepFunctions::StateMachineVersion": { names: (_, { StateMachineArn }) => arnAlone(`${text(StateMachineArn)}:1`) },
  "AWS::StepFunctions::StateMachineAlias": {
    names: (_, { Name, DeploymentPreference }) => {
      const version = text((DeploymentPreference as Properties | undefined)?.["StateMachineVersionArn"]);
      return arnAlone(`${version.replace(/:\d+$/, "")}:${text(Name)}`);
    },
  },
};

export function physicalNames(type: string, id: string, properties: Properties): Names {
  const naming = NAMINGS[type];
  // Roles, keys and log groups: somebody is handed their name, and nobody in the rehearsal asks for more.
  if (naming === undefined)
    return { ref: id, attributes: { Arn: `arn:aws:${type.split("::")[1]?.toLowerCase()}:${REGION}:${ACCOUNT}:${id}` } };
  const given = naming.nameIn === undefined ? undefined : properties[naming.nameIn];
  return naming.names(typeof given === "string" ? given : id, properties);
}

function byName(service: string, before: string): Naming {
  return (name) => ({ ref: name, attributes: { Arn: arnOf(service, before + name) } });
}

function arnAlone(arn: string): Names {
  return { ref: arn, attributes: { Arn: arn } };
}

function text(value: Json | undefined): string {
  if (typeof value !== "string") throw new TypeError(`a name was expected, not ${JSON.stringify(value)}`);
  return value;
}
