import * as aws from "@pulumi/aws";
import { FlowLogDestination, InterfaceEndpoint, NatGateways, Network, type NetworkArgs } from "../../../../components";
import { onceThere } from "../../../../components/shared/once-there.pulumi";
import { DeletionGraph } from "../../../../offline/teardown/graph";
import { planOf, type Plan, refusalOf } from "../../shared/plan-of";

/** A network, and one thing in the first subnet of each kind. */
async function usersOf(mode: "apply" | "preview") {
  const plan = await planOf(
    () => {
      const { publicSubnetIds, privateSubnetIds, intraSubnetIds } = new Network("net", { zones: 1 });
      const kinds = { public: publicSubnetIds, private: privateSubnetIds, intra: intraSubnetIds };
      for (const [kind, ids] of Object.entries(kinds)) new aws.rds.SubnetGroup(kind, { subnetIds: ids });
    },
    { mode },
  );
  const waitsForSubnet = (kind: string) =>
    (plan.resource(kind).propertyDependencies["subnetIds"] ?? []).map((urn) => urn.replace(/.*::/, "")).sort();
  return { plan, waitsForSubnet };
}

const network = (args?: NetworkArgs) => planOf(() => new Network("net", args).reference());

const existingVpc = {
  ...{ vpcId: "vpc-1", cidr: "172.20.0.0/16" },
  ...{ publicSubnetIds: ["subnet-1"], privateSubnetIds: ["subnet-2", "subnet-3"], intraSubnetIds: [] },
};

