import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { sha256 } from "../../../lambdas/domain/sha256";
import { routerConfiguration } from "../../../lambdas/domain/split/router-configuration";
import { splitText } from "../../../lambdas/domain/split/split";
import { SPLIT_KEYS, splitConfiguration, splitHash } from "../../../lambdas/domain/split/split-configuration";
import { refuseInvalidArguments } from "../../shared/errors";
import { createLoadBalancer, loadBalancerCidrs } from "../web-service/load-balancer.pulumi";
import { networkPolicy } from "../web-service/network-policy";
import { type Asker } from "../web-service/once-known.pulumi";
import { autoscaler, disruptionBudget, rollOutMinutes, serviceAccount, type Workload } from "../web-service/workload";
import { measuringConfiguration } from "./measuring";
import {
  DEFAULT_MODEL_SERVER_PORT,
  DEFAULT_SCRAPE_SECONDS,
  firstSplit,
  leavingOf,
  MEASURE_PORT,
  MEASURING_IMAGE,
  PORTS,
  routerFacts,
  workloadOf,
} from "./model-router";
import { modelRouterFaults, readerFaults } from "./router-faults";
import { type ModelRouterArgs, type ModelRouterReference } from "./model-router-arguments.pulumi";
import {
  frameMap,
  OF_THE_LOOP,
  routerDeployment,
  routerIngress,
  routerService,
  serviceMonitor,
  splitMap,
  writersBinding,
  writersRole,
} from "./router-workload";
import { signInAnnotations } from "./sign-in";

type RouterWorkload = Workload<pulumi.Input<string>>;

/**
 * The door to a model that is several: splits users between variants and between an old and a new release, always the same user to the same one,
 * and measures each. The loop moves the split; Pulumi makes the first and then leaves it alone.
 * Give the cluster's Kubernetes provider as `providers: { kubernetes }`.
 *
 * Security: one path in, nothing of the model server's own; pods are not root and write nothing but /tmp; only named callers reach them, and they
 * only the model server; the loop may exchange the split and replace the pods, and nothing else. A user id is no secret, and protects nothing.
 * Cost (us-east-1, 2026-09-11): its share of nodes, 0.3 CPU and 160 MiB a pod; USD 16.43 a month and traffic for a load balancer.
 * Replaced when: `namespace` or `serviceName` changes, and the split then begins anew; the load balancer when its `exposure` changes.
 */
export class ModelRouter extends pulumi.ComponentResource {
  /** Name of the Service, known once pods answer. */
  readonly serviceName: pulumi.Output<string>;
  /** Namespace that it runs in. */
  readonly namespace: pulumi.Output<string>;
  /** ConfigMap whose data the loop owns. */
  readonly splitMapName: pulumi.Output<string>;
  /** Deployment whose annotation `splitHash` the loop owns. */
  readonly deploymentName: pulumi.Output<string>;
  /** Where pods of the cluster call it. */
  readonly clusterUrl: pulumi.Output<string>;
  /** Where all others call it; empty without a load balancer. */
  readonly url: pulumi.Output<string>;
  /** DNS name of the load balancer, for records that point to it; empty without one. */
  readonly loadBalancerHostName: pulumi.Output<string>;

  constructor(name: string, args: ModelRouterArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("ModelRouter", name, modelRouterFaults(args));
    super("modelloop:index:ModelRouter", name, {}, opts);
    const workload: RouterWorkload = workloadOf<pulumi.Input<string>>(args);

    const split = createSplit(this, name, workload, args);
    const frame = createFrame(this, name, workload, args);
    const dependsOn = [...createSafeguards(this, name, workload, args), split];
    const deployment = createDeployment(this, name, workload, args, frame.metadata.name, dependsOn);
    if (args.maxReplicas !== undefined) {
      new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(`${name}-autoscaler`, autoscaler(workload), { parent: this });
    }
    new kubernetes.policy.v1.PodDisruptionBudget(`${name}-disruption-budget`, disruptionBudget(workload), { parent: this });
    const { metadata } = new kubernetes.core.v1.Service(`${name}-service`, routerService(workload), patience(this, workload));
    createServiceMonitor(this, name, workload, args);
    const door = createLoadBalancer(this, asker(name), workload, metadata.name, args, doorAnnotations(args));

    this.serviceName = metadata.name;
    this.namespace = metadata.namespace;
    this.splitMapName = split.metadata.name;
    this.deploymentName = deployment.metadata.name;
    this.clusterUrl = pulumi.interpolate`http://${metadata.name}.${metadata.namespace}.svc`;
    this.url = door.url;
    this.loadBalancerHostName = door.hostName;
    const { serviceName, namespace, splitMapName, deploymentName, clusterUrl, url, loadBalancerHostName } = this;
    this.registerOutputs({ serviceName, namespace, splitMapName, deploymentName, clusterUrl, url, loadBalancerHostName });
  }

  /** What whoever writes the split asks for. */
  reference(): ModelRouterReference {
    const { namespace, splitMapName, deploymentName } = this;
    return { namespace, splitMapName, deploymentName, internalPort: PORTS.internal };
  }
}

function asker(name: string): Asker {
  return { component: "ModelRouter", name };
}

