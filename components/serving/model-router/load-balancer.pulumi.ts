import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { innerSubnetIds } from "../../shared/inner-subnets.pulumi";
import {
  annotationMap,
  Exposure,
  inboundFaults,
  ingress,
  ingressAnnotations,
  loadBalancerAttributes,
  publicSubnetFaults,
  serviceUrl,
} from "../web-service/load-balancer";
import { type WebServiceLoadBalancerArgs } from "../web-service/web-service-arguments.pulumi";
import { type Workload } from "../web-service/workload";
import { PORTS } from "./model-router";
import { type ModelRouterArgs } from "./model-router-arguments.pulumi";
import { signInAnnotations } from "./sign-in";

interface Door {
  readonly url: pulumi.Output<string>;
  readonly hostName: pulumi.Output<string>;
}

/** An Ingress, out of which the AWS Load Balancer Controller makes an application load balancer. */
export function createLoadBalancer(
  parent: pulumi.Resource,
  name: string,
  workload: Workload<pulumi.Input<string>>,
  serviceName: pulumi.Output<string>,
  { loadBalancer, signIn, tags }: ModelRouterArgs,
): Door {
  if (loadBalancer === undefined) return { url: pulumi.output(""), hostName: pulumi.output("") };
  const { hosts = [], certificateArn } = loadBalancer;
  const annotations = {
    ...ingressAnnotations<pulumi.Input<string>>(workload, loadBalancer, textsOf(name, loadBalancer, tags)),
    // Health is asked for inside: the door for callers has one path only.
    "alb.ingress.kubernetes.io/healthcheck-port": String(PORTS.internal),
    ...signInAnnotations<pulumi.Input<string>>(signIn, (secretName, rest) =>
      pulumi.output(secretName).apply((known) => JSON.stringify({ ...rest, secretName: known })),
    ),
  };
  const { status } = new kubernetes.networking.v1.Ingress(
    `${name}-ingress`,
    ingress<pulumi.Input<string>>(workload, hosts, annotations, serviceName),
    { parent },
  );
  const hostName = status.apply((known) => known?.loadBalancer?.ingress?.[0]?.hostname ?? "");
  return { hostName, url: hostName.apply((host) => serviceUrl(hosts, certificateArn !== undefined, host)) };
}

/** Where its requests come from: it speaks to the pods from addresses of its subnets. */
export function loadBalancerCidrs(
  parent: pulumi.Resource,
  name: string,
  loadBalancer: WebServiceLoadBalancerArgs | undefined,
): pulumi.Output<string[]> {
  if (loadBalancer === undefined) return pulumi.output([]);
  const cidrOf = (id: string) => aws.ec2.getSubnetOutput({ id }, { parent }).cidrBlock;
  return subnetIdsOf(name, loadBalancer).apply((ids) => pulumi.all(ids.map(cidrOf)));
}

function subnetIdsOf(name: string, { exposure, vpc }: WebServiceLoadBalancerArgs): pulumi.Output<string[]> {
  if (exposure !== Exposure.Internet) return innerSubnetIds("ModelRouter", name, "a load balancer", vpc);
  return pulumi.output(vpc.publicSubnetIds).apply((ids) => {
    refuseInvalidArguments("ModelRouter", name, publicSubnetFaults(ids));
    return ids;
  });
}

function textsOf(name: string, loadBalancer: WebServiceLoadBalancerArgs, tags: ModelRouterArgs["tags"]) {
  const { inboundCidrs, allowInboundFromAnywhere, idleTimeoutSeconds, accessLogBucketName, loadBalancerController } = loadBalancer;
  return {
    inboundCidrs: pulumi.all(inboundCidrs).apply((cidrs) => {
      refuseInvalidArguments("ModelRouter", name, inboundFaults(cidrs, allowInboundFromAnywhere));
      return cidrs.join(",");
    }),
    subnetIds: subnetIdsOf(name, loadBalancer).apply((ids) => ids.join(",")),
    attributes: pulumi.output(accessLogBucketName).apply((bucket) => loadBalancerAttributes(idleTimeoutSeconds, bucket)),
    tags: tags === undefined ? undefined : pulumi.output(tags).apply(annotationMap),
    controller: loadBalancerController,
  };
}
