import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Door } from "./internal-gateway";
import { type InternalGatewayArgs } from "./internal-gateway.pulumi";

/** Load balancers have names of 32 letters at most: AWS makes the rest up, and the tag says whose it is. */
const NAME_PREFIX = "gate-";

export function createLoadBalancer(
  parent: pulumi.Resource,
  name: string,
  subnets: pulumi.Input<string[]>,
  group: aws.ec2.SecurityGroup,
  { accessLog, tags }: InternalGatewayArgs,
): aws.lb.LoadBalancer {
  return new aws.lb.LoadBalancer(
    `${name}-balancer`,
    {
      namePrefix: NAME_PREFIX,
      loadBalancerType: "application",
      internal: true,
      subnets,
      securityGroups: [group.id],
      dropInvalidHeaderFields: true,
      accessLogs: accessLog === undefined ? undefined : { enabled: true, bucket: accessLog.bucketName, prefix: accessLog.prefix },
      tags: { Name: name, ...tags },
    },
    { parent },
  );
}

/** TLS 1.2 and 1.3 with forward secrecy (Elastic Load Balancing, "Security policies for your Application Load Balancer"). */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";

export function createListener(
  parent: pulumi.Resource,
  name: string,
  balancer: aws.lb.LoadBalancer,
  { port, protocol }: Door,
  { certificateArn, tags }: InternalGatewayArgs,
): aws.lb.Listener {
  const notFound = { contentType: "text/plain", messageBody: "no such host", statusCode: "404" };
  const tls = certificateArn === undefined ? {} : { certificateArn, sslPolicy: TLS_POLICY };
  return new aws.lb.Listener(
    `${name}-listener`,
    { loadBalancerArn: balancer.arn, port, protocol, ...tls, defaultActions: [{ type: "fixed-response", fixedResponse: notFound }], tags },
    { parent },
  );
}
