import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { createLogDelivery, type LogDelivery } from "../../shared/log-delivery.pulumi";
import { onBehalfOf } from "../../shared/policy-document";
import { FlowLogDestination } from "./network";
import { type FlowLogsArgs } from "./network.pulumi";

type Tags = Record<string, pulumi.Input<string>>;

/** A month to notice and to look into what happened. */
const DEFAULT_RETENTION_DAYS = 30;

export function createFlowLogs(parent: pulumi.Resource, name: string, vpcId: pulumi.Input<string>, args: FlowLogsArgs, tags: Tags): void {
  const { destination = FlowLogDestination.CloudWatch, bucketArn } = args;
  if (destination === FlowLogDestination.None) return;
  const target =
    destination === FlowLogDestination.S3
      ? { logDestinationType: "s3", logDestination: bucketArn }
      : toCloudWatch(createFlowLogGroup(parent, `${name}-flow-logs`, args, tags));
  const everything = { vpcId, trafficType: "ALL", tags: { Name: name, ...tags } };
  new aws.ec2.FlowLog(`${name}-flow-log`, { ...everything, ...target }, { parent });
}

function toCloudWatch({ groupArn, roleArn }: LogDelivery): Partial<aws.ec2.FlowLogArgs> {
  return { logDestinationType: "cloud-watch-logs", logDestination: groupArn, iamRoleArn: roleArn };
}

/** VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs", narrowed to one log group. */
function createFlowLogGroup(parent: pulumi.Resource, name: string, args: FlowLogsArgs, tags: Tags): LogDelivery {
  const { kmsKeyArn, retentionDays = DEFAULT_RETENTION_DAYS } = args;
  return createLogDelivery(parent, name, {
    ...{ kmsKeyArn, retentionDays, tags },
    service: "vpc-flow-logs.amazonaws.com",
    trust: accountOf(parent).apply((account) =>
      onBehalfOf(account, `arn:${account.partition}:ec2:${account.region}:${account.accountId}:vpc-flow-log/*`),
    ),
    actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
    lookUps: ["logs:DescribeLogGroups"],
  });
}
