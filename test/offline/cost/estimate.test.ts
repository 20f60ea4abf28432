import type { Properties, RecordedResource } from "../../../offline/engine";
import { ceilingFaults, costDocument, costText } from "../../../offline/cost/cost-text";
import { byComponent, estimate, type Estimate, idleUsd, unknownHourly } from "../../../offline/cost/estimate";
import { budgetOf } from "../../../offline/cost/step";
import { ASSUMED, ASSUMPTIONS, type Usage, usageFaults } from "../../../offline/cost/usage";
import { palette } from "../../../offline/commands/terminal";

const NOTHING = Object.fromEntries(Object.keys(ASSUMED).map((key) => [key, 0])) as Usage;
const STACK = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const urnOf = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;

interface Extra {
  readonly options?: { protect?: boolean; retainOnDelete?: boolean };
  readonly from?: Record<string, string[]>;
}

function resource(type: string, name: string, inputs: Properties = {}, { options = {}, from = {} }: Extra = {}): RecordedResource {
  return {
    ...{ urn: urnOf(type, name), type, name, kind: "custom", parent: STACK, dependencies: [], propertyDependencies: from },
    ...{ options, inputs, outputs: {}, source: "stacks/compute.ts#1", modelled: false },
  } as unknown as RecordedResource;
}

function priced(resources: RecordedResource[], usage: Usage = NOTHING, region = "us-east-1"): Estimate {
  return estimate({ environment: "dev", region, resources, usage });
}

const total = (resources: RecordedResource[], usage?: Usage) => Number(priced(resources, usage).totalUsd.toFixed(2));

const TEMPLATE = resource("aws:ec2/launchTemplate:LaunchTemplate", "nodes", {
  blockDeviceMappings: [{ ebs: { volumeSize: 20, volumeType: "gp3" } }],
});
const nodes = (minSize: number, maxSize: number, type = "m6i.large", more: Properties = {}) =>
  resource(
    "aws:eks/nodeGroup:NodeGroup",
    `${type}-${minSize}`,
    { instanceTypes: [type], scalingConfig: { minSize, maxSize }, ...more },
    { from: { launchTemplate: [TEMPLATE.urn] } },
  );

describe("I10 what is billed by the hour", () => {
  it.each<[string, RecordedResource[], number]>([
    ["a NAT gateway", [resource("aws:ec2/natGateway:NatGateway", "nat")], 32.85],
    ["its address", [resource("aws:ec2/eip:Eip", "ip")], 3.65],
    ["a control plane", [resource("aws:eks/cluster:Cluster", "ml", { enabledClusterLogTypes: [] })], 73],
    ["two nodes with their disks", [TEMPLATE, nodes(2, 2)], 143.36],
    ["a GPU node that is kept", [TEMPLATE, nodes(1, 3, "g4dn.xlarge")], 385.58],
    ["GPU nodes from zero, while nobody asks", [TEMPLATE, nodes(0, 3, "g4dn.xlarge")], 0],
    ["a database", [resource("aws:rds/instance:Instance", "db", { instanceClass: "db.t4g.micro", allocatedStorage: 20 })], 13.98],
    [
      "one in two zones, which is not always twice as much",
      [resource("aws:rds/instance:Instance", "db", { instanceClass: "db.t4g.small", allocatedStorage: 20, multiAz: true })],
      52.05,
    ],
    [
      "a cache with a replica",
      [
        resource("aws:elasticache/replicationGroup:ReplicationGroup", "c", {
          engine: "valkey",
          nodeType: "cache.t4g.micro",
          numCacheClusters: 2,
        }),
      ],
      18.69,
    ],
    [
      "an interface endpoint in two zones",
      [
        resource("aws:ec2/vpcEndpoint:VpcEndpoint", "e", {
          vpcEndpointType: "Interface",
          serviceName: "com.amazonaws.us-east-1.sts",
          subnetIds: ["a", "b"],
        }),
      ],
      14.6,
    ],
    ["a gateway endpoint", [resource("aws:ec2/vpcEndpoint:VpcEndpoint", "e", { vpcEndpointType: "Gateway" })], 0],
    ["a load balancer", [resource("aws:lb/loadBalancer:LoadBalancer", "alb")], 16.43],
    [
      "a volume of a pod",
      [
        resource("kubernetes:core/v1:PersistentVolumeClaim", "pvc", {
          spec: { resources: { requests: { storage: "20Gi" } } },
        }),
      ],
      1.6,
    ],
    ["a key and a secret", [resource("aws:kms/key:Key", "k"), resource("aws:secretsmanager/secret:Secret", "s")], 1.4],
  ])("%s", (_, resources, usd) => {
    expect(total(resources)).toBe(usd);
  });

  // An RDS Proxy in front of the smallest database costs twice the database.
  it("a connection pool is billed by the database behind it", () => {
    const database = resource("aws:rds/instance:Instance", "db", { instanceClass: "db.t4g.micro", allocatedStorage: 0 });
    const target = resource("aws:rds/proxyTarget:ProxyTarget", "t", {}, { from: { dbInstanceIdentifier: [database.urn] } });
    expect(total([database, target])).toBe(11.68 + 21.9);
  });

  it("spot nodes are counted at the price on demand, and said to be", () => {
    const found = priced([TEMPLATE, nodes(1, 3, "g4dn.xlarge", { capacityType: "SPOT" })]);
    expect(found.lines[0]?.what).toBe("1 × g4dn.xlarge, spot, at the price on demand");
    expect(costText(found, palette(false))).toContain("Spot nodes are counted at the price on demand; AWS says up to 90 % less");
  });

  // The sum that prices.md's author worked out by hand for the same small platform, without its assumed traffic.
  it("a small platform without a GPU comes to what was worked out by hand", () => {
    const platform = [
      ...[resource("aws:eks/cluster:Cluster", "ml"), TEMPLATE, nodes(2, 2), resource("aws:ec2/natGateway:NatGateway", "nat")],
      ...[
        resource("aws:ec2/eip:Eip", "ip"),
        resource("aws:rds/instance:Instance", "db", { instanceClass: "db.t4g.micro", allocatedStorage: 20 }),
      ],
      resource("aws:elasticache/replicationGroup:ReplicationGroup", "c", {
        engine: "valkey",
        nodeType: "cache.t4g.micro",
        numCacheClusters: 1,
      }),
      ...[1, 2, 3].map((index) => resource("aws:kms/key:Key", `k${index}`)),
      ...[1, 2, 3, 4, 5].map((index) => resource("aws:secretsmanager/secret:Secret", `s${index}`)),
    ];
    expect(total(platform)).toBe(281.18);
    expect(total(platform, { ...NOTHING, natGb: 20 })).toBe(282.08);
  });
});

