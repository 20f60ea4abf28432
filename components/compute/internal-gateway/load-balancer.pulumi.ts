import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { DEFAULT_TLS_POLICY } from "../../shared/tls-policy";
import { type Door } from "./internal-gateway";
import { type InternalGatewayArgs } from "./internal-gateway.pulumi";

/** Load balancers have names of 32 letters at most: AWS makes the rest up, and the tag says whose it is. */
const NAME_PREFIX = "gate-";

export function createLoadBalancer(
  parent: pulumi.Resource,
  name: string,
  subnets: pulumi.Input<string[]>,
  group: aws.ec2.SecurityGroup,
  { accessLogBucketName, tags }: InternalGatewayArgs,
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
      accessLogs: accessLogBucketName === undefined ? undefined : { enabled: true, bucket: accessLogBucketName },
      tags: { Name: name, ...tags },
    },
    { parent },
  );
}

export function createListener(
  parent: pulumi.Resource,
  name: string,
  balancer: aws.lb.LoadBalancer,
  { port, protocol }: Door,
  { certificateArn, tlsPolicy = DEFAULT_TLS_POLICY, tags }: InternalGatewayArgs,
): aws.lb.Listener {
  const notFound = { contentType: "text/plain", messageBody: "no such host", statusCode: "404" };
  const tls = certificateArn === undefined ? {} : { certificateArn, sslPolicy: tlsPolicy };
  return new aws.lb.Listener(
    `${name}-listener`,
    { loadBalancerArn: balancer.arn, port, protocol, ...tls, defaultActions: [{ type: "fixed-response", fixedResponse: notFound }], tags },
    { parent },
  );
}
