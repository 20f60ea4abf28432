/** Where the functions of a loop that trains and rolls out stand in the network, and what they may do in the cluster. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterReference } from "../../compute/cluster/cluster-arguments.pulumi";
import type { VpcReference } from "../../foundation/network/network.pulumi";
import { PORTS as ROUTER_PORTS } from "../../serving/model-router/model-router";
import { PORTS as TRITON_PORTS } from "../../serving/triton-server/flags";
import { admit, createClosedGroup, letOut } from "../../shared/private-access.pulumi";

/** What a run needs besides the loop itself. */
export interface LoopPlaceArgs {
  /** VPC whose private subnets the functions stand in. A change moves them. */
  vpc: VpcReference;
  /** Bucket with the data that models are trained on. */
  dataBucketName: pulumi.Input<string>;
  /** Bucket that takes data sets, trained models and evaluations, below `runs/`. */
  artifactsBucketName: pulumi.Input<string>;
  /** Bucket of the releases, the one that the Triton server reads. */
  releasesBucketName: pulumi.Input<string>;
  /** ARN of the key that encrypts these buckets; its policy must leave its use to IAM. */
  dataKmsKeyArn: pulumi.Input<string>;
  /** Address of MLflow, without a path. */
  registryUrl: pulumi.Input<string>;
  /** Secret with MLflow's user and password, as JSON with `username` and `password`. @default - none: MLflow asks nobody */
  registrySecretArn?: pulumi.Input<string>;
  /** Security group that lets its members in to MLflow's load balancer. @default - none */
  gatewayClientSecurityGroupId?: pulumi.Input<string>;
  /** Cluster of the model servers and the router. @default - none: nothing is rolled out */
  cluster?: ClusterReference;
  /** Address of Prometheus or of an AMP workspace, for the checks of a stage. @default - CloudWatch answers */
  prometheusUrl?: pulumi.Input<string>;
}

export interface LoopPlace {
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  securityGroupIds: pulumi.Input<string>[];
}

export function createLoopPlace(
  parent: pulumi.Resource,
  name: string,
  { vpc, cluster, gatewayClientSecurityGroupId }: LoopPlaceArgs,
  tags: Record<string, pulumi.Input<string>> | undefined,
): LoopPlace {
  const options = { parent };
  const group = createClosedGroup(`${name}-functions`, { vpcId: vpc.vpcId, description: `Functions of ${name}`, tags }, options);
  // By address, because AWS's services have no group; only outward.
  const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0", description: "AWS, by endpoint or by NAT" };
  new aws.vpc.SecurityGroupEgressRule(`${name}-aws-out`, { securityGroupId: group.id, ...https, tags }, options);
  if (cluster !== undefined) letIntoCluster(parent, name, group.id, cluster.clusterSecurityGroupId, tags);
  const gateway = gatewayClientSecurityGroupId === undefined ? [] : [gatewayClientSecurityGroupId];
  return { subnetIds: vpc.privateSubnetIds, securityGroupIds: [group.id, ...gateway] };
}

/** Pods have addresses of the VPC and the cluster's group: the functions ask each of them itself what it runs. */
function letIntoCluster(
  parent: pulumi.Resource,
  name: string,
  from: pulumi.Input<string>,
  to: pulumi.Input<string>,
  tags: Record<string, pulumi.Input<string>> | undefined,
): void {
  const paths = { api: [443, "the Kubernetes API"], router: [ROUTER_PORTS.internal, "routers' own word of what they run"] } as const;
  const all = { ...paths, triton: [TRITON_PORTS.http, "model servers, to try a release"] } as const;
  for (const [noun, [port, what]] of Object.entries(all)) {
    const path = { from, to, port, description: `From the loop to ${what}`, tags };
    letOut(`${name}-${noun}-out`, path, { parent });
    admit(`${name}-${noun}-in`, path, { parent });
  }
}

/** Lets one role of the loop in to the cluster, as a member of groups that the components there have bound. */
export function admitToCluster(
  parent: pulumi.Resource,
  name: string,
  access: { clusterName: pulumi.Input<string>; roleArn: pulumi.Input<string>; groups: string[] },
  tags: Record<string, pulumi.Input<string>> | undefined,
): aws.eks.AccessEntry {
  const { clusterName, roleArn: principalArn, groups: kubernetesGroups } = access;
  return new aws.eks.AccessEntry(name, { clusterName, principalArn, kubernetesGroups, ...(tags && { tags }) }, { parent });
}
