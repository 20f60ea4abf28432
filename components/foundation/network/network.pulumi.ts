import * as pulumi from "@pulumi/pulumi";
import { type FlowLogDestination, type InterfaceEndpoint, type NatGateways } from "./network";

/** A VPC that other components build in: what they need to know of it, whoever made it. */
export interface VpcReference {
  /** Id of the VPC. */
  vpcId: pulumi.Input<string>;
  /** IPv4 range of the VPC. */
  cidr: pulumi.Input<string>;
  /** Subnets with a route to the internet, one a zone: load balancers and NAT gateways only. */
  publicSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Subnets that reach the internet through NAT, one a zone: nodes, pods, functions. */
  privateSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Subnets without any route out of the VPC, one a zone: databases, caches, the network interfaces of the EKS control plane. */
  intraSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
}

/** A range that the VPC must not overlap, and whose it is. */
export interface ReservedCidrArgs {
  /** Whose range it is, for the refusal: "the office network", "Kubernetes services". */
  name: string;
  /** IPv4 range such as `10.1.0.0/16`. */
  cidr: string;
}

export interface FlowLogsArgs {
  /** Where they go. @default FlowLogDestination.CloudWatch */
  destination?: FlowLogDestination;
  /** ARN of the bucket; required with `FlowLogDestination.S3`. Changing it replaces the flow log, not its records. @default - none */
  bucketArn?: pulumi.Input<string>;
  /** ARN of the KMS key of the log group; its policy must admit CloudWatch Logs. @default - encrypted by CloudWatch's own key */
  kmsKeyArn?: pulumi.Input<string>;
  /** Days that CloudWatch keeps them; in S3 the bucket's life cycle decides. @default 30 */
  retentionDays?: number;
}

export interface NetworkArgs {
  /** IPv4 range of the VPC, /16 to /23, private. Changing it **replaces everything in it**. @default "10.0.0.0/16" */
  cidr?: string;
  /** Number of availability zones, 1 to 3. More can be added later without moving a subnet. @default 2, or as many as `availabilityZones` names */
  zones?: number;
  /** Names of the zones, in order. Changing one **replaces its subnets**. @default - the region's first zones that EKS accepts */
  availabilityZones?: string[];
  /** How private subnets reach the internet. @default NatGateways.Single */
  natGateways?: NatGateways;
  /** Record of all traffic. @default - to CloudWatch, kept for 30 days; with `existingVpc` none */
  flowLogs?: FlowLogsArgs;
  /** AWS services reached privately, billed by endpoint, zone and hour. S3 and DynamoDB always are, for free. @default - none */
  interfaceEndpoints?: InterfaceEndpoint[];
  /** Ranges that the VPC must not overlap. @default - none */
  reservedCidrs?: ReservedCidrArgs[];
  /** Use this VPC and create none. What is named besides (flow logs, interface endpoints) is added to it. @default - a VPC of its own */
  existingVpc?: VpcReference;
  /** Tags of everything that can have tags. @default - none but names */
  tags?: Record<string, pulumi.Input<string>>;
}

export class Network extends pulumi.ComponentResource {
  readonly vpcId!: pulumi.Output<string>;
  readonly cidr!: pulumi.Output<string>;
  readonly publicSubnetIds!: pulumi.Output<string[]>;
  readonly privateSubnetIds!: pulumi.Output<string[]>;
  readonly intraSubnetIds!: pulumi.Output<string[]>;
  /** Addresses that the outside sees; empty without NAT. */
  readonly natPublicIps!: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("modelloop:index:Network", name, {}, opts);
    void args;
  }

  /** What the next component asks for. */
  reference(): VpcReference {
    const { vpcId, cidr, publicSubnetIds, privateSubnetIds, intraSubnetIds } = this;
    return { vpcId, cidr, publicSubnetIds, privateSubnetIds, intraSubnetIds };
  }
}