describe("I10 what is billed by use", () => {
  it("is apart from what is fixed, and rests on an assumption that can be set", () => {
    const nat = [resource("aws:ec2/natGateway:NatGateway", "nat")];
    const found = priced(nat, { ...NOTHING, natGb: 100 });
    expect([found.fixedUsd.toFixed(2), found.usageUsd.toFixed(2)]).toEqual(["32.85", "4.50"]);
    expect(found.lines.map(({ usage }) => usage)).toEqual([undefined, "natGb"]);
  });

  // A group from zero looks free in every plan, and is not from the first release on.
  it("counts a node of a group from zero that a sleeping server's replicas will hold, once for all its zones", () => {
    const labels = { "modelloop/node-group": "serving" };
    const metadata = { name: "triton-a", namespace: "serving" };
    const group = (zone: number) =>
      resource("aws:eks/nodeGroup:NodeGroup", `serving-${zone}`, nodes(0, 3, "m6i.xlarge", { labels }).inputs);
    const server = resource("kubernetes:apps/v1:Deployment", "triton-a", {
      ...{ metadata, spec: { replicas: 0, template: { spec: { nodeSelector: labels } } } },
    });
    const scaling = (minReplicaCount: number) =>
      resource("kubernetes:keda.sh/v1alpha1:ScaledObject", "triton-a", {
        ...{ metadata, spec: { minReplicaCount, scaleTargetRef: { name: "triton-a" } } },
      });
    const hours = { ...NOTHING, servingNodeHours: 730 };
    const found = priced([group(1), group(2), server, scaling(1)], hours);
    expect([found.totalUsd.toFixed(2), idleUsd(found)]).toEqual(["140.16", 0]);
    expect(found.lines.map(({ what }) => what)).toEqual(["730 hours of m6i.xlarge, on demand, once a release serves"]);
    expect(total([group(1), group(2), server, scaling(0)], hours)).toBe(0);
    expect(total([group(1), group(2)], hours)).toBe(0);
  });

  it("counts the hours of training of a machine that asks for it", () => {
    const machine = (definition: string) => [resource("aws:sfn/stateMachine:StateMachine", "m", { definition })];
    const hours = { ...NOTHING, trainingHours: 10 };
    expect(total(machine("arn:aws:states:::sagemaker:createTrainingJob.sync"), hours)).toBe(9.22);
    expect(total(machine("arn:aws:states:::lambda:invoke"), hours)).toBe(0);
  });

  it("counts hours of GPU nodes beyond those that are kept", () => {
    expect(total([TEMPLATE, nodes(0, 3, "g4dn.xlarge")], { ...NOTHING, gpuNodeHours: 100 })).toBe(52.6);
  });

  it.each<[unknown, string[]]>([
    [{ natGb: 200 }, []],
    [{ natGb: -1 }, ["natGb is -1; it is a number of GB a month: write 0 or more"]],
    [{ natGb: "much" }, ['natGb is "much"; it is a number of GB a month: write 0 or more']],
    [["natGb"], ["it holds no mapping; usage is written as lines of the form natGb: 200: write it so"]],
    [{ nat: 1 }, [`nat is no assumption; there are ${Object.keys(ASSUMPTIONS).join(", ")}: use one of these`]],
  ])("usage %j", (given, faults) => {
    expect(usageFaults(given)).toEqual(faults);
  });
});

