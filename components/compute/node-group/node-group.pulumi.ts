import * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { type ClusterReference } from "../cluster/cluster-arguments.pulumi";
import { Capacity, planGroups, type TaintEffect } from "./managed-groups";
import { createManagedGroups } from "./managed-groups.pulumi";
import { DEFAULT_DISK_GIB, DEFAULT_INSTANCE_TYPES, nodeGroupFaults, nodeGroupSizes } from "./node-group";

export interface NodeTaintArgs {
  /** Such as `team`. */
  key: string;
  /** What goes with the key, such as `search` for `team`. @default - a taint of its key alone */
  value?: string;
  /** What happens to pods that do not tolerate it. */
  effect: TaintEffect;
}

export interface NodeGroupArgs {
  /** Cluster that the nodes join. Changing it **replaces the nodes**. */
  cluster: ClusterReference;
  /** Subnets of the nodes, one a zone: those that reach the internet through NAT. Changing one **replaces its nodes**. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Number of zones, 1 to 3, each with a group of its own in the subnet of the same place. @default 2 */
  zones?: number;
  /** Types that AWS may choose among, of one class and size. Changing them **replaces the nodes**. @default ["m6i.large"] */
  instanceTypes?: string[];
  /** How the nodes are bought. Changing it **replaces the nodes**. @default Capacity.OnDemand */
  capacity?: Capacity;
  /** Nodes that are kept whatever happens, of all zones together. @default - one a zone */
  minSize?: number;
  /** Nodes in each zone at most; the autoscaler decides how many. @default 3 */
  maxSizePerZone?: number;
  /** Disk of a node in GiB, 20 to 16,384. Changing it replaces the nodes one after the other. @default 50 */
  diskGiB?: number;
  /** Release of the nodes' image, such as `1.35.4-20261113`; a change replaces the nodes one after the other. @default - the newest when the group is made */
  releaseVersion?: string;
  /** Labels of the nodes. @default - EKS's own */
  labels?: Record<string, pulumi.Input<string>>;
  /** Keep pods away that do not tolerate them. @default - none */
  taints?: NodeTaintArgs[];
  /** Gives the nodes the rights of the VPC CNI: for clusters made elsewhere whose CNI has no role of its own. @default false */
  attachCniPolicy?: boolean;
  /** Tags of the groups, the instances and their volumes. @default - none but names */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * Nodes without a GPU: one EKS managed node group in each zone.
 *
 * Security: encrypted disks; instance metadata by token and for the node alone, so that no pod can take the node's role; the role may join
 * the cluster and pull images, no more.
 * Cost (us-east-1, 2026-07-20 and 2026-09-25): USD 70.08 a month for each m6i.large, and 4.00 for its 50 GiB of gp3.
 * Replaced when: `instanceTypes`, `capacity`, a subnet or the cluster changes; new nodes come before old ones go.
 */
export class NodeGroup extends pulumi.ComponentResource {
  /** Names of the node groups, by zone. */
  readonly nodeGroupNames: pulumi.Output<string[]>;
  /** ARN of the nodes' role. */
  readonly nodeRoleArn: pulumi.Output<string>;

  constructor(name: string, args: NodeGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("NodeGroup", name, nodeGroupFaults(args));
    super("modelloop:index:NodeGroup", name, {}, opts);
    const { cluster, instanceTypes = DEFAULT_INSTANCE_TYPES, capacity = Capacity.OnDemand, diskGiB = DEFAULT_DISK_GIB } = args;
    const sizes = nodeGroupSizes(args);

    const { groups, nodeRoleArn } = createManagedGroups(this, name, {
      component: "NodeGroup",
      clusterName: cluster.clusterName,
      kubernetesVersion: cluster.kubernetesVersion,
      subnetIds: args.subnetIds,
      zones: sizes.zones,
      groups: planGroups([{ instanceTypes }], sizes),
      amiType: "AL2023_x86_64_STANDARD",
      releaseVersion: args.releaseVersion,
      capacity,
      disk: { gib: diskGiB },
      labels: args.labels,
      taints: args.taints,
      nodesNeedCniPolicy: args.attachCniPolicy ?? false,
      tags: args.tags,
    });

    this.nodeGroupNames = pulumi.output(groups.map(({ nodeGroupName }) => nodeGroupName));
    this.nodeRoleArn = nodeRoleArn;
    this.registerOutputs({ nodeGroupNames: this.nodeGroupNames, nodeRoleArn: this.nodeRoleArn });
  }
}
