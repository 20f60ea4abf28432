import { Capacity, GpuImageStorage, GpuInstanceType, GpuNodeGroup, type GpuNodeGroupArgs } from "../../../../components";
import { INSTANCE_STORE_USER_DATA } from "../../../../components/compute/gpu-node-group/gpu-node-group";
import { planOf, type Plan, refusalOf } from "../../shared/plan-of";
import { cluster, vpc } from "../shared/surroundings";

const smallest: GpuNodeGroupArgs = { cluster, subnetIds: vpc.privateSubnetIds };
const gpuNodeGroup = (args: GpuNodeGroupArgs = smallest) => planOf(() => ({ names: new GpuNodeGroup("gpu", args).nodeGroupNames }));

describe("I3 the smallest GPU node group, in a cluster made elsewhere", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await gpuNodeGroup();
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:ec2/launchTemplate:LaunchTemplate gpu-template",
      "aws:eks/nodeGroup:NodeGroup gpu-g4dn-xlarge-zone-1",
      "aws:eks/nodeGroup:NodeGroup gpu-g4dn-xlarge-zone-2",
      "aws:iam/role:Role gpu-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment gpu-role-images",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment gpu-role-worker",
      "modelloop:index:GpuNodeGroup gpu",
    ]);
  });

  it("starts from zero, labelled, tainted, and described to the autoscaler", () => {
    expect(plan.inputs("gpu-g4dn-xlarge-zone-1")).toEqual({
      ...{ clusterName: "theirs", version: "1.35", amiType: "AL2023_x86_64_NVIDIA", capacityType: "ON_DEMAND" },
      ...{ instanceTypes: ["g4dn.xlarge"], subnetIds: ["private-1"] },
      scalingConfig: { minSize: 0, maxSize: 2, desiredSize: 0 },
      labels: { "nvidia.com/gpu.present": "true", "k8s.amazonaws.com/accelerator": "nvidia-tesla-t4" },
      taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }],
      tags: {
        Name: "gpu-g4dn-xlarge-zone-1",
        "k8s.io/cluster-autoscaler/node-template/resources/cpu": "3920m",
        "k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage": "89Gi",
        "k8s.io/cluster-autoscaler/node-template/resources/memory": "14481Mi",
        "k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu": "1",
        "k8s.io/cluster-autoscaler/node-template/resources/pods": "29",
      },
      nodeRoleArn: plan.resource("gpu-role").outputs["arn"],
      launchTemplate: { id: "gpu-template-id", version: "1" },
      ...{ updateConfig: { maxUnavailable: 1 }, nodeRepairConfig: { enabled: true } },
    });
    expect(plan.resource("gpu-g4dn-xlarge-zone-1").options.ignoreChanges).toEqual(["scalingConfig.desiredSize"]);
  });

  // On the default 20 GiB the image of a model server does not fit, and the pod is evicted for as long as somebody watches.
  it("has a disk on which images fit, at twice the speed that costs nothing", () => {
    expect(plan.inputs("gpu-template")).toMatchObject({
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [{ ebs: { volumeType: "gp3", volumeSize: 100, throughput: 250, encrypted: "true" } }],
    });
    expect(plan.inputs("gpu-template")["userData"]).toBeUndefined();
  });
});

it("takes every argument", async () => {
  const plan = await gpuNodeGroup({
    ...smallest,
    ...{ instanceTypes: [GpuInstanceType.G4dnXlarge, GpuInstanceType.G4dn12xlarge], zones: 1, capacity: Capacity.Spot, maxSizePerZone: 3 },
    ...{
      imageStorage: GpuImageStorage.InstanceStore,
      diskGiB: 60,
      diskThroughputMiBs: 125,
      attachCniPolicy: true,
      releaseVersion: "1.35.4-20261113",
    },
    ...{ labels: { pool: "llm", "nvidia.com/gpu.present": "no" }, tags: { owner: "serving" } },
  });
  expect(plan.list.filter((line) => line.includes(":NodeGroup "))).toEqual([
    "aws:eks/nodeGroup:NodeGroup gpu-g4dn-12xlarge-zone-1",
    "aws:eks/nodeGroup:NodeGroup gpu-g4dn-xlarge-zone-1",
  ]);
  expect(plan.inputs("gpu-g4dn-12xlarge-zone-1")).toMatchObject({
    ...{ capacityType: "SPOT", releaseVersion: "1.35.4-20261113", scalingConfig: { minSize: 0, maxSize: 3 } },
    labels: { pool: "llm", "nvidia.com/gpu.present": "true" },
    tags: {
      owner: "serving",
      "k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage": "753Gi",
      "k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu": "4",
    },
  });
  expect(plan.inputs("gpu-template")).toMatchObject({
    userData: Buffer.from(INSTANCE_STORE_USER_DATA).toString("base64"),
    blockDeviceMappings: [{ ebs: { volumeSize: 60, throughput: 125 } }],
  });
  expect(plan.has("gpu-role-cni")).toBe(true);
});

it("keeps a warm node in one zone, not in each", async () => {
  const plan = await gpuNodeGroup({ ...smallest, minSize: 1 });
  expect(plan.inputs("gpu-g4dn-xlarge-zone-1")["scalingConfig"]).toEqual({ minSize: 1, maxSize: 2, desiredSize: 1 });
  expect(plan.inputs("gpu-g4dn-xlarge-zone-2")["scalingConfig"]).toEqual({ minSize: 0, maxSize: 2, desiredSize: 0 });
});

it("fails before it creates anything, with every fault", () => {
  const args = { ...smallest, instanceTypes: ["m6i.large" as GpuInstanceType], diskGiB: 50 };
  expect(refusalOf(() => new GpuNodeGroup("gpu", args))).toBe(
    [
      'GpuNodeGroup "gpu" cannot be built:',
      "  - instanceTypes[0] is m6i.large; it is none of the types with a T4 GPU: use g4dn.xlarge, g4dn.2xlarge, g4dn.4xlarge, g4dn.8xlarge, g4dn.12xlarge, g4dn.16xlarge, g4dn.metal, or NodeGroup for nodes without a GPU",
      "  - diskGiB is 50; an image of Triton or vLLM would not fit: use 100 or more, or imageStorage instanceStore",
    ].join("\n"),
  );
});
