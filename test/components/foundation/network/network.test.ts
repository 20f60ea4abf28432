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

describe("I1 refusals of a network", () => {
  const accepted: [string, NetworkShape][] = [
    ["nothing at all", {}],
    ["one zone with one gateway", { zones: 1 }],
    ["as many zones as are named", { zones: 2, availabilityZones: ["a", "b"] }],
    ["a reserved range beside the VPC", { reservedCidrs: [{ name: "office", cidr: "10.1.0.0/16" }] }],
    ["flow logs into a bucket", { flowLogs: { destination: FlowLogDestination.S3, bucketArn: "arn:aws:s3:::logs" } }],
    ["no flow logs", { flowLogs: { destination: FlowLogDestination.None } }],
    ["every endpoint once", { interfaceEndpoints: Object.values(InterfaceEndpoint) }],
    ["an existing VPC with endpoints and flow logs", { existingVpc: {}, interfaceEndpoints: [InterfaceEndpoint.Sts], flowLogs: {} }],
  ];
  it.each(accepted)("accepts %s", (_, shape) => {
    expect(networkFaults(shape)).toEqual([]);
  });

  const known = Object.values(InterfaceEndpoint).join(", ");
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
      { zones: 3, availabilityZones: ["a", "b"] },
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
      { flowLogs: { destination: FlowLogDestination.None, retentionDays: 30, kmsKeyArn: "arn" } },
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
      { existingVpc: {}, cidr: "10.1.0.0/16", zones: 2, natGateways: NatGateways.None },
      ["cidr", "zones", "natGateways"].map(
        (property) => `${property} is set together with existingVpc; that VPC is used as it is: leave one of the two out`,
      ),
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
});

// The third zone would otherwise be the first again: two thirds of a "highly available" database in one building.
it("I1 fails when the region has fewer zones than asked for", () => {
  expect(fewZonesFaults(2, ["us-west-1a", "us-west-1c"])).toEqual([]);
  expect(fewZonesFaults(3, ["us-west-1a", "us-west-1c"])).toEqual([
    "zones is 3; this region has 2 that EKS accepts: use fewer zones, or another region",
  ]);
});
