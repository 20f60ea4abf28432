import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Door } from "./internal-gateway";
import { type InternalGatewayArgs } from "./internal-gateway.pulumi";

export interface GatewayGroups {
  readonly balancer: aws.ec2.SecurityGroup;
  readonly clients: aws.ec2.SecurityGroup;
}

/** Clients → load balancer → pods, each hop by group and port. */
export function createGatewayGroups(parent: pulumi.Resource, name: string, args: InternalGatewayArgs, { port }: Door): GatewayGroups {
  const { vpc, cluster, clients: others = [], tags } = args;
  const group = (label: string, description: string) =>
    new aws.ec2.SecurityGroup(label, { vpcId: vpc.vpcId, description, tags: { Name: label, ...tags } }, { parent });
  const clients = group(`${name}-clients-group`, "Whoever carries this group may use the internal gateway");
  const balancer = group(`${name}-balancer-group`, "The internal gateway's load balancer");
  const tcp = (toPort: number) => ({ ipProtocol: "tcp", fromPort: toPort, toPort, tags });
  const allowOut = (label: string, from: pulumi.Input<string>, to: pulumi.Input<string>, toPort: number) =>
    new aws.vpc.SecurityGroupEgressRule(label, { securityGroupId: from, referencedSecurityGroupId: to, ...tcp(toPort) }, { parent });
  const allowIn = (label: string, into: pulumi.Input<string>, from: pulumi.Input<string>, toPort: number) =>
    new aws.vpc.SecurityGroupIngressRule(label, { securityGroupId: into, referencedSecurityGroupId: from, ...tcp(toPort) }, { parent });

  allowOut(`${name}-clients-out`, clients.id, balancer.id, port);
  allowIn(`${name}-clients-in`, balancer.id, clients.id, port);
  for (const { name: client, securityGroupId } of others) allowIn(`${name}-client-${client}-in`, balancer.id, securityGroupId, port);
  for (const podPort of new Set(args.routes.map((route) => route.podPort))) {
    allowOut(`${name}-pods-${podPort}-out`, balancer.id, cluster.clusterSecurityGroupId, podPort);
    allowIn(`${name}-pods-${podPort}-in`, cluster.clusterSecurityGroupId, balancer.id, podPort);
  }
  return { balancer, clients };
}
