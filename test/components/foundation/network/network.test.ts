import fc from "fast-check";
import {
  fewZonesFaults,
  FlowLogDestination,
  InterfaceEndpoint,
  NatGateways,
  networkFaults,
  type NetworkShape,
  planNetwork,
} from "../../../../components/foundation/network/network";

describe("I1 plan of a network", () => {
  it("takes 10.0.0.0/16 and two zones when nothing is said", () => {
    const plan = planNetwork({});
    expect(plan.cidr).toBe("10.0.0.0/16");
    expect(plan.subnets.map(({ tier, zone }) => `${tier} ${zone}`)).toEqual([
      ...["private 0", "private 1"],
      ...["public 0", "public 1"],
      ...["intra 0", "intra 1"],
    ]);
  });

  it("counts the zones that are named", () => {
    expect(planNetwork({ availabilityZones: ["us-east-1a", "us-east-1b", "us-east-1d"] }).subnets).toHaveLength(9);
  });

  // The wrong gateway for a zone is invisible until that gateway's zone fails and takes the other down with it.
  it.each([
    [NatGateways.None, []],
    [NatGateways.Single, [0, 0, 0]],
    [NatGateways.PerZone, [0, 1, 2]],
    [undefined, [0, 0, 0]],
  ])("sends the zones' traffic with natGateways %p through gateways %p", (natGateways, expected) => {
    expect(planNetwork({ zones: 3, natGateways }).natOfZone).toEqual(expected);
  });
});

const key = "arn:aws:kms:us-east-1:123456789012:key/1";
const later = Promise.resolve("later");
const existingVpc = {
  ...{ vpcId: "vpc-0a", cidr: "172.20.0.0/16", publicSubnetIds: ["subnet-1"] },
  ...{ privateSubnetIds: ["subnet-2", "subnet-3"], intraSubnetIds: ["subnet-4"] },
};
/** As a program in JavaScript or another language hands it over. */
const untyped = (shape: unknown) => shape as NetworkShape;

