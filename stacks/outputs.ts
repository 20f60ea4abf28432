import type * as pulumi from "@pulumi/pulumi";

/** What a stack tells others: `pulumi stack output`, or a `StackReference` in another team's program. */
export interface PlatformOutputs {
  /** Id of the VPC. */
  vpcId: pulumi.Output<string>;
  /** IPv4 range of the VPC. */
  vpcCidr: pulumi.Output<string>;
  /** Subnets with a route to the internet, one a zone. */
  publicSubnetIds: pulumi.Output<string[]>;
  /** Subnets that reach the internet through NAT, one a zone. */
  privateSubnetIds: pulumi.Output<string[]>;
  /** Subnets without any route out of the VPC, one a zone. */
  intraSubnetIds: pulumi.Output<string[]>;
  /** Addresses that the outside sees, for the allow lists of others. Empty without NAT. */
  natPublicIps: pulumi.Output<string[]>;
  /** ARN of the key that encrypts data. */
  dataKeyArn: pulumi.Output<string>;
  /** ARN of the key that encrypts logs and the audit trail. */
  logsKeyArn: pulumi.Output<string>;
  /** ARN of the audit trail. Absent where the stack has none. */
  auditTrailArn?: pulumi.Output<string>;
  /** Names of the data buckets. */
  buckets: BucketNames;
}

/** Names of the data buckets, by what lies in them. */
export interface BucketNames {
  rawLogs: pulumi.Output<string>;
  processedData: pulumi.Output<string>;
  dvcRemote: pulumi.Output<string>;
  mlflowArtifacts: pulumi.Output<string>;
  models: pulumi.Output<string>;
}