describe("I10 the loop's template", () => {
  it("is priced by what is in it, alike things together", () => {
    const alarm = {
      Type: "AWS::CloudWatch::Alarm",
      Properties: { Metrics: [{ MetricStat: {} }, { MetricStat: {} }, { Expression: "a/b" }] },
    };
    const template = {
      Resources: { A: alarm, B: alarm, Key: { Type: "AWS::KMS::Key", Properties: {} }, Role: { Type: "AWS::IAM::Role" } },
    };
    const stack = resource("aws:cloudformation/stack:Stack", "loop", { templateBody: JSON.stringify(template) });
    const found = priced([stack]);
    expect(found.lines.filter(({ quantity }) => quantity > 0).map(({ what, monthlyUsd }) => [what, monthlyUsd])).toEqual([
      ["2 × alarm on 2 metrics", 0.4],
      ["key", 1],
    ]);
    expect(found.complete).toBe(true);
  });
});

describe("I10 what nobody knows", () => {
  const strange = resource("aws:redshift/cluster:Cluster", "warehouse");

  // A price that is missing and counts as nothing is the one that ruins somebody.
  it("is told, and makes the total incomplete", () => {
    const found = priced([strange]);
    expect([found.complete, found.totalUsd]).toEqual([false, 0]);
    expect(unknownHourly(found).map(({ what }) => what)).toEqual(["aws:redshift/cluster:Cluster"]);
    expect(costText(found, palette(false))).toContain("warehouse: aws:redshift/cluster:Cluster (in no table of prices)");
    expect(costText(found, palette(false))).toContain("Together 0.00, and incomplete.");
  });

  it("is what another Region's price would be", () => {
    const found = priced([resource("aws:eks/cluster:Cluster", "ml")], NOTHING, "ap-south-1");
    expect([found.complete, found.totalUsd]).toEqual([false, 0]);
  });

  it("fails a ceiling, as too much does, each with its cure", () => {
    expect(ceilingFaults(priced([strange]), 100)).toEqual([
      "warehouse bills aws:redshift/cluster:Cluster at a price that nobody knows here; whether dev stays below its budget of 100.00 cannot be said: add the price to offline/cost/prices.json with its source, or use what has one.",
    ]);
    expect(ceilingFaults(priced([resource("aws:eks/cluster:Cluster", "ml")]), 50)).toEqual([
      "dev is estimated at 73.00 USD a month; its budget's limit is 50.00: raise the limit, or make the dearest component smaller (aws eks, 73.00). (budgets-limit-monthly-cost)",
    ]);
    expect(ceilingFaults(priced([resource("aws:eks/cluster:Cluster", "ml")]), 73)).toEqual([]);
    expect(ceilingFaults(priced([strange]), undefined)).toEqual([]);
  });

  it("takes the ceiling from the environment's own budget", () => {
    const budget = (limitAmount: string, timeUnit = "MONTHLY") =>
      resource("aws:budgets/budget:Budget", limitAmount, { limitAmount, timeUnit });
    expect(budgetOf([budget("500"), budget("300"), budget("10", "DAILY")])).toBe(300);
    expect(budgetOf([])).toBeUndefined();
  });
});

it("I10 what is protected or kept goes on after destroy, and is told", () => {
  const kept = resource("aws:kms/key:Key", "kept", {}, { options: { protect: true } });
  const found = priced([kept, resource("aws:kms/key:Key", "gone")]);
  expect([found.totalUsd, found.afterDestroyUsd]).toEqual([2, 1]);
});

it("I10 as JSON every line has its price with the source, or says that it is unknown", () => {
  const document = costDocument(
    priced([resource("aws:ec2/natGateway:NatGateway", "nat"), resource("aws:x:Y", "odd")], { ...NOTHING, natGb: 1 }),
  );
  const { lines } = document as { lines: { monthlyUsd?: number; unknown?: true; price?: { source: string } }[] };
  expect(lines).toHaveLength(3);
  for (const { monthlyUsd, unknown, price } of lines)
    expect((monthlyUsd !== undefined && price?.source !== undefined) || unknown === true).toBe(true);
  expect(document).toMatchObject({ complete: false, assumptions: { natGb: { value: 1, unit: "GB" } } });
});

it("I10 components come in order of what they cost", () => {
  const found = priced([resource("aws:kms/key:Key", "k"), resource("aws:eks/cluster:Cluster", "ml")]);
  expect(byComponent(found).map(({ component, fixedUsd }) => [component, fixedUsd])).toEqual([
    ["aws eks", 73],
    ["aws kms", 1],
  ]);
});
