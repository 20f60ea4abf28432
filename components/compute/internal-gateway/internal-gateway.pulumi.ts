import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type VpcReference } from "../../foundation/network/network.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { type ClientArgs } from "../../shared/private-access.pulumi";
import { type ClusterReference } from "../cluster/cluster-arguments.pulumi";
import { innerSubnetIds } from "../../shared/inner-subnets.pulumi";
import { type TlsPolicy } from "../../shared/tls-policy";
import { createGatewayGroups } from "./gateway-groups.pulumi";
import { door, hostName, internalGatewayFaults } from "./internal-gateway";
import { createListener, createLoadBalancer } from "./load-balancer.pulumi";
import { createRoute } from "./routes.pulumi";

export interface GatewayRouteArgs {
  /** First part of its name: `mlflow` makes `mlflow.<domainName>`. Changing it replaces the route. */
  host: string;
  /** Namespace of the Service. */
  namespace: pulumi.Input<string>;
  /** Service that it leads to. */
  serviceName: string;
  /** Port of the Service. */
  servicePort: number;
  /** Port of the Service's pods, which the load balancer speaks to. */
  podPort: number;
  /** Where a pod says that it is well. @default "/" */
  healthPath?: string;
}

export interface InternalGatewayArgs {
  /** VPC in which the names are known; the load balancer stands in its intra subnets, or in the private ones where there are none. */
  vpc: VpcReference;
  /** Cluster with the Services. */
  cluster: ClusterReference;
  /** Domain of the gateway, a private zone of this VPC. Changing it **replaces zone and names**. */
  domainName: string;
  /** ARN of a certificate for `*.<domainName>`, in ACM. Required unless `allowPlainHttp` is true. @default - none */
  certificateArn?: pulumi.Input<string>;
  /** Speaks HTTP without TLS. @default false */
  allowPlainHttp?: boolean;
  /** Oldest version of TLS. @default TlsPolicy.Tls12OrNewer */
  tlsPolicy?: TlsPolicy;
  /** What it leads to. */
  routes: GatewayRouteArgs[];
  /** Who may use it besides whoever carries its own `clientSecurityGroupId`. @default - nobody */
  clients?: ClientArgs[];
  /** Name of the load balancer controller's release (`AddOns`), so that routes come after it and go before it. @default - it is there already */
  loadBalancerController?: pulumi.Input<string>;
  /** Name of the bucket that takes the access log; it needs the writer `BucketWriter.LoadBalancerLogs`. @default - no log */
  accessLogBucketName?: pulumi.Input<string>;
  /** Tags of everything that can have tags. @default - none but names */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * The way into the cluster for functions of the VPC: one internal load balancer with names of its own, to MLflow, Prometheus and their like.
 * Give the cluster's Kubernetes provider as `providers: { kubernetes }`.
 *
 * Security: TLS 1.2 or newer with your certificate; only who carries the clients' security group gets in, and only to the routes' ports.
 * Cost (us-east-1, 2026-09-11 and 2026-10-01): USD 16.43 a month for the load balancer, 5.84 for each unit of load, 0.50 for the zone.
 * Replaced when: `domainName` or the VPC changes.
 */
export class InternalGateway extends pulumi.ComponentResource {
  /** Host → address, such as `https://mlflow.ml.example.com`, known once the route is there. */
  readonly urls: pulumi.Output<Record<string, string>>;
  /** Security group that clients carry besides their own. */
  readonly clientSecurityGroupId: pulumi.Output<string>;
  /** Security group of the load balancer. */
  readonly securityGroupId: pulumi.Output<string>;
  /** ARN of the load balancer. */
  readonly loadBalancerArn: pulumi.Output<string>;
  /** Id of the private zone. */
  readonly zoneId: pulumi.Output<string>;

  constructor(name: string, args: InternalGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("InternalGateway", name, internalGatewayFaults(args));
    super("modelloop:index:InternalGateway", name, {}, opts);
    const { vpc, domainName, certificateArn, routes, tags } = args;
    const entrance = door(certificateArn !== undefined);

    const groups = createGatewayGroups(this, name, args, entrance);
    const subnetIds = innerSubnetIds("InternalGateway", name, "a load balancer", vpc);
    const balancer = createLoadBalancer(this, name, subnetIds, groups.balancer, args);
    const listener = createListener(this, name, balancer, entrance, args);
    const zone = new aws.route53.Zone(
      `${name}-zone`,
      { name: domainName, vpcs: [{ vpcId: vpc.vpcId }], comment: "Names of the internal gateway", tags },
      { parent: this },
    );
    const context = { parent: this, name, args, subnetIds, balancer, listener, zone };
    const urls = routes.map((route) => {
      const ready = createRoute(context, route);
      return [route.host, ready.apply(() => `${entrance.scheme}://${hostName(route.host, domainName)}`)] as const;
    });

    this.urls = pulumi.output(Object.fromEntries(urls));
    this.clientSecurityGroupId = groups.clients.id;
    this.securityGroupId = groups.balancer.id;
    this.loadBalancerArn = balancer.arn;
    this.zoneId = zone.zoneId;
    const { clientSecurityGroupId, securityGroupId, loadBalancerArn, zoneId } = this;
    this.registerOutputs({ urls: this.urls, clientSecurityGroupId, securityGroupId, loadBalancerArn, zoneId });
  }
}