describe("I1 refusals of a network", () => {
  const accepted: [string, NetworkShape][] = [
    ["nothing at all", {}],
    ["one zone with one gateway", { zones: 1 }],
    ["as many zones as are named", { zones: 2, availabilityZones: ["us-east-1a", "us-west-2-lax-1a"] }],
    ["a reserved range beside the VPC", { reservedCidrs: [{ name: "office", cidr: "10.1.0.0/16" }] }],
    ["flow logs into a bucket", { flowLogs: { destination: FlowLogDestination.S3, bucketArn: "arn:aws:s3:::logs" } }],
    ["no flow logs", { flowLogs: { destination: FlowLogDestination.None } }],
    ["every endpoint once", { interfaceEndpoints: Object.values(InterfaceEndpoint) }],
    ["an existing VPC with endpoints and flow logs", { existingVpc, interfaceEndpoints: [InterfaceEndpoint.Sts], flowLogs: {} }],
    [
      "an existing VPC of shared addresses, without public subnets",
      { existingVpc: { ...existingVpc, cidr: "100.64.0.0/28", publicSubnetIds: [] } },
    ],
    [
      "an existing VPC that is not known yet",
      { existingVpc: { vpcId: later, cidr: later, publicSubnetIds: later, privateSubnetIds: [later], intraSubnetIds: later } },
    ],
  ];
  it.each(accepted)("accepts %s", (_, shape) => {
    expect(networkFaults(shape)).toEqual([]);
  });

  const known = Object.values(InterfaceEndpoint).join(", ");
  const mustBePrivate = "a VPC's range must be private: choose one inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10";
  const refused: [string, NetworkShape, string[]][] = [
    ["the range cannot be a VPC's", { cidr: "10.0.0.0/8" }, ["cidr is 10.0.0.0/8; AWS makes no VPC larger than /16: use 10.0.0.0/16"]],
    [
      // Two VPCs with the same addresses can never be peered, and a pod's address that is a service's too answers for the wrong one.
      "the range overlaps a reserved one, named or by default",
      { reservedCidrs: [{ name: "Kubernetes services", cidr: "10.0.128.0/20" }] },
      [
        `cidr is 10.0.0.0/16; it overlaps 10.0.128.0/20, the range of "Kubernetes services" (reservedCidrs[0].cidr): choose a range outside it`,
      ],
    ],
    [
      "a reserved range is none",
      {
        reservedCidrs: [
          { name: "a", cidr: "10.1.0.0/16" },
          { name: "b", cidr: "10.2.0.1/16" },
        ],
      },
      ["reservedCidrs[1].cidr is 10.2.0.1/16; a range is named by its first address: use 10.2.0.0/16"],
    ],
    ["there are too many zones", { zones: 4 }, ["zones is 4; a network spans 1 to 3 zones: use a whole number from 1 to 3"]],
    ["there is no zone", { zones: 0 }, ["zones is 0; a network spans 1 to 3 zones: use a whole number from 1 to 3"]],
    ["no zone is named", { availabilityZones: [] }, ["availabilityZones names 0; a network spans 1 to 3 zones: name that many"]],
    [
      "zones and their names do not agree",
      { zones: 3, availabilityZones: ["us-east-1a", "us-east-1b"] },
      ["zones is 3; availabilityZones names 2: name 3, or leave zones out"],
    ],
    [
      "a zone is named twice",
      { availabilityZones: ["us-east-1a", "us-east-1a"] },
      ["availabilityZones names us-east-1a more than once; each counts once: name it once"],
    ],
    [
      // Paid for as highly available, and gone with its only zone.
      "there is a gateway for each of one zone",
      { zones: 1, natGateways: NatGateways.PerZone },
      ["natGateways is perZone with 1 zone; a gateway in each zone guards against the loss of one: use single, or 2 zones or more"],
    ],
    [
      "natGateways is unknown",
      { natGateways: "double" as NatGateways },
      [`natGateways is "double"; it must be one of none, single, perZone: use one of these`],
    ],
    [
      "flow logs go into a bucket that is not named",
      { flowLogs: { destination: FlowLogDestination.S3 } },
      ["flowLogs.destination is s3 without flowLogs.bucketArn; the log needs a bucket: give its ARN"],
    ],
    [
      "a bucket is named that gets no flow logs",
      { flowLogs: { bucketArn: "arn:aws:s3:::logs" } },
      ["flowLogs.bucketArn is set with destination cloudWatch; only s3 writes into a bucket: set destination to s3, or leave it out"],
    ],
    [
      // Whoever sets a retention that is not applied believes for years that old logs are gone.
      "settings of a log group are given where there is none",
      { flowLogs: { destination: FlowLogDestination.None, retentionDays: 30, kmsKeyArn: key } },
      [
        "flowLogs.kmsKeyArn is set with destination none; it is a setting of the log group in CloudWatch: leave it out",
        "flowLogs.retentionDays is set with destination none; it is a setting of the log group in CloudWatch: leave it out",
      ],
    ],
    [
      "CloudWatch does not know the retention",
      { flowLogs: { retentionDays: 31 } },
      ["flowLogs.retentionDays is 31; CloudWatch Logs keeps logs for certain periods only: use 60"],
    ],
    [
      "flow logs go somewhere unknown",
      { flowLogs: { destination: "kafka" as FlowLogDestination } },
      [`flowLogs.destination is "kafka"; it must be one of cloudWatch, s3, none: use one of these`],
    ],
    [
      "an endpoint is unknown",
      { interfaceEndpoints: [InterfaceEndpoint.Sts, "ecr" as InterfaceEndpoint] },
      [`interfaceEndpoints[1] is "ecr"; it must be one of ${known}: use one of these`],
    ],
    [
      "an endpoint is named twice",
      { interfaceEndpoints: [InterfaceEndpoint.Sts, InterfaceEndpoint.Sts] },
      ["interfaceEndpoints names sts more than once; each counts once: name it once"],
    ],
    [
      // A range or a gateway asked for and silently not made: the user finds out when the address plan does not hold.
      "an existing VPC is to be used and also described",
      { existingVpc, cidr: "10.1.0.0/16", zones: 2, natGateways: NatGateways.None },
      ["cidr", "zones", "natGateways"].map(
        (property) => `${property} is set together with existingVpc; that VPC is used as it is: leave one of the two out`,
      ),
    ],
    [
      // The endpoints' security group would answer the whole internet.
      "an existing VPC's range is the whole internet",
      { existingVpc: { ...existingVpc, cidr: "0.0.0.0/0" } },
      [
        "existingVpc.cidr is 0.0.0.0/0; AWS makes no VPC larger than /16: use 0.0.0.0/16",
        `existingVpc.cidr is 0.0.0.0/0; ${mustBePrivate}`,
      ],
    ],
    [
      "an existing VPC's range is public",
      { existingVpc: { ...existingVpc, cidr: "8.8.0.0/16" } },
      [`existingVpc.cidr is 8.8.0.0/16; ${mustBePrivate}`],
    ],
    [
      "an existing VPC's range is one address",
      { existingVpc: { ...existingVpc, cidr: "10.0.0.1/32" } },
      ["existingVpc.cidr is 10.0.0.1/32; AWS makes no VPC smaller than /28: give the range of the whole VPC"],
    ],
    [
      "ids and range of an existing VPC are none",
      { existingVpc: { ...existingVpc, vpcId: "", cidr: "banana", publicSubnetIds: "subnet-1", intraSubnetIds: ["subnet-4", "vpc-1"] } },
      [
        `existingVpc.vpcId is ""; it is no such id: write it like vpc-0abc12de`,
        `existingVpc.cidr is "banana"; an IPv4 range is written like 10.0.0.0/16: write it so`,
        `existingVpc.publicSubnetIds is "subnet-1"; it must be a list: give the subnets' ids, or an empty list`,
        `existingVpc.intraSubnetIds[1] is "vpc-1"; it is no such id: write it like subnet-0abc12de`,
      ],
    ],
    [
      "nothing is said of an existing VPC",
      { existingVpc: {} },
      ["vpcId", "cidr", "publicSubnetIds", "privateSubnetIds", "intraSubnetIds"].map(
        (property) => `existingVpc.${property} is missing; nothing of an existing VPC is looked up: give it`,
      ),
    ],
    [
      "values are of another kind than their properties, as JavaScript lets them be",
      untyped({ existingVpc: null, flowLogs: "s3", interfaceEndpoints: "sts", availabilityZones: {} }),
      [
        "availabilityZones is an object; it must be a list: put it into a list, or leave it out",
        `interfaceEndpoints is "sts"; it must be a list: put it into a list, or leave it out`,
        `flowLogs is "s3"; it must be an object: give an object, or leave it out`,
        "existingVpc is null; it must be an object: give an object, or leave it out",
      ],
    ],
    ["there are no arguments at all", untyped(null), ["args is null; it must be an object: give an object, or leave it out"]],
    [
      "zones have no names of zones",
      { availabilityZones: ["", "x"] },
      [
        `availabilityZones[0] is ""; it is no name of an availability zone: write it like us-east-1a`,
        `availabilityZones[1] is "x"; it is no name of an availability zone: write it like us-east-1a`,
      ],
    ],
    [
      // "7" and 7 look alike: without the word nobody sees what is wrong with it.
      "a number is text",
      untyped({ zones: "2", flowLogs: { retentionDays: "7", kmsKeyArn: "" } }),
      [
        `zones is the text "2"; a network spans 1 to 3 zones: use a whole number from 1 to 3`,
        `flowLogs.retentionDays is the text "7"; CloudWatch Logs keeps logs for certain periods only: use a number such as 30, without quotes`,
        `flowLogs.kmsKeyArn is ""; it must be the ARN of a KMS key, neither an id nor an alias: write it like arn:aws:kms:us-east-1:123456789012:key/1234abcd`,
      ],
    ],
    [
      "several things are wrong, all of them at once",
      { cidr: "10.0.0.0/8", zones: 9 },
      [
        "cidr is 10.0.0.0/8; AWS makes no VPC larger than /16: use 10.0.0.0/16",
        "zones is 9; a network spans 1 to 3 zones: use a whole number from 1 to 3",
      ],
    ],
  ];
  it.each(refused)("fails when %s", (_, shape, faults) => {
    expect(networkFaults(shape)).toEqual(faults);
  });

  // A TypeError instead of a sentence names a line of ours, and not the argument.
  it("answers whatever it is given with sentences or with none", () => {
    const anything = fc.jsonValue();
    const properties = ["cidr", "zones", "availabilityZones", "natGateways", "flowLogs", "interfaceEndpoints", "reservedCidrs"];
    const args = fc.oneof(
      anything,
      fc.record(Object.fromEntries(properties.map((property) => [property, anything])), { requiredKeys: [] }),
      fc.record({ flowLogs: fc.record({ destination: anything, bucketArn: anything, kmsKeyArn: anything, retentionDays: anything }) }),
      fc.record({ reservedCidrs: fc.array(fc.record({ name: anything, cidr: anything })) }),
      fc.record({ existingVpc: fc.record({ vpcId: anything, cidr: anything, publicSubnetIds: anything }, { requiredKeys: [] }) }),
    );
    fc.assert(fc.property(args, (shape) => networkFaults(untyped(shape)).every((fault) => typeof fault === "string")));
  });
});

// The third zone would otherwise be the first again: two thirds of a "highly available" database in one building.
it("I1 fails when the region has fewer zones than asked for", () => {
  expect(fewZonesFaults(2, ["us-west-1a", "us-west-1c"])).toEqual([]);
  expect(fewZonesFaults(3, ["us-west-1a", "us-west-1c"])).toEqual([
    "zones is 3; this region has 2 that EKS accepts: use fewer zones, or another region",
  ]);
});