describe("I1 the smallest network", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await network();
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:cloudwatch/logGroup:LogGroup net-flow-logs",
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup net-closed",
      "aws:ec2/eip:Eip net-nat-1-address",
      "aws:ec2/flowLog:FlowLog net-flow-log",
      "aws:ec2/internetGateway:InternetGateway net-internet",
      "aws:ec2/natGateway:NatGateway net-nat-1",
      "aws:ec2/route:Route net-private-1-out",
      "aws:ec2/route:Route net-private-2-out",
      "aws:ec2/route:Route net-public-out",
      "aws:ec2/routeTable:RouteTable net-intra-routes",
      "aws:ec2/routeTable:RouteTable net-private-1-routes",
      "aws:ec2/routeTable:RouteTable net-private-2-routes",
      "aws:ec2/routeTable:RouteTable net-public-routes",
      "aws:ec2/routeTableAssociation:RouteTableAssociation net-intra-1-routing",
      "aws:ec2/routeTableAssociation:RouteTableAssociation net-intra-2-routing",
      "aws:ec2/routeTableAssociation:RouteTableAssociation net-private-1-routing",
      "aws:ec2/routeTableAssociation:RouteTableAssociation net-private-2-routing",
      "aws:ec2/routeTableAssociation:RouteTableAssociation net-public-1-routing",
      "aws:ec2/routeTableAssociation:RouteTableAssociation net-public-2-routing",
      "aws:ec2/subnet:Subnet net-intra-1",
      "aws:ec2/subnet:Subnet net-intra-2",
      "aws:ec2/subnet:Subnet net-private-1",
      "aws:ec2/subnet:Subnet net-private-2",
      "aws:ec2/subnet:Subnet net-public-1",
      "aws:ec2/subnet:Subnet net-public-2",
      "aws:ec2/vpc:Vpc net-vpc",
      "aws:ec2/vpcEndpoint:VpcEndpoint net-dynamodb",
      "aws:ec2/vpcEndpoint:VpcEndpoint net-s3",
      "aws:iam/role:Role net-flow-logs-role",
      "aws:iam/rolePolicy:RolePolicy net-flow-logs-policy",
      "modelloop:index:Network net",
    ]);
  });

  it("hands the next component its ids, by zone", () => {
    expect(plan.recording.stackOutputs).toEqual({
      vpcId: "net-vpc-id",
      cidr: "10.0.0.0/16",
      publicSubnetIds: ["net-public-1-id", "net-public-2-id"],
      privateSubnetIds: ["net-private-1-id", "net-private-2-id"],
      intraSubnetIds: ["net-intra-1-id", "net-intra-2-id"],
    });
  });

  // The group that AWS makes lets its members talk to each other and to everybody: all that names no group of its own would be in it.
  it("closes the default security group", () => {
    expect(plan.inputs("net-closed")).toMatchObject({ vpcId: "net-vpc-id", ingress: [], egress: [] });
  });

  // Without these tags the load balancer controller finds no subnet and the router never gets an address.
  it("tags the subnets for load balancers, and gives nothing a public address", () => {
    expect(plan.inputs("net-public-1")).toEqual({
      ...{ vpcId: "net-vpc-id", cidrBlock: "10.0.192.0/21", availabilityZone: "us-east-1a" },
      tags: { Name: "net-public-1", "kubernetes.io/role/elb": "1" },
    });
    expect(plan.inputs("net-private-2")).toEqual({
      ...{ vpcId: "net-vpc-id", cidrBlock: "10.0.64.0/18", availabilityZone: "us-east-1b" },
      tags: { Name: "net-private-2", "kubernetes.io/role/internal-elb": "1" },
    });
    expect(plan.inputs("net-intra-1")["tags"]).toEqual({ Name: "net-intra-1" });
  });

  it("leads public subnets to the internet, private ones to NAT and intra ones nowhere", () => {
    expect(plan.inputs("net-public-out")).toMatchObject({ destinationCidrBlock: "0.0.0.0/0", gatewayId: "net-internet-id" });
    expect(plan.inputs("net-private-2-out")).toMatchObject({ destinationCidrBlock: "0.0.0.0/0", natGatewayId: "net-nat-1-id" });
    expect(plan.inputs("net-intra-2-routing")).toEqual({ subnetId: "net-intra-2-id", routeTableId: "net-intra-routes-id" });
    expect(
      plan.resources.filter(({ inputs }) => inputs["routeTableId"] === "net-intra-routes-id" && "destinationCidrBlock" in inputs),
    ).toEqual([]);
  });

  it("reaches S3 and DynamoDB without NAT, from private and intra subnets", () => {
    const routeTableIds = ["net-private-1-routes-id", "net-private-2-routes-id", "net-intra-routes-id"];
    expect(plan.inputs("net-s3")).toMatchObject({ serviceName: "com.amazonaws.us-east-1.s3", vpcEndpointType: "Gateway", routeTableIds });
    expect(plan.inputs("net-dynamodb")).toMatchObject({ serviceName: "com.amazonaws.us-east-1.dynamodb", routeTableIds });
  });

  it("writes all traffic to CloudWatch for 30 days, with a role that writes nowhere else", () => {
    expect(plan.inputs("net-flow-log")).toMatchObject({ vpcId: "net-vpc-id", trafficType: "ALL", logDestinationType: "cloud-watch-logs" });
    expect(plan.inputs("net-flow-logs")).toEqual({ retentionInDays: 30, tags: {} });
    expect(plan.document("net-flow-logs-role", "assumeRolePolicy")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          ...{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "vpc-flow-logs.amazonaws.com" } },
          Condition: {
            StringEquals: { "aws:SourceAccount": "123456789012" },
            ArnLike: { "aws:SourceArn": "arn:aws:ec2:us-east-1:123456789012:vpc-flow-log/*" },
          },
        },
      ],
    });
    expect(plan.document("net-flow-logs-policy", "policy")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          ...{ Sid: "Write", Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"] },
          Resource: `${plan.output("net-flow-logs", "arn")}:*`,
        },
        { Sid: "LookUp", Effect: "Allow", Action: ["logs:DescribeLogGroups"], Resource: "*" },
      ],
    });
  });

  // The service tries the role once, when the flow log is made; a policy that comes a second later is a second too late.
  it("makes the flow log only when its role may write, and NAT only when there is a way out", () => {
    expect(plan.waitsFor("net-flow-log")).toContain("net-flow-logs-policy");
    expect(plan.waitsFor("net-nat-1")).toEqual(expect.arrayContaining(["net-public-1-routing", "net-public-out"]));
  });

  // Nodes, and the controllers that clean up, lose AWS in the middle of a destroy; AWS keeps the gateway of an address that is still there.
  it("hands out a subnet only with its way out: what is put there comes after it, and goes before it", async () => {
    const there = await usersOf("apply");
    expect(there.waitsForSubnet("public")).toEqual(["net-public-1", "net-public-1-routing", "net-public-out"]);
    expect(there.waitsForSubnet("private")).toEqual(["net-private-1", "net-private-1-out", "net-private-1-routing"]);
    expect(there.waitsForSubnet("intra")).toEqual(["net-intra-1", "net-intra-1-routing"]);
    const graph = new DeletionGraph(there.plan.resources);
    expect(graph.goesBefore(there.plan.resource("public"), there.plan.resource("net-internet"))).toBe(true);
    expect(graph.goesBefore(there.plan.resource("private"), there.plan.resource("net-nat-1"))).toBe(true);
  });

  it("says so in a preview already", async () => {
    const foreseen = await usersOf("preview");
    expect(foreseen.waitsForSubnet("public")).toEqual(["net-public-1", "net-public-1-routing", "net-public-out"]);
  });

  // AWS lists zones in an order of its own; should it change, every subnet would move, and take everything in it along.
  it("leaves a subnet in the zone where it is, when the zone was looked up", () => {
    expect(plan.resource("net-private-1").options.ignoreChanges).toEqual(["availabilityZone"]);
  });

  // EKS refuses to create a cluster with a subnet in one of these, an hour after the network was paid for.
  it("looks up no local zone and no zone without EKS", () => {
    const lookUp = plan.recording.calls.find(({ token }) => token.endsWith(":getAvailabilityZones"));
    expect(lookUp?.args).toEqual({
      state: "available",
      excludeZoneIds: ["use1-az3", "usw1-az2", "cac1-az3"],
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
  });
});

