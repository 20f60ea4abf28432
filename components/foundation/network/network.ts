import { enumFaults, faultsOf, Kind, kindFaults, kmsKeyArnFaults, repeatFaults, shown, wholeNumberFaults } from "../../shared/faults";
import { logRetentionFaults } from "../../shared/log-retention";
import { cidr, cidrFaults, cidrText, MAX_ZONES, overlaps, planSubnets, type PlannedSubnet, readCidr, vpcCidrFaults } from "./cidr";
import { existingVpcFaults, type ExistingVpcShape } from "./existing-vpc";

/** How the private subnets reach the internet. */
export enum NatGateways {
  /** Not at all: only what has an endpoint is reachable. */
  None = "none",
  /** One gateway for all zones: cheap, and its zone's failure cuts off the others. */
  Single = "single",
  /** One gateway in each zone. */
  PerZone = "perZone",
}

export enum FlowLogDestination {
  CloudWatch = "cloudWatch",
  S3 = "s3",
  /** Nobody can tell afterwards who spoke to whom. */
  None = "none",
}

/** AWS services that can be reached privately, by the short name in `com.amazonaws.<region>.<short name>`. */
export enum InterfaceEndpoint {
  Athena = "athena",
  Autoscaling = "autoscaling",
  CloudFormation = "cloudformation",
  CloudTrail = "cloudtrail",
  Ec2 = "ec2",
  Ec2Messages = "ec2messages",
  EcrApi = "ecr.api",
  EcrDocker = "ecr.dkr",
  Eks = "eks",
  EksAuth = "eks-auth",
  ElasticLoadBalancing = "elasticloadbalancing",
  EventBridge = "events",
  Firehose = "kinesis-firehose",
  Glue = "glue",
  Kms = "kms",
  Lambda = "lambda",
  Logs = "logs",
  Monitoring = "monitoring",
  Prometheus = "aps-workspaces",
  Rds = "rds",
  RdsData = "rds-data",
  SageMakerApi = "sagemaker.api",
  SageMakerRuntime = "sagemaker.runtime",
  SecretsManager = "secretsmanager",
  Sns = "sns",
  Sqs = "sqs",
  Ssm = "ssm",
  SsmMessages = "ssmmessages",
  StepFunctions = "states",
  Sts = "sts",
}

/** What of the arguments decides the shape of the network. */
export interface NetworkShape {
  readonly cidr?: string;
  readonly zones?: number;
  readonly availabilityZones?: readonly string[];
  readonly natGateways?: NatGateways;
  readonly flowLogs?: FlowLogsShape;
  readonly interfaceEndpoints?: readonly InterfaceEndpoint[];
  readonly reservedCidrs?: readonly ReservedCidr[];
  readonly existingVpc?: ExistingVpcShape;
}

export interface FlowLogsShape {
  readonly destination?: FlowLogDestination;
  readonly bucketArn?: unknown;
  readonly kmsKeyArn?: unknown;
  readonly retentionDays?: number;
}

export interface ReservedCidr {
  readonly name: string;
  readonly cidr: string;
}

export interface NetworkPlan {
  readonly cidr: string;
  readonly subnets: readonly PlannedSubnet[];
  /** For each zone, the number of the NAT gateway that its private subnet uses; empty without NAT. */
  readonly natOfZone: readonly number[];
}

export const DEFAULT_CIDR = "10.0.0.0/16";
const DEFAULT_ZONES = 2;

/** Which gateway serves a zone. */
const NAT_OF_ZONE: Record<NatGateways, (zone: number) => number | undefined> = {
  [NatGateways.None]: () => undefined,
  [NatGateways.Single]: () => 0,
  [NatGateways.PerZone]: (zone) => zone,
};

export function planNetwork(shape: NetworkShape): NetworkPlan {
  const zones = zoneCount(shape);
  const range = cidr(shape.cidr ?? DEFAULT_CIDR);
  const natOf = NAT_OF_ZONE[shape.natGateways ?? NatGateways.Single];
  const natOfZone = Array.from({ length: zones }, (_, zone) => natOf(zone)).filter((nat) => nat !== undefined);
  return { cidr: cidrText(range), subnets: planSubnets(range, zones), natOfZone };
}

function zoneCount({ zones, availabilityZones }: NetworkShape): number {
  return zones ?? availabilityZones?.length ?? DEFAULT_ZONES;
}

const KINDS = {
  ...{ availabilityZones: Kind.List, interfaceEndpoints: Kind.List, reservedCidrs: Kind.List },
  ...{ flowLogs: Kind.Group, existingVpc: Kind.Group },
};

export function networkFaults(args: NetworkShape): string[] {
  return faultsOf(args, KINDS, shapeFaults);
}

function shapeFaults(shape: NetworkShape): string[] {
  const { existingVpc } = shape;
  const own =
    existingVpc === undefined ? ownVpcFaults(shape) : [...besideExistingVpcFaults(shape), ...existingVpcFaults("existingVpc", existingVpc)];
  return [...own, ...flowLogsFaults(shape.flowLogs ?? {}), ...endpointFaults(shape.interfaceEndpoints ?? [])];
}

