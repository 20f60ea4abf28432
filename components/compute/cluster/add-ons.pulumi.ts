import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { onceThere } from "../../shared/once-there.pulumi";
import { createPodRole } from "../shared/pod-identity.pulumi";
import { type AddOnVersionsArgs, type VolumesArgs } from "./cluster-arguments.pulumi";
import { EBS_CSI_ACCOUNT, ebsCsiValues, ebsKeyStatements, VPC_CNI_ACCOUNT, VPC_CNI_VALUES } from "./add-ons";

export interface AddOnContext {
  readonly parent: pulumi.Resource;
  readonly name: string;
  readonly clusterName: pulumi.Input<string>;
  readonly versions: AddOnVersionsArgs;
  readonly volumes: VolumesArgs;
  readonly tags?: Record<string, pulumi.Input<string>>;
}

/** What a node needs to become Ready. */
export function createNetworkAddOns(context: AddOnContext): aws.eks.Addon[] {
  const { versions } = context;
  const agent = createAddOn(context, "pod-identity-agent", {
    addonName: "eks-pod-identity-agent",
    addonVersion: versions.podIdentityAgent,
  });
  const kubeProxy = createAddOn(context, "kube-proxy", { addonName: "kube-proxy", addonVersion: versions.kubeProxy });
  const vpcCni = createAddOn(context, "vpc-cni", {
    addonName: "vpc-cni",
    addonVersion: versions.vpcCni,
    configurationValues: JSON.stringify(VPC_CNI_VALUES),
    podIdentityAssociations: [{ serviceAccount: VPC_CNI_ACCOUNT, roleArn: createVpcCniRole(context) }],
  });
  return [agent, kubeProxy, vpcCni];
}

/** DNS and volumes: their pods need a node before EKS calls them active. */
export function createAddOnsThatNeedNodes(context: AddOnContext, nodes: pulumi.Resource): aws.eks.Addon[] {
  const { versions, volumes } = context;
  const withNodes = { ...context, clusterName: onceThere(context.clusterName, [nodes]) };
  const coreDns = createAddOn(withNodes, "coredns", { addonName: "coredns", addonVersion: versions.coreDns });
  const ebsCsi = createAddOn(withNodes, "ebs-csi", {
    addonName: "aws-ebs-csi-driver",
    addonVersion: versions.ebsCsiDriver,
    configurationValues: pulumi.output(volumes.tags ?? {}).apply((tags) => JSON.stringify(ebsCsiValues(tags))),
    podIdentityAssociations: [{ serviceAccount: EBS_CSI_ACCOUNT, roleArn: createEbsCsiRole(context) }],
  });
  return [coreDns, ebsCsi];
}

function createAddOn(context: AddOnContext, noun: string, args: Omit<aws.eks.AddonArgs, "clusterName">): aws.eks.Addon {
  const { parent, name, clusterName, tags } = context;
  // What the program says holds, whoever changed it in the cluster.
  const conflicts = { resolveConflictsOnCreate: "OVERWRITE", resolveConflictsOnUpdate: "OVERWRITE" };
  return new aws.eks.Addon(`${name}-${noun}`, { clusterName, ...conflicts, ...args, tags }, { parent });
}

function createVpcCniRole({ parent, name, clusterName, tags }: AddOnContext): pulumi.Output<string> {
  return createPodRole(parent, `${name}-vpc-cni`, {
    ...{ clusterName, namespace: "kube-system", serviceAccount: VPC_CNI_ACCOUNT, tags },
    managedPolicyArns: { network: awsPolicy(parent, "AmazonEKS_CNI_Policy") },
  });
}

function createEbsCsiRole({ parent, name, clusterName, volumes: { kmsKeyArn }, tags }: AddOnContext): pulumi.Output<string> {
  return createPodRole(parent, `${name}-ebs-csi`, {
    ...{ clusterName, namespace: "kube-system", serviceAccount: EBS_CSI_ACCOUNT, tags },
    // Its narrower successor V2 (2026-04) is given two ARNs by AWS's own pages; this one has been the same since 2022.
    managedPolicyArns: { volumes: awsPolicy(parent, "service-role/AmazonEBSCSIDriverPolicy") },
    statements: kmsKeyArn === undefined ? undefined : pulumi.output(kmsKeyArn).apply(ebsKeyStatements),
  });
}

function awsPolicy(parent: pulumi.Resource, policy: string): pulumi.Output<string> {
  return accountOf(parent).apply(({ partition }) => `arn:${partition}:iam::aws:policy/${policy}`);
}