function createSplit(parent: pulumi.Resource, name: string, workload: RouterWorkload, args: ModelRouterArgs): kubernetes.core.v1.ConfigMap {
  const split = firstSplit(args);
  const data = { [SPLIT_KEYS.state]: splitText(split), [SPLIT_KEYS.configuration]: splitConfiguration(split) };
  return new kubernetes.core.v1.ConfigMap(`${name}-split`, splitMap(workload, data), { parent, ignoreChanges: OF_THE_LOOP.map });
}

function createFrame(parent: pulumi.Resource, name: string, workload: RouterWorkload, args: ModelRouterArgs): kubernetes.core.v1.ConfigMap {
  const nginx = configurationOf(parent, name, args);
  const fluentBit = measuringConfiguration({ listenPort: MEASURE_PORT, metricsPort: PORTS.metrics, metricsHost: "0.0.0.0" });
  const frameName = nginx.apply((text) => `${workload.name}-frame-${sha256(`${text}${fluentBit}`).slice(0, 8)}`);
  return new kubernetes.core.v1.ConfigMap(`${name}-frame`, frameMap(workload, frameName, nginx, fluentBit), { parent });
}

function configurationOf(parent: pulumi.Resource, name: string, args: ModelRouterArgs): pulumi.Output<string> {
  const { namespace, slotAServiceName, slotBServiceName, httpPort = DEFAULT_MODEL_SERVER_PORT } = args.modelServer;
  const known = pulumi.output({
    ...{ namespace, a: slotAServiceName, b: slotBServiceName, readerCidrs: args.readerCidrs ?? [] },
    proxyCidrs: loadBalancerCidrs(parent, asker(name), args.loadBalancer),
  });
  return known.apply(({ namespace: within, a, b, readerCidrs, proxyCidrs }) => {
    refuseInvalidArguments("ModelRouter", name, readerFaults(readerCidrs));
    const host = (service: string): string => `${service}.${within}.svc.cluster.local:${httpPort}`;
    return routerConfiguration(routerFacts(args, { upstreams: { a: host(a), b: host(b) }, readerCidrs, proxyCidrs }));
  });
}

/** Before the pods: what makes them safe, and who may change them. */
function createSafeguards(parent: pulumi.Resource, name: string, workload: RouterWorkload, args: ModelRouterArgs): pulumi.Resource[] {
  const account = new kubernetes.core.v1.ServiceAccount(`${name}-account`, serviceAccount(workload), { parent });
  const { callerNamespaces, metricsNamespaces, modelServer } = args;
  const rules = pulumi
    .all([loadBalancerCidrs(parent, asker(name), args.loadBalancer), pulumi.all(args.readerCidrs ?? [])])
    .apply(([balancers, readerCidrs]) => routerIngress({ loadBalancerCidrs: balancers, callerNamespaces, metricsNamespaces, readerCidrs }));
  const { namespace, httpPort = DEFAULT_MODEL_SERVER_PORT } = modelServer;
  const egress = [{ name: "models", namespaces: [namespace], ports: [httpPort] }];
  const policy = networkPolicy(workload, { egress, podIdentity: false }, rules);
  const role = new kubernetes.rbac.v1.Role(`${name}-writers`, writersRole(workload), { parent });
  return [
    account,
    new kubernetes.networking.v1.NetworkPolicy(`${name}-network-policy`, policy, { parent }),
    new kubernetes.rbac.v1.RoleBinding(`${name}-writers-binding`, writersBinding(workload), { parent, dependsOn: [role] }),
  ];
}

function createDeployment(
  parent: pulumi.Resource,
  name: string,
  workload: RouterWorkload,
  args: ModelRouterArgs,
  frameName: pulumi.Output<string>,
  dependsOn: pulumi.Resource[],
): kubernetes.apps.v1.Deployment {
  const parts = {
    ...{ workload, frameName, measuringImage: args.measuringImage ?? MEASURING_IMAGE, splitHash: splitHash(firstSplit(args)) },
    graceSeconds: leavingOf(args).graceSeconds,
    replicas: args.maxReplicas === undefined ? workload.minReplicas : undefined,
  };
  return new kubernetes.apps.v1.Deployment(`${name}-deployment`, routerDeployment<pulumi.Input<string>>(parts), {
    ...patience(parent, workload),
    ...{ dependsOn, ignoreChanges: OF_THE_LOOP.deployment },
  });
}

/** Health is asked for inside: the door for callers has one path only. */
function doorAnnotations({ signIn }: ModelRouterArgs): Record<string, pulumi.Input<string>> {
  return {
    "alb.ingress.kubernetes.io/healthcheck-port": String(PORTS.internal),
    ...signInAnnotations<pulumi.Input<string>>(signIn, (secretName, rest) =>
      pulumi.output(secretName).apply((known) => JSON.stringify({ ...rest, secretName: known })),
    ),
  };
}

function createServiceMonitor(
  parent: pulumi.Resource,
  name: string,
  workload: RouterWorkload,
  { serviceMonitor: wanted }: ModelRouterArgs,
): void {
  if (wanted === undefined) return;
  const { intervalSeconds = DEFAULT_SCRAPE_SECONDS, labels } = wanted;
  new kubernetes.apiextensions.CustomResource(`${name}-monitor`, serviceMonitor(workload, intervalSeconds, labels), { parent });
}

function patience(parent: pulumi.Resource, workload: RouterWorkload): pulumi.CustomResourceOptions {
  const minutes = `${rollOutMinutes(workload)}m`;
  return { parent, customTimeouts: { create: minutes, update: minutes } };
}
