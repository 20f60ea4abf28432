/** Which resource another one names by its id, whether or not Pulumi was told. Pure; needs the ids of a recording in apply mode. */
import type { Json, Properties, RecordedResource } from "../engine";
import { mapping, strings } from "./objects";

export const CLUSTER = "aws:eks/cluster:Cluster";
export const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
export const NAT_GATEWAY = "aws:ec2/natGateway:NatGateway";
export const ROUTE = "aws:ec2/route:Route";
export const ROUTE_TABLE_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
export const KEY = "aws:kms/key:Key";

/** Properties that name what AWS will not delete as long as somebody uses it (EC2 API reference, "Error codes", DependencyViolation; EKS, ResourceInUseException). */
const NAMED_TYPES: Readonly<Record<string, string>> = {
  allocationId: "aws:ec2/eip:Eip",
  clusterName: CLUSTER,
  dbSubnetGroupName: "aws:rds/subnetGroup:SubnetGroup",
  gatewayId: INTERNET_GATEWAY,
  natGatewayId: NAT_GATEWAY,
  securityGroupId: "aws:ec2/securityGroup:SecurityGroup",
  securityGroupIds: "aws:ec2/securityGroup:SecurityGroup",
  securityGroups: "aws:ec2/securityGroup:SecurityGroup",
  subnetGroupName: "aws:elasticache/subnetGroup:SubnetGroup",
  subnetId: SUBNET,
  subnetIds: SUBNET,
  subnets: SUBNET,
  vpcId: "aws:ec2/vpc:Vpc",
  vpcSecurityGroupIds: "aws:ec2/securityGroup:SecurityGroup",
};

export function isNamedType(type: string): boolean {
  return Object.values(NAMED_TYPES).includes(type);
}

/** `first` says in a property made for it that it lives in, or hangs on, `then`. */
export function names(first: RecordedResource, then: RecordedResource): boolean {
  return then.id !== undefined && namedIn(first).has(`${then.type} ${then.id}`);
}

/** Every text of the inputs that is the id or the ARN of `then`, wherever it stands. */
export function mentions(first: RecordedResource, then: RecordedResource): boolean {
  const identities = [then.id, then.outputs["arn"]].filter((identity) => typeof identity === "string" && identity !== "");
  return strings(first.inputs).some((text) => identities.includes(text));
}

const KNOWN = new WeakMap<RecordedResource, ReadonlySet<string>>();

function namedIn(resource: RecordedResource): ReadonlySet<string> {
  const known = KNOWN.get(resource) ?? new Set(collect(resource.inputs));
  KNOWN.set(resource, known);
  return known;
}

function collect(properties: Properties): string[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    if (key === "tags") return [];
    const type = NAMED_TYPES[key];
    const here = type === undefined ? [] : strings(value).map((id) => `${type} ${id}`);
    return [...here, ...inside(value)];
  });
}

function inside(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(inside);
  return collect(mapping(value));
}
