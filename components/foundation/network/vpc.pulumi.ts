import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { onceThere } from "../../shared/once-there.pulumi";
import { type PlannedSubnet, type Tier } from "./cidr";
import { createGatewayEndpoints } from "./endpoints.pulumi";
import { fewZonesFaults, planNetwork } from "./network";
import { type NetworkArgs, type VpcReference } from "./network.pulumi";

export interface OwnVpc extends VpcReference {
  natPublicIps: pulumi.Output<string>[];
}

/** What each part of the VPC needs to know. */
interface Site {
  readonly parent: pulumi.Resource;
  readonly name: string;
  readonly tags: Record<string, pulumi.Input<string>>;
  readonly vpcId: pulumi.Output<string>;
}

interface Subnet extends PlannedSubnet {
  readonly id: pulumi.Output<string>;
}

export function createVpc(parent: pulumi.Resource, name: string, args: NetworkArgs): OwnVpc {
  const plan = planNetwork(args);
  const { tags = {} } = args;
  const vpcArgs = { cidrBlock: plan.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name, ...tags } };
  const vpc = new aws.ec2.Vpc(`${name}-vpc`, vpcArgs, { parent });
  const site: Site = { parent, name, tags, vpcId: vpc.id };
  // Every VPC is born with a group that lets its members talk; whatever forgets to name a group would get that one.
  const closed = { vpcId: vpc.id, ingress: [], egress: [], tags: { Name: `${name}-closed`, ...tags } };
  new aws.ec2.DefaultSecurityGroup(`${name}-closed`, closed, { parent });

  const subnets = createSubnets(site, plan.subnets, args.availabilityZones);
  const inTier = (wanted: Tier) => subnets.filter(({ tier }) => tier === wanted);
  const inPublic = routeToInternet(site, inTier("public"));
  const gateways = createNatGateways(site, plan.natOfZone, inPublic.subnets);
  // A table for each zone from the start, so that a change from one gateway to one a zone changes a route and moves no subnet.
  const inPrivate = inTier("private").map((subnet) => routeThroughNat(site, subnet, plan.natOfZone, gateways));
  const inIntra = createRoutes(site, "intra", inTier("intra"));
  createGatewayEndpoints(
    parent,
    name,
    vpc.id,
    [...inPrivate, inIntra].map(({ tableId }) => tableId),
    tags,
  );

  const idsOf = (...routed: Routed[]) => routed.flatMap((each) => each.subnets.map(({ id }) => id));
  return {
    ...{ vpcId: vpc.id, cidr: vpc.cidrBlock, natPublicIps: gateways.map(({ publicIp }) => publicIp) },
    ...{ publicSubnetIds: idsOf(inPublic), privateSubnetIds: idsOf(...inPrivate), intraSubnetIds: idsOf(inIntra) },
  };
}

/** By these the AWS load balancer controller finds where its load balancers may stand. */
const TAGS_OF_TIER: Record<Tier, Record<string, string>> = {
  public: { "kubernetes.io/role/elb": "1" },
  private: { "kubernetes.io/role/internal-elb": "1" },
  intra: {},
};

function createSubnets(site: Site, planned: readonly PlannedSubnet[], zoneNames: string[] | undefined): Subnet[] {
  const { parent, name, tags, vpcId } = site;
  const zones = zoneNames ?? lookUpZones(site, Math.max(...planned.map(({ zone }) => zone)) + 1);
  // AWS may list another zone first next year; a subnet that exists stays where it is all the same.
  const ignoreChanges = zoneNames === undefined ? ["availabilityZone"] : [];
  return planned.map((plan) => {
    const label = `${name}-${plan.tier}-${plan.zone + 1}`;
    const { id } = new aws.ec2.Subnet(
      label,
      { vpcId, cidrBlock: plan.cidr, availabilityZone: zones[plan.zone], tags: { Name: label, ...TAGS_OF_TIER[plan.tier], ...tags } },
      { parent, ignoreChanges },
    );
    return { ...plan, id };
  });
}

/** Zones where EKS takes no subnets for its control plane (EKS user guide, "Subnet requirements for clusters"). */
const ZONE_IDS_WITHOUT_EKS = ["use1-az3", "usw1-az2", "cac1-az3"];

function lookUpZones({ parent, name }: Site, count: number): pulumi.Output<string>[] {
  const found = aws.getAvailabilityZonesOutput(
    // Without the filter, local zones that the account has opted into are listed too.
    { state: "available", excludeZoneIds: ZONE_IDS_WITHOUT_EKS, filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
    { parent },
  );
  return Array.from({ length: count }, (_, zone) =>
    found.names.apply((names) => {
      refuseInvalidArguments("Network", name, fewZonesFaults(count, names));
      return names[zone] ?? "";
    }),
  );
}

/** Where a table sends what is for nobody in the VPC. */
type WayOut = Pick<aws.ec2.RouteArgs, "gatewayId" | "natGatewayId">;

interface Routed {
  readonly tableId: pulumi.Output<string>;
  readonly subnets: readonly Subnet[];
}

const ANYWHERE = "0.0.0.0/0";

/**
 * A table of these subnets. Their ids are from then on known only once it is in force with its way out: what is put into a subnet comes
 * after both and goes before them. Otherwise a `destroy` takes the way out from under nodes and load balancers that are still at work.
 */
function createRoutes({ parent, name, tags, vpcId }: Site, label: string, subnets: readonly Subnet[], wayOut?: WayOut): Routed {
  const table = new aws.ec2.RouteTable(`${name}-${label}-routes`, { vpcId, tags: { Name: `${name}-${label}`, ...tags } }, { parent });
  const out = { routeTableId: table.id, destinationCidrBlock: ANYWHERE, ...wayOut };
  const route = wayOut === undefined ? [] : [new aws.ec2.Route(`${name}-${label}-out`, out, { parent })];
  const routed = subnets.map((subnet) => {
    const routing = `${name}-${subnet.tier}-${subnet.zone + 1}-routing`;
    const association = new aws.ec2.RouteTableAssociation(routing, { subnetId: subnet.id, routeTableId: table.id }, { parent });
    return { ...subnet, id: onceThere(subnet.id, [association, ...route]) };
  });
  return { tableId: table.id, subnets: routed };
}

function routeToInternet(site: Site, subnets: readonly Subnet[]): Routed {
  const { parent, name, tags, vpcId } = site;
  const gateway = new aws.ec2.InternetGateway(`${name}-internet`, { vpcId, tags: { Name: name, ...tags } }, { parent });
  return createRoutes(site, "public", subnets, { gatewayId: gateway.id });
}

function createNatGateways(
  { parent, name, tags }: Site,
  natOfZone: readonly number[],
  publicSubnets: readonly Subnet[],
): aws.ec2.NatGateway[] {
  return publicSubnets.slice(0, new Set(natOfZone).size).map(({ id, zone }) => {
    const label = `${name}-nat-${zone + 1}`;
    const labelled = { tags: { Name: label, ...tags } };
    const address = new aws.ec2.Eip(`${label}-address`, { domain: "vpc", ...labelled }, { parent });
    return new aws.ec2.NatGateway(label, { allocationId: address.id, subnetId: id, ...labelled }, { parent });
  });
}

function routeThroughNat(site: Site, subnet: Subnet, natOfZone: readonly number[], gateways: readonly aws.ec2.NatGateway[]): Routed {
  const gateway = gateways.find((_, index) => index === natOfZone[subnet.zone]);
  return createRoutes(site, `private-${subnet.zone + 1}`, [subnet], gateway && { natGatewayId: gateway.id });
}
