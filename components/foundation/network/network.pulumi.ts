import * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { createInterfaceEndpoints } from "./endpoints.pulumi";
import { createFlowLogs } from "./flow-logs.pulumi";
import { type FlowLogDestination, type InterfaceEndpoint, type NatGateways, networkFaults } from "./network";
import { createVpc } from "./vpc.pulumi";

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

/**
 * A VPC in up to three zones with public, private and intra subnets, or an existing VPC with what is added to it.
 *
 * Security: the default security group is closed, nothing gets a public address by itself, all traffic is logged. Interface endpoints have a
 * security group that answers HTTPS from the VPC's own range.
 * Cost (us-east-1, 2026-10-07): USD 36.50 a month for each NAT gateway and its address, 0.045 a GB through it; 7.30 a month for each interface
 * endpoint and zone; flow logs 0.50 a GB in CloudWatch.
 * Replaced when: `cidr` or the name of a zone changes.
 */
export class Network extends pulumi.ComponentResource {
  /** Id of the VPC. */
  readonly vpcId: pulumi.Output<string>;
  /** IPv4 range of the VPC. */
  readonly cidr: pulumi.Output<string>;
  /** Subnets with a route to the internet, one a zone; known once the route is there. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Subnets that reach the internet through NAT, one a zone; known once they do. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** Subnets without a route to the internet, one a zone. */
  readonly intraSubnetIds: pulumi.Output<string[]>;
  /** Addresses that the outside sees; empty without NAT and for an existing VPC. */
  readonly natPublicIps: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("Network", name, networkFaults(args));
    super("modelloop:index:Network", name, {}, opts);
    const { existingVpc, tags = {} } = args;

    const vpc = existingVpc === undefined ? createVpc(this, name, args) : { ...existingVpc, natPublicIps: [] };
    createInterfaceEndpoints(this, name, vpc, args.interfaceEndpoints ?? [], tags);
    // Somebody else's VPC has the flow logs that its owner wants.
    const flowLogs = args.flowLogs ?? (existingVpc === undefined ? {} : undefined);
    if (flowLogs !== undefined) createFlowLogs(this, name, vpc.vpcId, flowLogs, tags);

    this.vpcId = pulumi.output(vpc.vpcId);
    this.cidr = pulumi.output(vpc.cidr);
    this.publicSubnetIds = pulumi.output(vpc.publicSubnetIds);
    this.privateSubnetIds = pulumi.output(vpc.privateSubnetIds);
    this.intraSubnetIds = pulumi.output(vpc.intraSubnetIds);
    this.natPublicIps = pulumi.output(vpc.natPublicIps);
    this.registerOutputs({ ...this.reference(), natPublicIps: this.natPublicIps });
  }

  /** What the next component asks for. */
  reference(): VpcReference {
    const { vpcId, cidr, publicSubnetIds, privateSubnetIds, intraSubnetIds } = this;
    return { vpcId, cidr, publicSubnetIds, privateSubnetIds, intraSubnetIds };
  }
}
