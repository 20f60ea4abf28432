import * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { type ClusterReference } from "../cluster/cluster-arguments.pulumi";
import { AddOn, addOnsFaults, ALL_ADD_ONS, isChart } from "./add-ons";
import { createAutoscaling, createChart, createSecretStore, type Site } from "./installation.pulumi";

export interface AddOnsArgs {
  /** Cluster that they run in. */
  cluster: ClusterReference;
  /** Which of them. @default - all */
  addOns?: AddOn[];
  /** Web ACLs of WAFv2 that an Ingress may ask for, by ARN, 12 at most; the load balancer controller attaches no others. @default - none */
  webAclArns?: pulumi.Input<string>[];
  /** Secrets that ExternalSecrets may bring to pods, by ARN. @default - none */
  secretArns?: pulumi.Input<string>[];
  /** Keys that those secrets are encrypted with, by ARN. @default - Secrets Manager's own key */
  secretKeyArns?: pulumi.Input<string>[];
  /** Namespaces that may ask for them. @default - those of `Namespaces` */
  secretNamespaces?: string[];
  /** SQS queues whose length may scale a workload, by ARN. @default - none */
  scalingQueueArns?: pulumi.Input<string>[];
  /** Minutes that a node must be idle before it goes. @default 10 */
  idleNodeMinutes?: number;
  /** Whether the Prometheus operator is there and should scrape the GPUs. @default false */
  serviceMonitors?: boolean;
  /** Tags of the roles and their associations. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * What a cluster of this platform runs for itself: load balancers, node autoscaling, secrets, workload autoscaling, metrics, GPUs. One Helm
 * release each, at a fixed version, installed whole or not at all. Give the cluster's Kubernetes provider as `providers: { kubernetes }`.
 *
 * Security: a role for each that speaks to AWS, for its own pods only; secrets, queues and web ACLs only as named; nothing becomes
 * reachable.
 * Cost: nothing itself; together they ask for about 1.3 CPUs and 2 GiB of the cluster's nodes.
 * Replaced when: never; a new chart version is an upgrade. The load balancer controller's custom resource definitions are not upgraded by Helm.
 */
export class AddOns extends pulumi.ComponentResource {
  /** Names of the Helm releases, known once their pods are ready. */
  readonly releaseNames: pulumi.Output<string[]>;
  /** Name of the load balancer controller's release, known once it runs; empty without it. Who binds pods to a load balancer waits for it. */
  readonly loadBalancerController: pulumi.Output<string>;
  /** Name of the ClusterSecretStore that ExternalSecrets refer to, known once it is there; empty without external-secrets. */
  readonly secretStoreName: pulumi.Output<string>;

  constructor(name: string, args: AddOnsArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("AddOns", name, addOnsFaults(args));
    super("modelloop:index:AddOns", name, {}, opts);
    const { addOns = ALL_ADD_ONS } = args;
    const site: Site = { parent: this, name, args };

    // Its webhooks answer for every Service and Ingress: whoever comes while they are registered and not yet there is refused.
    const controller = addOns.includes(AddOn.LoadBalancerController) ? [createChart(site, AddOn.LoadBalancerController, [])] : [];
    const others = addOns.filter(isChart).filter((addOn) => addOn !== AddOn.LoadBalancerController);
    const releases = new Map(others.map((addOn) => [addOn, createChart(site, addOn, controller)]));
    if (addOns.includes(AddOn.NodeAutoscaling)) createAutoscaling(site, controller);
    const secrets = releases.get(AddOn.ExternalSecrets);

    this.releaseNames = pulumi.output([...controller, ...releases.values()].map((release) => release.status.name));
    this.loadBalancerController = controller[0]?.status.name ?? pulumi.output("");
    this.secretStoreName = secrets === undefined ? pulumi.output("") : createSecretStore(site, secrets);
    const { releaseNames, loadBalancerController, secretStoreName } = this;
    this.registerOutputs({ releaseNames, loadBalancerController, secretStoreName });
  }
}
