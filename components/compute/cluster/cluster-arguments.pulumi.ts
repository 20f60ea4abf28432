import type * as pulumi from "@pulumi/pulumi";
import { type VpcReference } from "../../foundation/network/network.pulumi";
import { type ClientArgs } from "../../shared/private-access.pulumi";
import { type ClusterAccessLevel, type ControlPlaneLog } from "./cluster";
import { type KubernetesVersion } from "./kubernetes-version";

/** A cluster that other components work on: what they need to know of it, whoever made it. */
export interface ClusterReference {
  /** Name of the cluster. */
  clusterName: pulumi.Input<string>;
  /** VPC that the nodes are in. */
  vpcId: pulumi.Input<string>;
  /** Security group that EKS made for the cluster: nodes, pods and control plane are in it. */
  clusterSecurityGroupId: pulumi.Input<string>;
  /** Address of the Kubernetes API. */
  endpoint: pulumi.Input<string>;
  /** Certificate of the Kubernetes API, base64. */
  certificateAuthority: pulumi.Input<string>;
  /** ARN of the IAM OpenID Connect provider, for roles of service accounts. */
  oidcProviderArn: pulumi.Input<string>;
  /** Issuer of the cluster's tokens, without `https://`. */
  oidcIssuer: pulumi.Input<string>;
  /** Kubernetes version that nodes follow. @default - nodes keep the version that they were created with */
  kubernetesVersion?: pulumi.Input<string>;
}

export interface ControlPlaneLogsArgs {
  /** What is logged. @default [ControlPlaneLog.Audit, ControlPlaneLog.Authenticator] */
  types?: ControlPlaneLog[];
  /** Days that they are kept. @default 30 */
  retentionDays?: number;
  /** ARN of the KMS key of the log group; its policy must admit CloudWatch Logs. @default - encrypted by CloudWatch's own key */
  kmsKeyArn?: pulumi.Input<string>;
}

export interface ClusterAccessArgs {
  /** Whose access it is, for people: "deployers". It cannot be changed at once: take the entry out, update, and add it anew. */
  name: string;
  /** ARN of the IAM role or user that is let in; EKS has one entry for each. Changing it replaces the entry. */
  principalArn: pulumi.Input<string>;
  /** What it may do. @default - what Kubernetes allows its groups */
  level?: ClusterAccessLevel;
  /** Where. @default - everywhere */
  namespaces?: string[];
  /** Kubernetes groups that it is a member of. @default - none */
  kubernetesGroups?: string[];
}

export interface SystemNodesArgs {
  /** Number of zones, 1 to 3. @default 2 */
  zones?: number;
  /** Types that AWS may choose among, of one class and size. @default ["m6i.large"] */
  instanceTypes?: string[];
  /** Nodes that are kept, of all zones together, 1 or more. @default - one a zone */
  minSize?: number;
  /** Nodes in each zone at most. @default 3 */
  maxSizePerZone?: number;
  /** Disk of a node in GiB. @default 50 */
  diskGiB?: number;
  /** Release of the nodes' image, such as `1.35.4-20261113`; a change replaces the nodes one after the other. @default - the newest when the group is made */
  releaseVersion?: string;
}

export interface VolumesArgs {
  /** ARN of the KMS key that encrypts volumes. Changing it replaces the storage class, not the volumes. @default - EBS's own key */
  kmsKeyArn?: pulumi.Input<string>;
  /** Tags of every volume, by which a backup plan finds it. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
  /** Deletes a volume with its claim, and what is on it. @default false */
  deleteVolumesWithClaims?: boolean;
}

export interface AddOnVersionsArgs {
  /** `eks-pod-identity-agent`. @default - AWS's choice at creation */
  podIdentityAgent?: pulumi.Input<string>;
  /** `vpc-cni`. @default - AWS's choice at creation */
  vpcCni?: pulumi.Input<string>;
  /** `kube-proxy`. @default - AWS's choice at creation */
  kubeProxy?: pulumi.Input<string>;
  /** `coredns`. @default - AWS's choice at creation */
  coreDns?: pulumi.Input<string>;
  /** `aws-ebs-csi-driver`. @default - AWS's choice at creation */
  ebsCsiDriver?: pulumi.Input<string>;
}

export interface ClusterArgs {
  /** Where it stands. The control plane's interfaces go into the intra subnets, nodes into the private ones. Changing it **replaces the cluster**. */
  vpc: VpcReference;
  /** ARN of the KMS key that encrypts Kubernetes Secrets. Changing it **replaces the cluster**. */
  kmsKeyArn: pulumi.Input<string>;
  /** Name at EKS, unique in account and region. Changing it **replaces the cluster**. @default - the component's name */
  clusterName?: string;
  /** Version of Kubernetes; a step of one at a time. @default KubernetesVersion.V1_35 */
  kubernetesVersion?: KubernetesVersion;
  /** Whether the API can be reached from outside the VPC, by `publicAccessCidrs`. From inside it always can. @default false */
  publicEndpoint?: boolean;
  /** Ranges that may reach the public endpoint. @default - none */
  publicAccessCidrs?: string[];
  /** Allows `0.0.0.0/0` among them, and other ranges wider than /8. @default false */
  allowPublicAccessFromAnywhere?: boolean;
  /** Range of the Services' addresses, inside the cluster only. Changing it **replaces the cluster**. @default "172.20.0.0/16" */
  serviceCidr?: string;
  /** What the control plane logs. @default - who did what, and who came in as whom, for 30 days */
  controlPlaneLogs?: ControlPlaneLogsArgs;
  /** Who is let in besides whoever creates the cluster; EKS refuses an entry for that one, which it has already. @default - nobody */
  access?: ClusterAccessArgs[];
  /** Who may connect to the Kubernetes API from inside the VPC, by security group: a runner, a bastion. Nodes and pods always may. @default - nobody */
  apiClients?: ClientArgs[];
  /** The nodes that the cluster's own services run on; other pods may too. @default - one m6i.large in each of two zones, up to three */
  systemNodes?: SystemNodesArgs;
  /** Volumes of stateful pods. @default - gp3, encrypted, kept when their claim goes */
  volumes?: VolumesArgs;
  /** Versions of EKS's add-ons. @default - AWS's choice at creation, until told otherwise */
  addOnVersions?: AddOnVersionsArgs;
  /** Lets `pulumi destroy` delete the cluster. @default false */
  allowDelete?: boolean;
  /** Tags of everything that can have tags. @default - none but names */
  tags?: Record<string, pulumi.Input<string>>;
}
