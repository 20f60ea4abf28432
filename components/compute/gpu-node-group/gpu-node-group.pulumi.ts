import * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { type ClusterReference } from "../cluster/cluster-arguments.pulumi";
import { Capacity, type PlannedGroup, planGroups } from "../node-group/managed-groups";
import { createManagedGroups } from "../node-group/managed-groups.pulumi";
import { type GpuInstanceType } from "./gpu-instances";
import {
  DEFAULT_DISK_THROUGHPUT,
  DEFAULT_GPU_TYPES,
  GPU_LABELS,
  GPU_TAINT,
  gpuGroupKinds,
  gpuGroupSizes,
  GpuImageStorage,
  gpuNodeGroupFaults,
  INSTANCE_STORE_USER_DATA,
  nodeTemplateTags,
  rootDiskGiB,
} from "./gpu-node-group";

export interface GpuNodeGroupArgs {
  /** Cluster that the nodes join. Changing it **replaces the nodes**. */
  cluster: ClusterReference;
  /** Subnets of the nodes, one a zone: those that reach the internet through NAT. Changing one **replaces its nodes**. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Types of the nodes, the preferred one first. Each has groups of its own; removing one removes its nodes. @default [GpuInstanceType.G4dnXlarge] */
  instanceTypes?: GpuInstanceType[];
  /** Number of zones, 1 to 3, each with a group of its own in the subnet of the same place. @default 2 */
  zones?: number;
  /** How the nodes are bought. Changing it **replaces the nodes**. @default Capacity.OnDemand */
  capacity?: Capacity;
  /** Nodes that are kept whether a pod needs them or not, all zones together, of the first type. @default 0 */
  minSize?: number;
  /** Nodes of each type in each zone at most; the autoscaler buys one when a pod waits for it. @default 2 */
  maxSizePerZone?: number;
  /** Where images and containers lie. Changing it replaces the nodes one after the other. @default GpuImageStorage.RootVolume */
  imageStorage?: GpuImageStorage;
  /** Root disk of a node in GiB, 100 or more; 40 or more with the instance's own store. @default - the smallest */
  diskGiB?: number;
  /** Speed of the root disk in MiB/s, 125 to 1,000: how long an image takes to arrive. @default 250 */
  diskThroughputMiBs?: number;
  /** Release of the nodes' image, such as `1.35.4-20261113`; a change replaces the nodes one after the other. @default - the newest when the group is made */
  releaseVersion?: string;
  /** Labels of the nodes besides those of the GPU. @default - none */
  labels?: Record<string, pulumi.Input<string>>;
  /** Gives the nodes the rights of the VPC CNI: for clusters made elsewhere whose CNI has no role of its own. @default false */
  attachCniPolicy?: boolean;
  /** Tags of the groups, the instances and their volumes. @default - none but names */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * Nodes with NVIDIA T4 GPUs: one EKS managed node group for each type and zone, from zero, tainted `nvidia.com/gpu=present:NoSchedule`.
 *
 * Security: as `NodeGroup`.
 * Cost (us-east-1, 2026-07-20 and 2026-09-25): USD 383.98 a month for each g4dn.xlarge that runs throughout, 8.00 for its 100 GiB of gp3 and
 * 5.00 for 250 MiB/s; nothing while there is no node. Spot is up to 90 % cheaper.
 * Replaced when: `capacity`, a subnet or the cluster changes; new nodes come before old ones go, which needs GPU quota for both.
 */
export class GpuNodeGroup extends pulumi.ComponentResource {
  /** Names of the node groups, by type and zone. */
  readonly nodeGroupNames: pulumi.Output<string[]>;
  /** ARN of the nodes' role. */
  readonly nodeRoleArn: pulumi.Output<string>;

  constructor(name: string, args: GpuNodeGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("GpuNodeGroup", name, gpuNodeGroupFaults(args));
    super("modelloop:index:GpuNodeGroup", name, {}, opts);
    const { cluster, instanceTypes = DEFAULT_GPU_TYPES, capacity = Capacity.OnDemand } = args;
    const sizes = gpuGroupSizes(args);

    const { groups, nodeRoleArn } = createManagedGroups(this, name, {
      component: "GpuNodeGroup",
      clusterName: cluster.clusterName,
      kubernetesVersion: cluster.kubernetesVersion,
      subnetIds: args.subnetIds,
      zones: sizes.zones,
      groups: planGroups(gpuGroupKinds(instanceTypes), sizes),
      amiType: "AL2023_x86_64_NVIDIA",
      releaseVersion: args.releaseVersion,
      capacity,
      disk: { gib: rootDiskGiB(args), throughputMiBs: args.diskThroughputMiBs ?? DEFAULT_DISK_THROUGHPUT },
      userData: args.imageStorage === GpuImageStorage.InstanceStore ? INSTANCE_STORE_USER_DATA : undefined,
      labels: { ...args.labels, ...GPU_LABELS },
      taints: [GPU_TAINT],
      nodesNeedCniPolicy: args.attachCniPolicy ?? false,
      groupTags: (group) => templateTags(group, args),
      tags: args.tags,
    });

    this.nodeGroupNames = pulumi.output(groups.map(({ nodeGroupName }) => nodeGroupName));
    this.nodeRoleArn = nodeRoleArn;
    this.registerOutputs({ nodeGroupNames: this.nodeGroupNames, nodeRoleArn: this.nodeRoleArn });
  }
}

function templateTags({ instanceTypes: [type] }: PlannedGroup, args: GpuNodeGroupArgs): Record<string, string> {
  return nodeTemplateTags(type as GpuInstanceType, args);
}