function ownVpcFaults(shape: NetworkShape): string[] {
  return [
    ...vpcCidrFaults("cidr", shape.cidr ?? DEFAULT_CIDR),
    ...reservedCidrFaults(shape.cidr ?? DEFAULT_CIDR, shape.reservedCidrs ?? []),
    ...zoneFaults(shape),
    ...enumFaults("natGateways", shape.natGateways, NatGateways),
  ];
}

/** What only a VPC of our own can have. */
const DECIDED_BY_EXISTING_VPC = ["cidr", "zones", "availabilityZones", "natGateways", "reservedCidrs"] as const;

function besideExistingVpcFaults(shape: NetworkShape): string[] {
  return DECIDED_BY_EXISTING_VPC.filter((property) => shape[property] !== undefined).map(
    (property) => `${property} is set together with existingVpc; that VPC is used as it is: leave one of the two out`,
  );
}

export function reservedCidrFaults(vpc: string, reserved: readonly ReservedCidr[]): string[] {
  const vpcReading = readCidr(vpc);
  return reserved.flatMap((entry, index) => {
    const malformed = kindFaults(`reservedCidrs[${index}]`, entry ?? null, Kind.Group);
    if (malformed.length > 0) return malformed;
    const { name, cidr: text } = entry;
    const property = `reservedCidrs[${index}].cidr`;
    const reading = readCidr(text);
    if (reading.kind !== "range") return cidrFaults(property, text);
    if (vpcReading.kind !== "range" || !overlaps(vpcReading.range, reading.range)) return [];
    return [`cidr is ${vpc}; it overlaps ${text}, the range of ${shown(name)} (${property}): choose a range outside it`];
  });
}

export function zoneFaults({ zones, availabilityZones, natGateways }: NetworkShape): string[] {
  const named = availabilityZones?.length;
  const faults = [
    ...wholeNumberFaults("zones", zones, { min: 1, max: MAX_ZONES, rule: `a network spans 1 to ${MAX_ZONES} zones` }),
    ...(availabilityZones ?? []).flatMap((zone, index) => zoneNameFaults(`availabilityZones[${index}]`, zone)),
    ...repeatFaults("availabilityZones", availabilityZones),
  ];
  if (named !== undefined && Number.isInteger(zones) && named !== zones) {
    faults.push(`zones is ${zones}; availabilityZones names ${named}: name ${zones}, or leave zones out`);
  }
  if (named !== undefined && zones === undefined && (named < 1 || named > MAX_ZONES)) {
    faults.push(`availabilityZones names ${named}; a network spans 1 to ${MAX_ZONES} zones: name that many`);
  }
  if (natGateways === NatGateways.PerZone && zoneCount({ zones, availabilityZones }) === 1) {
    faults.push(
      `natGateways is perZone with 1 zone; a gateway in each zone guards against the loss of one: use single, or 2 zones or more`,
    );
  }
  return faults;
}

/** us-east-1a, us-west-2-lax-1a; whether there is such a zone, only AWS knows. */
const ZONE_NAME = /^[a-z]{2,}(-[a-z]+)+-\d+(-[a-z]+-\d+)?[a-z]$/;

function zoneNameFaults(property: string, zone: unknown): string[] {
  if (typeof zone === "string" && ZONE_NAME.test(zone)) return [];
  return [`${property} is ${shown(zone)}; it is no name of an availability zone: write it like us-east-1a`];
}

/** Only AWS knows how many zones a region has; so this is found out while the program runs. */
export function fewZonesFaults(wanted: number, available: readonly string[]): string[] {
  if (wanted <= available.length) return [];
  return [`zones is ${wanted}; this region has ${available.length} that EKS accepts: use fewer zones, or another region`];
}

function flowLogsFaults({ destination = FlowLogDestination.CloudWatch, bucketArn, kmsKeyArn, retentionDays }: FlowLogsShape): string[] {
  const unknown = enumFaults("flowLogs.destination", destination, FlowLogDestination);
  if (unknown.length > 0) return unknown;
  const faults = [...logRetentionFaults("flowLogs.retentionDays", retentionDays), ...kmsKeyArnFaults("flowLogs.kmsKeyArn", kmsKeyArn)];
  const toS3 = destination === FlowLogDestination.S3;
  if (toS3 && bucketArn === undefined) {
    faults.push("flowLogs.destination is s3 without flowLogs.bucketArn; the log needs a bucket: give its ARN");
  }
  if (!toS3 && bucketArn !== undefined) {
    faults.push(
      `flowLogs.bucketArn is set with destination ${destination}; only s3 writes into a bucket: set destination to s3, or leave it out`,
    );
  }
  if (destination !== FlowLogDestination.CloudWatch) {
    const unused = Object.entries({ kmsKeyArn, retentionDays }).filter(([, value]) => value !== undefined);
    const rule = "it is a setting of the log group in CloudWatch: leave it out";
    faults.push(...unused.map(([property]) => `flowLogs.${property} is set with destination ${destination}; ${rule}`));
  }
  return faults;
}

function endpointFaults(endpoints: readonly InterfaceEndpoint[]): string[] {
  const unknown = endpoints.flatMap((endpoint, index) => enumFaults(`interfaceEndpoints[${index}]`, endpoint, InterfaceEndpoint));
  return [...unknown, ...repeatFaults("interfaceEndpoints", endpoints)];
}