// Where a network that is there gets its first NAT gateway, the route is new. Ids that turned unknown would show every node as replaced.
it("remembers in a preview what it knows, though a route is new", async () => {
  const plan = await planOf(
    () => {
      const route = new aws.ec2.Route("route", { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" });
      new aws.rds.SubnetGroup("user", { subnetIds: [onceThere("subnet-1", [route])] });
    },
    { mode: "preview" },
  );
  expect(plan.inputs("user")).toMatchObject({ subnetIds: ["subnet-1"] });
  expect(plan.resource("user").unknowns).toEqual([]);
  expect(plan.waitsFor("user")).toEqual(["route"]);
});

describe("I1 a network in three named zones with a gateway in each", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await network({
      ...{ cidr: "10.4.0.0/16", availabilityZones: ["us-east-1d", "us-east-1a", "us-east-1f"], natGateways: NatGateways.PerZone },
      ...{ interfaceEndpoints: [InterfaceEndpoint.EcrApi, InterfaceEndpoint.Sts], tags: { owner: "platform" } },
    });
  });

  it("takes the zones in their order, and lets a change of name move the subnets", () => {
    expect([1, 2, 3].map((zone) => plan.inputs(`net-intra-${zone}`)["availabilityZone"])).toEqual([
      "us-east-1d",
      "us-east-1a",
      "us-east-1f",
    ]);
    expect(plan.resource("net-intra-1").options.ignoreChanges).toEqual([]);
    expect(plan.recording.calls.map(({ token }) => token)).not.toContain("aws:index/getAvailabilityZones:getAvailabilityZones");
  });

  // A gateway in another zone's subnet bills every byte twice and fails with the wrong zone.
  it.each([1, 2, 3])("keeps the traffic of zone %p in its zone", (zone) => {
    expect(plan.inputs(`net-nat-${zone}`)["subnetId"]).toBe(`net-public-${zone}-id`);
    expect(plan.inputs(`net-private-${zone}-out`)["natGatewayId"]).toBe(`net-nat-${zone}-id`);
  });

  it("reaches AWS services by their usual names, from the private subnets", () => {
    expect(plan.inputs("net-ecr-api")).toEqual({
      ...{ vpcId: "net-vpc-id", serviceName: "com.amazonaws.us-east-1.ecr.api", vpcEndpointType: "Interface", privateDnsEnabled: true },
      ...{ subnetIds: [1, 2, 3].map((zone) => `net-private-${zone}-id`), securityGroupIds: ["net-endpoints-id"] },
      tags: { Name: "net-ecr-api", owner: "platform" },
    });
    expect(plan.inputs("net-sts")["securityGroupIds"]).toEqual(["net-endpoints-id"]);
  });

  // An endpoint open to more than the VPC lets a peered network use this account's services as if from inside.
  it("answers HTTPS from the VPC's own range and nothing else", () => {
    const rules = plan.resources.filter(({ type }) => type.startsWith("aws:vpc/securityGroup"));
    expect(rules.map(({ inputs }) => inputs)).toEqual([
      expect.objectContaining({
        securityGroupId: "net-endpoints-id",
        cidrIpv4: "10.4.0.0/16",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      }),
    ]);
    expect(plan.inputs("net-endpoints")).not.toHaveProperty("ingress");
    expect(plan.inputs("net-endpoints")).not.toHaveProperty("egress");
  });

  it("tags everything that can have tags", () => {
    const untagged = plan.resources.filter(
      ({ inputs }) => (inputs["tags"] as Record<string, unknown> | undefined)?.["owner"] !== "platform",
    );
    expect([...new Set(untagged.map(({ type }) => type))].sort()).toEqual([
      "aws:ec2/route:Route",
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      "aws:iam/rolePolicy:RolePolicy",
      "modelloop:index:Network",
    ]);
  });
});

