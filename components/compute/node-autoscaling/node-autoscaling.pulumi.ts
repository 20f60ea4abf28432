import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { wholeNumberFaults } from "../../shared/faults";
import { type ClusterReference } from "../cluster/cluster-arguments.pulumi";
import { createRelease } from "../shared/chart.pulumi";
import { createPodIdentity } from "../shared/pod-identity.pulumi";
import {
  AUTOSCALER_ACCOUNT,
  AUTOSCALER_CHART,
  autoscalerStatements,
  autoscalerValues,
  DEFAULT_IDLE_MINUTES,
  IDLE_MINUTES,
} from "./node-autoscaling";

export interface NodeAutoscalingArgs {
  /** Cluster whose managed node groups it scales. */
  cluster: ClusterReference;
  /** Minutes that a node must be idle before it goes. @default 10 */
  idleMinutes?: number;
  /** Tags of the role and its association. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * Buys a node when a pod waits for one, and gives it back when it is idle: the Kubernetes cluster-autoscaler on EKS managed node groups.
 * Give the cluster's Kubernetes provider as `providers: { kubernetes }`.
 *
 * Security: may change the size of this cluster's groups, within their bounds, and nothing else.
 * Cost: nothing itself; the nodes that it buys are bounded by each group's largest size.
 * Replaced when: never; a new chart version is an upgrade.
 */
export class NodeAutoscaling extends pulumi.ComponentResource {
  /** Version of the chart. */
  readonly chartVersion: pulumi.Output<string>;

  constructor(name: string, args: NodeAutoscalingArgs, opts?: pulumi.ComponentResourceOptions) {
    const { cluster, idleMinutes = DEFAULT_IDLE_MINUTES, tags } = args;
    refuseInvalidArguments("NodeAutoscaling", name, wholeNumberFaults("idleMinutes", idleMinutes, IDLE_MINUTES));
    super("modelloop:index:NodeAutoscaling", name, {}, opts);
    const { clusterName } = cluster;

    const identity = createPodIdentity(this, name, {
      ...{ clusterName, namespace: AUTOSCALER_CHART.namespace, serviceAccount: AUTOSCALER_ACCOUNT, tags },
      statements: pulumi.output(clusterName).apply(autoscalerStatements),
    });
    const values = autoscalerValues({ clusterName, region: accountOf(this).region, idleMinutes });
    const release = createRelease(`${name}-release`, AUTOSCALER_CHART, values, { parent: this, dependsOn: identity });

    this.chartVersion = release.version.apply((version) => version ?? AUTOSCALER_CHART.version);
    this.registerOutputs({ chartVersion: this.chartVersion });
  }
}
