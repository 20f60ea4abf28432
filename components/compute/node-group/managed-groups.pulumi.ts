import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { allowAssume } from "../../shared/policy-document";
import { InvalidArgumentsError } from "../../shared/errors";
import { onceThere } from "../../shared/once-there.pulumi";
import { Capacity, type PlannedGroup, subnetFaults, TaintEffect } from "./managed-groups";

export interface ManagedGroupsArgs {
  /** Whose arguments they are, for a refusal that can come only once the subnets are known. */
  readonly component: string;
  readonly clusterName: pulumi.Input<string>;
  readonly kubernetesVersion?: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly zones: number;
  readonly groups: readonly PlannedGroup[];
  readonly amiType: string;
  readonly releaseVersion?: string;
  readonly capacity: Capacity;
  readonly disk: { readonly gib: number; readonly throughputMiBs?: number };
  readonly userData?: string;
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: TaintEffect }[];
  readonly nodesNeedCniPolicy: boolean;
  /** Tags of one group only. */
  readonly groupTags?: (group: PlannedGroup) => Record<string, string>;
  readonly tags?: Record<string, pulumi.Input<string>>;
}

export interface ManagedGroups {
  readonly groups: aws.eks.NodeGroup[];
  readonly nodeRoleArn: pulumi.Output<string>;
}

export function createManagedGroups(parent: pulumi.Resource, name: string, args: ManagedGroupsArgs): ManagedGroups {
  const nodeRoleArn = createNodeRole(parent, name, args);
  const template = createLaunchTemplate(parent, name, args);
  const groups = args.groups.map((group) => createGroup(parent, `${name}-${group.label}`, group, { ...args, name, nodeRoleArn, template }));
  return { groups, nodeRoleArn };
}

/** What a node itself must do: join, and pull images. Pods have roles of their own. */
const NODE_POLICIES = { worker: "AmazonEKSWorkerNodePolicy", images: "AmazonEC2ContainerRegistryPullOnly" };
const CNI_POLICY = { cni: "AmazonEKS_CNI_Policy" };

function createNodeRole(parent: pulumi.Resource, name: string, { nodesNeedCniPolicy, tags }: ManagedGroupsArgs): pulumi.Output<string> {
  const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy: allowAssume("ec2.amazonaws.com"), tags }, { parent });
  const policies = { ...NODE_POLICIES, ...(nodesNeedCniPolicy ? CNI_POLICY : {}) };
  const attached = Object.entries(policies).map(([noun, policy]) => {
    const policyArn = accountOf(parent).apply(({ partition }) => `arn:${partition}:iam::aws:policy/${policy}`);
    return new aws.iam.RolePolicyAttachment(`${name}-role-${noun}`, { role: role.name, policyArn }, { parent });
  });
  // A node that starts before its role may join never joins.
  return onceThere(role.arn, attached);
}

/** Where Amazon Linux 2023 has its root volume (EC2 user guide, "Device names for volumes"). */
const ROOT_DEVICE = "/dev/xvda";

function createLaunchTemplate(parent: pulumi.Resource, name: string, { disk, userData, tags }: ManagedGroupsArgs): aws.ec2.LaunchTemplate {
  const labelled = { Name: name, ...tags };
  return new aws.ec2.LaunchTemplate(
    `${name}-template`,
    {
      updateDefaultVersion: true,
      // One hop ends at the node: a pod that asks for the node's credentials gets no answer. Pods get theirs from Pod Identity.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: ROOT_DEVICE,
          ebs: { volumeType: "gp3", volumeSize: disk.gib, throughput: disk.throughputMiBs, encrypted: "true", deleteOnTermination: "true" },
        },
      ],
      userData: userData === undefined ? undefined : Buffer.from(userData).toString("base64"),
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags: labelled })),
      tags,
    },
    { parent },
  );
}

const CAPACITY_TYPE: Record<Capacity, string> = { [Capacity.OnDemand]: "ON_DEMAND", [Capacity.Spot]: "SPOT" };
const TAINT_EFFECT: Record<TaintEffect, string> = {
  [TaintEffect.NoExecute]: "NO_EXECUTE",
  [TaintEffect.NoSchedule]: "NO_SCHEDULE",
  [TaintEffect.PreferNoSchedule]: "PREFER_NO_SCHEDULE",
};

interface GroupContext extends ManagedGroupsArgs {
  readonly name: string;
  readonly nodeRoleArn: pulumi.Output<string>;
  readonly template: aws.ec2.LaunchTemplate;
}

function createGroup(parent: pulumi.Resource, label: string, group: PlannedGroup, context: GroupContext): aws.eks.NodeGroup {
  const { template, taints = [] } = context;
  return new aws.eks.NodeGroup(
    label,
    {
      clusterName: context.clusterName,
      version: context.kubernetesVersion,
      nodeRoleArn: context.nodeRoleArn,
      subnetIds: [subnetOf(group, context)],
      amiType: context.amiType,
      releaseVersion: context.releaseVersion,
      instanceTypes: [...group.instanceTypes],
      capacityType: CAPACITY_TYPE[context.capacity],
      scalingConfig: { minSize: group.minSize, maxSize: group.maxSize, desiredSize: group.minSize },
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      labels: context.labels,
      taints: taints.map(({ key, value, effect }) => ({ key, value, effect: TAINT_EFFECT[effect] })),
      updateConfig: { maxUnavailable: 1 },
      // Replaces a node that is broken for half an hour, in place of paying for it.
      nodeRepairConfig: { enabled: true },
      tags: { Name: label, ...context.tags, ...context.groupTags?.(group) },
    },
    // The autoscaler owns the number. The provider nevertheless sends it with every change of the other two, as it stands in the state
    // (https://github.com/hashicorp/terraform-provider-aws/issues/18310): only a state that was refreshed has the true one.
    { parent, ignoreChanges: ["scalingConfig.desiredSize"] },
  );
}

function subnetOf({ zone }: PlannedGroup, { component, name, zones, subnetIds }: GroupContext): pulumi.Output<string> {
  return pulumi.output(subnetIds).apply((ids) => {
    const subnetId = ids[zone];
    if (subnetId === undefined) throw new InvalidArgumentsError(component, name, subnetFaults(zones, ids));
    return subnetId;
  });
}
