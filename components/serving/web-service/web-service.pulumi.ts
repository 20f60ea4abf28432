import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { imageFaults } from "./image";
import { createLoadBalancer, loadBalancerCidrs } from "./load-balancer.pulumi";
import { egressRangeFaults, ingressRules, networkPolicy } from "./network-policy";
import { type Asker, eachRefusedOnceKnown, refusedOnceKnown } from "./once-known.pulumi";
import { type WebServiceArgs } from "./web-service-arguments.pulumi";
import { trafficOf, webServiceFaults, workloadOf } from "./web-service";
import {
  autoscaler,
  deployment,
  disruptionBudget,
  externalSecret,
  rollOutMinutes,
  service,
  serviceAccount,
  type Workload,
} from "./workload";

/**
 * An API of the users' own, out of a container image: pods that scale, a Service on port 80 and, where it is asked for, a load balancer.
 * Give the cluster's Kubernetes provider as `providers: { kubernetes }`.
 *
 * Security: pods are not root, write nothing but /tmp, and have no token of the Kubernetes API; only named callers reach them, and they only
 * named places; secrets come out of Secrets Manager; the load balancer is internal and speaks TLS 1.2 or newer.
 * Cost (us-east-1, 2026-09-11): nothing but its share of nodes; USD 16.43 a month and traffic for a load balancer.
 * Replaced when: `namespace` or `serviceName` changes; the load balancer when `exposure` changes.
 */
export class WebService extends pulumi.ComponentResource {
  /** Name of the Service, known once pods answer. */
  readonly serviceName: pulumi.Output<string>;
  /** Namespace that it runs in. */
  readonly namespace: pulumi.Output<string>;
  /** Where pods of the cluster call it. */
  readonly clusterUrl: pulumi.Output<string>;
  /** Where all others call it; empty without a load balancer. */
  readonly url: pulumi.Output<string>;
  /** DNS name of the load balancer, for records that point to it; empty without one. */
  readonly loadBalancerHostName: pulumi.Output<string>;

  constructor(name: string, args: WebServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("WebService", name, webServiceFaults(name, args));
    super("modelloop:index:WebService", name, {}, opts);
    const checked = checkedOnceKnown(name, args);
    const workload = workloadOf(name, checked);

    // Pods come after what makes them safe; a role, too, is given only to pods that start after it.
    const dependsOn = createSafeguards(this, name, workload, checked);
    const minutes = `${rollOutMinutes(workload)}m`;
    const patiently = { parent: this, customTimeouts: { create: minutes, update: minutes } };
    new kubernetes.apps.v1.Deployment(`${name}-deployment`, deployment(workload), { ...patiently, dependsOn });
    new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(`${name}-autoscaler`, autoscaler(workload), { parent: this });
    new kubernetes.policy.v1.PodDisruptionBudget(`${name}-disruption-budget`, disruptionBudget(workload), { parent: this });
    const { metadata } = new kubernetes.core.v1.Service(`${name}-service`, service(workload), patiently);
    const door = createLoadBalancer(this, asker(name), workload, metadata.name, checked);

    this.serviceName = metadata.name;
    this.namespace = metadata.namespace;
    this.clusterUrl = pulumi.interpolate`http://${metadata.name}.${metadata.namespace}.svc`;
    this.url = door.url;
    this.loadBalancerHostName = door.hostName;
    const { serviceName, namespace, clusterUrl, url, loadBalancerHostName } = this;
    this.registerOutputs({ serviceName, namespace, clusterUrl, url, loadBalancerHostName });
  }
}

function asker(name: string): Asker {
  return { component: "WebService", name };
}

/** What other resources give is read when they have given it; all else was refused before. */
function checkedOnceKnown(name: string, args: WebServiceArgs): WebServiceArgs {
  return {
    ...args,
    image: refusedOnceKnown(asker(name), args.image, (image) => imageFaults("image", image)),
    egress: args.egress?.map((each, index) => {
      const faults = (cidrs: readonly unknown[]) => egressRangeFaults(`egress[${index}]`, cidrs, each.allowAnywhere);
      return { ...each, cidrs: eachRefusedOnceKnown(asker(name), each.cidrs ?? [], faults) };
    }),
  };
}

function createSafeguards(
  parent: pulumi.Resource,
  name: string,
  workload: Workload<pulumi.Input<string>>,
  args: WebServiceArgs,
): pulumi.Resource[] {
  const { podRole, secrets, tags } = args;
  const { namespace } = workload;
  const account = new kubernetes.core.v1.ServiceAccount(`${name}-account`, serviceAccount(workload), { parent });
  const safeguards: pulumi.Resource[] = [account, createNetworkPolicy(parent, name, workload, args)];
  if (podRole !== undefined) {
    const identity = { ...podRole, namespace, serviceAccount: workload.name, tags };
    safeguards.push(new aws.eks.PodIdentityAssociation(`${name}-identity`, identity, { parent }));
  }
  if (secrets !== undefined) {
    safeguards.push(new kubernetes.apiextensions.CustomResource(`${name}-secrets`, externalSecret(workload, secrets), { parent }));
  }
  return safeguards;
}

function createNetworkPolicy(
  parent: pulumi.Resource,
  name: string,
  workload: Workload<pulumi.Input<string>>,
  args: WebServiceArgs,
): kubernetes.networking.v1.NetworkPolicy {
  const traffic = trafficOf<pulumi.Input<string>>(args);
  const rules = loadBalancerCidrs(parent, asker(name), args.loadBalancer).apply((cidrs) => ingressRules(workload, traffic, cidrs));
  return new kubernetes.networking.v1.NetworkPolicy(`${name}-network-policy`, networkPolicy(workload, traffic, rules), { parent });
}
