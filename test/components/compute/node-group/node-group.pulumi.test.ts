import { Capacity, NodeGroup, type NodeGroupArgs, TaintEffect } from "../../../../components";
import { planOf, type Plan, refusalOf } from "../../shared/plan-of";
import { cluster, vpc } from "../shared/surroundings";

const smallest: NodeGroupArgs = { cluster, subnetIds: vpc.privateSubnetIds };
const nodeGroup = (args: NodeGroupArgs = smallest) => planOf(() => ({ names: new NodeGroup("cpu", args).nodeGroupNames }));

describe("I2 the smallest node group, in a cluster made elsewhere", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await nodeGroup();
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:ec2/launchTemplate:LaunchTemplate cpu-template",
      "aws:eks/nodeGroup:NodeGroup cpu-zone-1",
      "aws:eks/nodeGroup:NodeGroup cpu-zone-2",
      "aws:iam/role:Role cpu-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment cpu-role-images",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment cpu-role-worker",
      "modelloop:index:NodeGroup cpu",
    ]);
  });

  it("has a group in each zone's subnet, repaired and updated node by node", () => {
    expect(plan.inputs("cpu-zone-2")).toEqual({
      ...{ clusterName: "theirs", version: "1.35", amiType: "AL2023_x86_64_STANDARD", capacityType: "ON_DEMAND" },
      ...{ instanceTypes: ["m6i.large"], subnetIds: ["private-2"], taints: [], tags: { Name: "cpu-zone-2" } },
      scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 1 },
      nodeRoleArn: plan.resource("cpu-role").outputs["arn"],
      launchTemplate: { id: "cpu-template-id", version: "1" },
      ...{ updateConfig: { maxUnavailable: 1 }, nodeRepairConfig: { enabled: true } },
    });
  });

  // An update that set the number back to the smallest would drain nodes with live pods in the middle of a roll-out.
  it("leaves the number of nodes to the autoscaler", () => {
    expect(plan.resource("cpu-zone-1").options.ignoreChanges).toEqual(["scalingConfig.desiredSize"]);
  });

  // With a second hop any pod could ask the node for its role, and pull every image of the account or join the cluster as a node.
  it("answers no pod that asks for the node's role, and encrypts the disk", () => {
    expect(plan.inputs("cpu-template")).toMatchObject({
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { volumeType: "gp3", volumeSize: 50, encrypted: "true", deleteOnTermination: "true" } },
      ],
    });
    expect(plan.inputs("cpu-template")["userData"]).toBeUndefined();
  });

  it("lets a node join and pull images, and waits for that before it starts one", () => {
    expect(plan.inputs("cpu-role-worker")["policyArn"]).toBe("arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy");
    expect(plan.inputs("cpu-role-images")["policyArn"]).toBe("arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly");
    expect(plan.waitsFor("cpu-zone-1")).toEqual(expect.arrayContaining(["cpu-role-images", "cpu-role-worker"]));
  });
});

it("takes every argument", async () => {
  const plan = await nodeGroup({
    ...smallest,
    cluster: { ...cluster, kubernetesVersion: undefined },
    ...{
      zones: 1,
      instanceTypes: ["c6i.xlarge", "c5.xlarge"],
      capacity: Capacity.Spot,
      minSize: 0,
      maxSizePerZone: 8,
      diskGiB: 120,
      releaseVersion: "1.35.4-20261113",
    },
    ...{ labels: { team: "data" }, taints: [{ key: "team", value: "data", effect: TaintEffect.NoExecute }], attachCniPolicy: true },
    tags: { owner: "data" },
  });
  expect(plan.inputs("cpu-zone-1")).toMatchObject({
    ...{ instanceTypes: ["c6i.xlarge", "c5.xlarge"], capacityType: "SPOT", labels: { team: "data" }, releaseVersion: "1.35.4-20261113" },
    scalingConfig: { minSize: 0, maxSize: 8, desiredSize: 0 },
    taints: [{ key: "team", value: "data", effect: "NO_EXECUTE" }],
    tags: { Name: "cpu-zone-1", owner: "data" },
  });
  expect(plan.inputs("cpu-zone-1")["version"]).toBeUndefined();
  expect(plan.has("cpu-zone-2")).toBe(false);
  expect(plan.inputs("cpu-role-cni")["policyArn"]).toBe("arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy");
  expect(plan.inputs("cpu-template")).toMatchObject({
    blockDeviceMappings: [{ ebs: { volumeSize: 120 } }],
    tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
      resourceType,
      tags: { Name: "cpu", owner: "data" },
    })),
  });
});

it("fails when the subnets turn out to be fewer than the zones", async () => {
  await expect(nodeGroup({ ...smallest, zones: 3 })).rejects.toMatchObject({
    name: "InvalidArgumentsError",
    faults: ["zones is 3; subnetIds has 2: give one subnet for each zone, or lower zones"],
  });
});

it("fails before it creates anything", () => {
  expect(refusalOf(() => new NodeGroup("cpu", { ...smallest, instanceTypes: ["t4g.large"] }))).toBe(
    'NodeGroup "cpu" cannot be built:\n  - instanceTypes[0] is t4g.large; it is a Graviton, and the nodes\' image is for x86: use a type such as m6i.large',
  );
});
