import { allocatable, GPU_INSTANCES, GpuInstanceType, nvmeGiB } from "../../../../components/compute/gpu-node-group/gpu-instances";
import {
  GPU_LABELS,
  GPU_TAINT,
  gpuGroupKinds,
  GpuImageStorage,
  gpuNodeGroupFaults,
  INSTANCE_STORE_USER_DATA,
  nodeTemplateTags,
} from "../../../../components/compute/gpu-node-group/gpu-node-group";
import { Capacity } from "../../../../components/compute/node-group/managed-groups";

describe("I3 what a pod can get of a node", () => {
  // A pod that asks for 14.5 GiB of a 16 GiB node never starts, and the autoscaler buys nodes for it one after the other.
  // Expected: aws/karpenter-provider-aws, "Instance Types" reference of 2026-08-21, for a root disk of 20 GiB.
  it.each([
    [GpuInstanceType.G4dnXlarge, 3_920, 14_481, 1, 29],
    [GpuInstanceType.G4dn2xlarge, 7_910, 29_636, 1, 29],
    [GpuInstanceType.G4dn4xlarge, 15_890, 59_946, 1, 29],
    [GpuInstanceType.G4dn8xlarge, 31_850, 120_248, 1, 58],
    [GpuInstanceType.G4dn12xlarge, 47_810, 178_933, 4, 234],
    [GpuInstanceType.G4dn16xlarge, 63_770, 241_490, 1, 58],
    [GpuInstanceType.G4dnMetal, 95_690, 355_262, 8, 737],
  ])("of %s: %p milli-CPUs, %p MiB, %p GPUs, %p pods", (type, cpuMillis, memoryMiB, gpus, pods) => {
    expect(allocatable(type, 20)).toEqual({ cpuMillis, memoryMiB, ephemeralStorageGiB: 17, gpus, pods });
  });

  it("knows that each GPU is a T4 of 16 GiB, and how large the instance's own disks are", () => {
    expect(Object.values(GPU_INSTANCES).every(({ gpuMemoryGiB }) => gpuMemoryGiB === 16)).toBe(true);
    expect(nvmeGiB(GpuInstanceType.G4dnXlarge)).toBe(116);
  });
});

describe("I3 one pending pod buys one node", () => {
  it("tells the autoscaler what an empty group's node would have", () => {
    expect(nodeTemplateTags(GpuInstanceType.G4dnXlarge, {})).toEqual({
      "k8s.io/cluster-autoscaler/node-template/resources/cpu": "3920m",
      "k8s.io/cluster-autoscaler/node-template/resources/memory": "14481Mi",
      "k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage": "89Gi",
      "k8s.io/cluster-autoscaler/node-template/resources/pods": "29",
      "k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu": "1",
    });
    expect(nodeTemplateTags(GpuInstanceType.G4dnXlarge, { imageStorage: GpuImageStorage.InstanceStore })).toMatchObject({
      "k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage": "103Gi",
    });
  });

  // Without the first label the device plugin runs nowhere, without the second the autoscaler buys two nodes for one pod; both in silence.
  it("labels and taints the nodes as the device plugin and the autoscaler expect", () => {
    expect(GPU_LABELS).toEqual({ "nvidia.com/gpu.present": "true", "k8s.amazonaws.com/accelerator": "nvidia-tesla-t4" });
    expect(GPU_TAINT).toEqual({ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" });
  });

  it("never mixes types in a group", () => {
    expect(gpuGroupKinds([GpuInstanceType.G4dnXlarge, GpuInstanceType.G4dn2xlarge])).toEqual([
      { label: "g4dn-xlarge", instanceTypes: ["g4dn.xlarge"] },
      { label: "g4dn-2xlarge", instanceTypes: ["g4dn.2xlarge"] },
    ]);
  });

  it("asks nodeadm, and nothing else, to join the instance's disks", () => {
    const [head = "", ...parts] = INSTANCE_STORE_USER_DATA.split("--BOUNDARY");
    expect(head).toBe('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="BOUNDARY"\n\n');
    expect(parts).toEqual([
      "\nContent-Type: application/node.eks.aws\n\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  instance:\n    localStorage:\n      strategy: RAID0\n\n",
      "--\n",
    ]);
  });
});

describe("I3 refusals", () => {
  it.each([
    [{}],
    [{ instanceTypes: [GpuInstanceType.G4dnXlarge, GpuInstanceType.G4dn2xlarge], zones: 1, capacity: Capacity.Spot }],
    [{ imageStorage: GpuImageStorage.InstanceStore, diskGiB: 40, minSize: 1, maxSizePerZone: 4 }],
  ])("takes %j", (shape) => expect(gpuNodeGroupFaults(shape)).toEqual([]));

  it("refuses m6i.large, and names the types that have a GPU", () => {
    expect(gpuNodeGroupFaults({ instanceTypes: ["m6i.large" as GpuInstanceType] })).toEqual([
      "instanceTypes[0] is m6i.large; it is none of the types with a T4 GPU: use g4dn.xlarge, g4dn.2xlarge, g4dn.4xlarge, g4dn.8xlarge, g4dn.12xlarge, g4dn.16xlarge, g4dn.metal, or NodeGroup for nodes without a GPU",
    ]);
  });

  it("refuses a disk on which no image fits", () => {
    expect(gpuNodeGroupFaults({ diskGiB: 99 })).toEqual([
      "diskGiB is 99; an image of Triton or vLLM would not fit: use 100 or more, or imageStorage instanceStore",
    ]);
    expect(gpuNodeGroupFaults({ imageStorage: GpuImageStorage.InstanceStore, diskGiB: 39 })).toEqual([
      "diskGiB is 39; the GPU image and its logs need 40 GiB, and a gp3 volume ends at 16,384: use a whole number from 40 to 16,384",
    ]);
  });

  // The one replica that explains anomalies would be gone with two minutes' notice, and its successor takes eight.
  it("refuses spot nodes that are to be kept, and spot of one zone and type", () => {
    expect(gpuNodeGroupFaults({ capacity: Capacity.Spot, minSize: 1, zones: 1 })).toEqual([
      "minSize is 1 with capacity spot; AWS takes spot nodes back at will and promises none: set minSize to 0, or use on-demand",
      "capacity is spot in 1 zone with 1 type; T4 capacity runs out by zone and type: give 2 zones or types, or use on-demand",
    ]);
  });

  it("refuses everything else that cannot be, all at once", () => {
    const shape = {
      ...{ instanceTypes: [], capacity: "cheap" as Capacity, minSize: 5, maxSizePerZone: 2 },
      ...{ imageStorage: "tape" as GpuImageStorage, diskThroughputMiBs: 2_000, diskGiB: 20_000 },
    };
    expect(gpuNodeGroupFaults(shape)).toEqual([
      "instanceTypes is empty; a group needs something to run on: use g4dn.xlarge, or leave it out",
      `capacity is "cheap"; it must be one of on-demand, spot: use one of these`,
      "minSize is 5; 2 zones of 2 have room for 4: lower minSize, or raise maxSizePerZone",
      `imageStorage is "tape"; it must be one of rootVolume, instanceStore: use one of these`,
      "diskThroughputMiBs is 2000; a gp3 volume gives 125 to 1,000 MiB/s: use a whole number from 125 to 1,000",
      "diskGiB is 20000; the node's image fills 20 GiB, and a gp3 volume ends at 16,384: use a whole number from 20 to 16,384",
    ]);
  });
});
