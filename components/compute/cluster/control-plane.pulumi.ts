import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import { type VpcReference } from "../../foundation/network/network.pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { innerSubnetIds } from "../../shared/inner-subnets.pulumi";
import { DEFAULT_CONTROL_PLANE_LOGS, DEFAULT_LOG_RETENTION_DAYS, DEFAULT_SERVICE_CIDR } from "./cluster";
import { type ClusterAccessArgs, type ClusterArgs, type ClusterReference } from "./cluster-arguments.pulumi";
import { DEFAULT_KUBERNETES_VERSION } from "./kubernetes-version";

type Known = { [key in keyof Required<ClusterReference>]: pulumi.Output<string> };

export interface ControlPlane extends Known {
  clusterArn: pulumi.Output<string>;
  kubeconfig: pulumi.Output<string>;
}

export function createControlPlane(parent: pulumi.Resource, name: string, args: ClusterArgs): ControlPlane {
  const { clusterName = name, allowDelete = false, publicEndpoint = false, tags } = args;
  const { types = DEFAULT_CONTROL_PLANE_LOGS } = args.controlPlaneLogs ?? {};
  const cluster = new eks.Cluster(
    `${name}-eks`,
    {
      name: clusterName,
      version: args.kubernetesVersion ?? DEFAULT_KUBERNETES_VERSION,
      // At the end of standard support AWS then upgrades the cluster, in place of charging six times the price.
      upgradePolicy: { supportType: "STANDARD" },
      vpcId: args.vpc.vpcId,
      subnetIds: innerSubnetIds("Cluster", name, "the control plane", args.vpc),
      kubernetesServiceIpAddressRange: args.serviceCidr ?? DEFAULT_SERVICE_CIDR,
      endpointPrivateAccess: true,
      endpointPublicAccess: publicEndpoint,
      publicAccessCidrs: publicEndpoint ? args.publicAccessCidrs : undefined,
      encryptionConfigKeyArn: args.kmsKeyArn,
      enabledClusterLogTypes: [...types],
      authenticationMode: "API",
      accessEntries: accessEntries(parent, args.access ?? []),
      createOidcProvider: true,
      deletionProtection: !allowDelete,
      ...NOTHING_BUT_A_CONTROL_PLANE,
      tags,
    },
    { parent, protect: !allowDelete, dependsOn: createLogGroup(parent, name, clusterName, args) },
  );
  return knownOf(cluster, args.vpc);
}

/**
 * EKS's own security group lets nodes, pods and control plane talk, and is what load balancers and functions refer to; pulumi-eks's two
 * more would be open to the internet on the way out. Nodes and add-ons are ours, so that their versions change when we say so.
 */
const NOTHING_BUT_A_CONTROL_PLANE = {
  skipDefaultSecurityGroups: true,
  skipDefaultNodeGroup: true,
  createInstanceRole: false,
  bootstrapSelfManagedAddons: false,
  kubeProxyAddonOptions: { enabled: false },
  corednsAddonOptions: { enabled: false },
  useDefaultVpcCni: true,
};

/** EKS writes into a group of this name; made by EKS, it would keep everything for ever. */
function createLogGroup(parent: pulumi.Resource, name: string, clusterName: string, args: ClusterArgs): aws.cloudwatch.LogGroup[] {
  const { types = DEFAULT_CONTROL_PLANE_LOGS, retentionDays = DEFAULT_LOG_RETENTION_DAYS, kmsKeyArn } = args.controlPlaneLogs ?? {};
  if (types.length === 0) return [];
  const settings = { name: `/aws/eks/${clusterName}/cluster`, retentionInDays: retentionDays, kmsKeyId: kmsKeyArn, tags: args.tags };
  return [new aws.cloudwatch.LogGroup(`${name}-logs`, settings, { parent })];
}

function accessEntries(parent: pulumi.Resource, access: ClusterAccessArgs[]): Record<string, eks.types.input.AccessEntryArgs> {
  const { partition } = accountOf(parent);
  return Object.fromEntries(
    access.map(({ name, principalArn, level, namespaces, kubernetesGroups }) => {
      const accessScope = namespaces === undefined ? { type: "cluster" } : { type: "namespace", namespaces };
      const policyArn = pulumi.interpolate`arn:${partition}:eks::aws:cluster-access-policy/${level}`;
      return [
        name,
        { principalArn, kubernetesGroups, accessPolicies: level === undefined ? undefined : { level: { policyArn, accessScope } } },
      ];
    }),
  );
}

function knownOf(cluster: eks.Cluster, vpc: VpcReference): ControlPlane {
  const { name, arn, endpoint, version, certificateAuthority } = cluster.eksCluster;
  return {
    clusterName: name,
    clusterArn: arn,
    kubernetesVersion: version,
    endpoint,
    certificateAuthority: certificateAuthority.data.apply((data) => data ?? ""),
    // That of EKS itself, as long as pulumi-eks makes none (nodejs/eks/cluster/cluster.ts, 4.3.0).
    clusterSecurityGroupId: cluster.clusterSecurityGroupId,
    vpcId: pulumi.output(vpc.vpcId),
    oidcProviderArn: cluster.oidcProviderArn,
    oidcIssuer: cluster.oidcIssuer,
    kubeconfig: cluster.kubeconfigJson,
  };
}
