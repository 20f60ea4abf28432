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
import { type Asker, eachRefusedOnceKnown } from "./once-known.pulumi";
import { type WebServiceLoadBalancerArgs } from "./web-service-arguments.pulumi";
import { type Workload } from "./workload";

interface Door {
  readonly url: pulumi.Output<string>;
  readonly hostName: pulumi.Output<string>;
}

/** What of a component's arguments makes it. */
interface DoorArgs {
  readonly loadBalancer?: WebServiceLoadBalancerArgs;
  readonly tags?: Record<string, pulumi.Input<string>>;
}

/**
 * An Ingress, out of which the AWS Load Balancer Controller makes an application load balancer.
 * @param more annotations of a component's own
 */
export function createLoadBalancer(
  parent: pulumi.Resource,
  asker: Asker,
  workload: Workload<pulumi.Input<string>>,
  serviceName: pulumi.Output<string>,
  { loadBalancer, tags }: DoorArgs,
  more: Readonly<Record<string, pulumi.Input<string>>> = {},
): Door {
  if (loadBalancer === undefined) return { url: pulumi.output(""), hostName: pulumi.output("") };
  const { hosts = [], certificateArn } = loadBalancer;
  const own = ingressAnnotations<pulumi.Input<string>>(workload, loadBalancer, textsOf(asker, loadBalancer, tags));
  const { status } = new kubernetes.networking.v1.Ingress(
    `${asker.name}-ingress`,
    ingress<pulumi.Input<string>>(workload, hosts, { ...own, ...more }, serviceName),
    { parent },
  );
  const hostName = status.apply((known) => known?.loadBalancer?.ingress?.[0]?.hostname ?? "");
  return { hostName, url: hostName.apply((host) => serviceUrl(hosts, certificateArn !== undefined, host)) };
}

/** Where its requests come from: it speaks to the pods from addresses of its subnets. None without one. */
export function loadBalancerCidrs(
  parent: pulumi.Resource,
  asker: Asker,
  loadBalancer: WebServiceLoadBalancerArgs | undefined,
): pulumi.Output<string[]> {
  if (loadBalancer === undefined) return pulumi.output([]);
  const cidrOf = (id: string) => aws.ec2.getSubnetOutput({ id }, { parent }).cidrBlock;
  return subnetIdsOf(asker, loadBalancer).apply((ids) => pulumi.all(ids.map(cidrOf)));
}

function subnetIdsOf({ component, name }: Asker, { exposure, vpc }: WebServiceLoadBalancerArgs): pulumi.Output<string[]> {
  if (exposure !== Exposure.Internet) return innerSubnetIds(component, name, "a load balancer", vpc);
  return pulumi.output(vpc.publicSubnetIds).apply((ids) => {
    refuseInvalidArguments(component, name, publicSubnetFaults(ids));
    return ids;
  });
}

/** An annotation is one text, whatever it lists: unknown as a whole while a part of it is. */
function textsOf(asker: Asker, loadBalancer: WebServiceLoadBalancerArgs, tags: DoorArgs["tags"]) {
  const { inboundCidrs, allowInboundFromAnywhere, idleTimeoutSeconds, accessLogBucketName, loadBalancerController } = loadBalancer;
  const inbound = eachRefusedOnceKnown(asker, inboundCidrs, (cidrs) => inboundFaults(cidrs, allowInboundFromAnywhere));
  return {
    inboundCidrs: pulumi.all(inbound).apply((cidrs) => cidrs.join(",")),
    subnetIds: subnetIdsOf(asker, loadBalancer).apply((ids) => ids.join(",")),
    attributes: pulumi.output(accessLogBucketName).apply((bucket) => loadBalancerAttributes(idleTimeoutSeconds, bucket)),
    tags: tags === undefined ? undefined : pulumi.output(tags).apply(annotationMap),
    controller: loadBalancerController,
  };
}
