import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { innerSubnetIds } from "../../shared/inner-subnets.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import {
  annotationMap,
  Exposure,
  inboundFaults,
  ingress,
  ingressAnnotations,
  loadBalancerAttributes,
  publicSubnetFaults,
  serviceUrl,
} from "./load-balancer";
import { eachRefusedOnceKnown } from "./once-known.pulumi";
import { type WebServiceArgs, type WebServiceLoadBalancerArgs } from "./web-service-arguments.pulumi";
import { type Workload } from "./workload";

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
  { loadBalancer, tags }: WebServiceArgs,
): Door {
  if (loadBalancer === undefined) return { url: pulumi.output(""), hostName: pulumi.output("") };
  const { hosts = [], certificateArn } = loadBalancer;
  const annotations = ingressAnnotations<pulumi.Input<string>>(workload, loadBalancer, textsOf(name, loadBalancer, tags));
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
  loadBalancer: WebServiceLoadBalancerArgs,
): pulumi.Output<string[]> {
  const cidrOf = (id: string) => aws.ec2.getSubnetOutput({ id }, { parent }).cidrBlock;
  return subnetIdsOf(name, loadBalancer).apply((ids) => pulumi.all(ids.map(cidrOf)));
}

function subnetIdsOf(name: string, { exposure, vpc }: WebServiceLoadBalancerArgs): pulumi.Output<string[]> {
  if (exposure !== Exposure.Internet) return innerSubnetIds("WebService", name, "a load balancer", vpc);
  return pulumi.output(vpc.publicSubnetIds).apply((ids) => {
    refuseInvalidArguments("WebService", name, publicSubnetFaults(ids));
    return ids;
  });
}

/** An annotation is one text, whatever it lists: unknown as a whole while a part of it is. */
function textsOf(name: string, loadBalancer: WebServiceLoadBalancerArgs, tags: WebServiceArgs["tags"]) {
  const { inboundCidrs, allowInboundFromAnywhere, idleTimeoutSeconds, accessLogBucketName, loadBalancerController } = loadBalancer;
  const inbound = eachRefusedOnceKnown(name, inboundCidrs, (cidrs) => inboundFaults(cidrs, allowInboundFromAnywhere));
  return {
    inboundCidrs: pulumi.all(inbound).apply((cidrs) => cidrs.join(",")),
    subnetIds: subnetIdsOf(name, loadBalancer).apply((ids) => ids.join(",")),
    attributes: pulumi.output(accessLogBucketName).apply((bucket) => loadBalancerAttributes(idleTimeoutSeconds, bucket)),
    tags: tags === undefined ? undefined : pulumi.output(tags).apply(annotationMap),
    controller: loadBalancerController,
  };
}
