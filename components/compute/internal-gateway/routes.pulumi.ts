import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { onceThere } from "../../shared/once-there.pulumi";
import { admission, hostName, rulePriority, targetGroupBinding } from "./internal-gateway";
import { type GatewayRouteArgs, type InternalGatewayArgs } from "./internal-gateway.pulumi";

export interface RouteContext {
  readonly parent: pulumi.Resource;
  readonly name: string;
  readonly args: InternalGatewayArgs;
  readonly subnetIds: pulumi.Output<string[]>;
  readonly balancer: aws.lb.LoadBalancer;
  readonly listener: aws.lb.Listener;
  readonly zone: aws.route53.Zone;
}

/** From a name to a Service's pods. Gives back the name, known once all of it is there. */
export function createRoute(context: RouteContext, route: GatewayRouteArgs): pulumi.Output<string> {
  const { parent, name, args, balancer, listener, zone } = context;
  const { host, namespace, healthPath = "/", podPort, serviceName, servicePort } = route;
  const label = `${name}-${host}`;
  const fullName = hostName(host, args.domainName);
  const targets = new aws.lb.TargetGroup(
    `${label}-targets`,
    {
      namePrefix: `${host.slice(0, 5)}-`,
      ...{ vpcId: args.vpc.vpcId, targetType: "ip", port: podPort, protocol: "HTTP" },
      healthCheck: { path: healthPath, matcher: "200-399" },
      // What a client waits for is done in half a minute; the default keeps a pod that left for five.
      deregistrationDelay: 30,
      tags: { Name: label, ...args.tags },
    },
    { parent },
  );
  const rule = new aws.lb.ListenerRule(
    `${label}-rule`,
    {
      listenerArn: listener.arn,
      priority: rulePriority(host),
      conditions: [{ hostHeader: { values: [fullName] } }],
      actions: [{ type: "forward", targetGroupArn: targets.arn }],
      tags: args.tags,
    },
    { parent },
  );
  const record = new aws.route53.Record(
    `${label}-name`,
    {
      ...{ zoneId: zone.zoneId, name: fullName, type: "A" },
      aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false }],
    },
    { parent },
  );
  const policy = new kubernetes.networking.v1.NetworkPolicy(
    `${label}-admission`,
    {
      metadata: { name: `gateway-${host}`, namespace },
      spec: cidrsOf(context).apply((cidrs) => admission(cidrs, podPort)),
    },
    { parent },
  );
  const binding = targetGroupBinding<pulumi.Input<string>>({
    ...{ host, namespace, serviceName, servicePort, vpcId: args.vpc.vpcId, controller: args.loadBalancerController },
    // The controller registers nothing in a group that no load balancer uses.
    targetGroupArn: onceThere(targets.arn, [rule]),
  });
  const bound = new kubernetes.apiextensions.CustomResource(`${label}-binding`, binding, {
    parent,
    // The controller refuses another target group or VPC for a binding that is there (AWS Load Balancer Controller v3.5.0, webhooks/elbv2).
    ...{ replaceOnChanges: ["spec.targetGroupARN", "spec.vpcID"], deleteBeforeReplace: true },
  });
  return onceThere(fullName, [record, policy, bound]);
}

function cidrsOf({ parent, subnetIds }: RouteContext): pulumi.Output<string[]> {
  return subnetIds.apply((ids) => pulumi.all(ids.map((id) => aws.ec2.getSubnetOutput({ id }, { parent }).cidrBlock)));
}
