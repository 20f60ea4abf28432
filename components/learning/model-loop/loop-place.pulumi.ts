/** Where the functions of a loop that trains and rolls out stand in the network, and what they may do in the cluster. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterReference } from "../../compute/cluster/cluster-arguments.pulumi";
import type { VpcReference } from "../../foundation/network/network.pulumi";
import { PORTS as ROUTER_PORTS } from "../../serving/model-router/model-router";
import { PORTS as TRITON_PORTS } from "../../serving/triton-server/flags";
import { DEFAULT_RELEASES_PREFIX } from "../../serving/triton-server/triton-server";
import { KUBERNETES_GROUPS } from "../roll-out-workflow/roll-out-workflow";
import { admit, createClosedGroup, letOut } from "../../shared/private-access.pulumi";
import { present } from "../../shared/present";
import type { LoopOutput, ParameterName } from "./deployment";
import type { LoopModelArgs, ModelLoopArgs } from "./model-loop-arguments.pulumi";
import { releasesPrefixFaults } from "./model-training";

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

interface LoopPlace {
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  securityGroupIds: pulumi.Input<string>[];
}

function createLoopPlace(
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

function admitToCluster(
  parent: pulumi.Resource,
  name: string,
  access: { clusterName: pulumi.Input<string>; roleArn: pulumi.Input<string>; groups: string[] },
  tags: Record<string, pulumi.Input<string>> | undefined,
): aws.eks.AccessEntry {
  const { clusterName, roleArn: principalArn, groups: kubernetesGroups } = access;
  return new aws.eks.AccessEntry(name, { clusterName, principalArn, kubernetesGroups, ...(tags && { tags }) }, { parent });
}

/** Makes the place, and says it to the template. */
export function placeParameters(
  parent: pulumi.Resource,
  name: string,
  { models, place, tags }: ModelLoopArgs,
): Partial<Record<ParameterName, pulumi.Input<string>>> {
  if (place === undefined || !trains(models)) return {};
  const { subnetIds, securityGroupIds } = createLoopPlace(parent, name, place, tags);
  const listed = (values: pulumi.Input<pulumi.Input<string>[]>): pulumi.Output<string> =>
    pulumi.output(values).apply((ids) => ids.join(","));
  const { cluster } = place;
  return present({
    ...{ ArtifactsBucket: place.artifactsBucketName, DataBucket: place.dataBucketName, ReleasesBucket: place.releasesBucketName },
    ...{ DataKeyArn: place.dataKmsKeyArn, RegistryUrl: place.registryUrl, RegistrySecretArn: place.registrySecretArn },
    ...{ FunctionSubnetIds: listed(subnetIds), FunctionSecurityGroupIds: listed(securityGroupIds) },
    ...{ ClusterName: cluster?.clusterName, ClusterEndpoint: cluster?.endpoint, ClusterAuthority: cluster?.certificateAuthority },
    PrometheusUrl: place.prometheusUrl,
  });
}

/** The two functions that write traffic, as members of the groups that router and model server have bound. */
export function admitRollOuts(
  parent: pulumi.Resource,
  name: string,
  { models, place, tags }: ModelLoopArgs,
  output: (key: LoopOutput) => pulumi.Output<string>,
): void {
  if (place?.cluster === undefined || !trains(models)) return;
  const { clusterName } = place.cluster;
  const roles: [string, LoopOutput][] = [
    ["roll-out", "RollOutRoleArn"],
    ["roll-back", "RollBackRoleArn"],
  ];
  for (const [noun, role] of roles) {
    admitToCluster(parent, `${name}-${noun}-access`, { clusterName, roleArn: output(role), groups: [...KUBERNETES_GROUPS] }, tags);
  }
}

function trains(models: readonly LoopModelArgs[]): boolean {
  return models.some(({ training }) => training !== undefined);
}

export function placeFaults({ models, place, retrainingFunctionArn, trafficQueueArn }: ModelLoopArgs): string[] {
  if (!trains(models)) return [];
  const faults =
    place === undefined ? ["place is missing; models with training are trained nowhere: say where, or leave training out"] : [];
  if (retrainingFunctionArn !== undefined) {
    faults.push("retrainingFunctionArn is given beside training; a loop trains in one way: leave one of them out");
  }
  if (trafficQueueArn !== undefined && place?.cluster !== undefined) {
    faults.push("trafficQueueArn is given beside place.cluster; two would write traffic: leave one of them out");
  }
  return [...faults, ...releasesPrefixFaults(models, DEFAULT_RELEASES_PREFIX, "leave it out, here and at the server")];
}
