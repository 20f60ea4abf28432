import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allowAssume, type PolicyCondition, policyDocument, type PolicyStatement } from "./policy-document";

export interface LogDeliveryArgs {
  /** Service that writes. */
  readonly service: string;
  /** Under which condition it may take the role. @default - none */
  readonly trust?: pulumi.Input<PolicyCondition>;
  /** What it does in its log group. */
  readonly actions: readonly string[];
  /** What it must see of all log groups. @default - nothing */
  readonly lookUps?: readonly string[];
  readonly retentionDays: number;
  readonly kmsKeyArn?: pulumi.Input<string>;
  readonly tags?: Record<string, pulumi.Input<string>>;
}

export interface LogDelivery {
  readonly groupArn: pulumi.Output<string>;
  /** Known once the role may write: the services try it when they are told of it. */
  readonly roleArn: pulumi.Output<string>;
}

/** A log group, and a role with which one AWS service writes into it and into no other. */
export function createLogDelivery(parent: pulumi.Resource, name: string, args: LogDeliveryArgs): LogDelivery {
  const { service, actions, lookUps = [], retentionDays, kmsKeyArn, tags } = args;
  const group = new aws.cloudwatch.LogGroup(name, { retentionInDays: retentionDays, kmsKeyId: kmsKeyArn, tags }, { parent });
  const assumeRolePolicy = pulumi.output(args.trust).apply((trust) => allowAssume(service, trust));
  const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy, tags }, { parent });
  const policy = new aws.iam.RolePolicy(
    `${name}-policy`,
    { role: role.id, policy: group.arn.apply((arn) => policyDocument(writeInto(arn, actions, lookUps))) },
    { parent },
  );
  return { groupArn: group.arn, roleArn: pulumi.all([role.arn, policy.id]).apply(([arn]) => arn) };
}

function writeInto(groupArn: string, actions: readonly string[], lookUps: readonly string[]): PolicyStatement[] {
  const write: PolicyStatement = { Sid: "Write", Effect: "Allow", Action: actions, Resource: `${groupArn}:*` };
  return lookUps.length === 0 ? [write] : [write, { Sid: "LookUp", Effect: "Allow", Action: lookUps, Resource: "*" }];
}