it("I1 a network without NAT has no gateway, no address and no way out of its private subnets", async () => {
  const plan = await network({ zones: 1, natGateways: NatGateways.None });
  expect(plan.list.filter((line) => /nat-|private-1-out/.test(line))).toEqual([]);
  expect(plan.resource("net").outputs["natPublicIps"]).toEqual([]);
});

describe("I1 an existing VPC", () => {
  it("is handed on as it is, and nothing is created", async () => {
    const plan = await network({ existingVpc });
    expect(plan.list).toEqual(["modelloop:index:Network net"]);
    expect(plan.recording.stackOutputs).toEqual(existingVpc);
    expect(plan.resource("net").outputs).toEqual({ ...existingVpc, natPublicIps: [] });
  });

  it("gets what is named besides", async () => {
    const plan = await network({ existingVpc, interfaceEndpoints: [InterfaceEndpoint.Sts], flowLogs: {} });
    expect(plan.inputs("net-sts")).toMatchObject({ vpcId: "vpc-1", subnetIds: ["subnet-2", "subnet-3"] });
    expect(plan.inputs("net-endpoints-https")).toMatchObject({ cidrIpv4: "172.20.0.0/16" });
    expect(plan.inputs("net-flow-log")).toMatchObject({ vpcId: "vpc-1" });
  });
});

describe("I1 flow logs", () => {
  it("are encrypted and kept as asked", async () => {
    const key = "arn:aws:kms:us-east-1:123456789012:key/1";
    const plan = await network({ existingVpc, flowLogs: { kmsKeyArn: key, retentionDays: 90 } });
    expect(plan.inputs("net-flow-logs")).toEqual({ retentionInDays: 90, kmsKeyId: key, tags: {} });
  });

  it("go into a bucket without log group or role", async () => {
    const plan = await network({ existingVpc, flowLogs: { destination: FlowLogDestination.S3, bucketArn: "arn:aws:s3:::logs" } });
    expect(plan.inputs("net-flow-log")).toMatchObject({ logDestinationType: "s3", logDestination: "arn:aws:s3:::logs" });
    expect(plan.list).toEqual(["aws:ec2/flowLog:FlowLog net-flow-log", "modelloop:index:Network net"]);
  });

  it("are given up by name only", async () => {
    const plan = await network({ zones: 1, flowLogs: { destination: FlowLogDestination.None } });
    expect(plan.list.filter((line) => line.includes("flow-log"))).toEqual([]);
  });
});

// Half a network is worse than none: it costs money and blocks the name for the next try.
it("I1 fails before anything is created, with every fault", () => {
  expect(refusalOf(() => new Network("net", { cidr: "10.0.0.0/24", zones: 4 }))).toBe(
    [
      `Network "net" cannot be built:`,
      "  - cidr is 10.0.0.0/24; the nine subnets of up to 3 zones need a /23, because AWS makes none smaller than /28: use 10.0.0.0/23 or larger",
      "  - zones is 4; a network spans 1 to 3 zones: use a whole number from 1 to 3",
    ].join("\n"),
  );
});
