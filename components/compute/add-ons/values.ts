/**
 * What each chart is told that differs from its defaults. Every path is compared with a recorded list of the chart's own by a test: the charts
 * ignore a misspelt one without a word.
 */
import { GPU_NODE_SELECTOR, GPU_TOLERATION } from "../gpu-node-group/gpu-node-group";
import { AddOn, SERVICE_ACCOUNTS } from "./add-ons";

const ONE_AT_A_TIME = { maxUnavailable: 1 };

export interface LoadBalancerSettings<Text> {
  readonly clusterName: Text;
  readonly region: Text;
  readonly vpcId: Text;
}

export function loadBalancerValues<Text>({ clusterName, region, vpcId }: LoadBalancerSettings<Text>) {
  return {
    clusterName,
    // By default it asks the node for these two, and nodes answer no pod.
    region,
    vpcId,
    serviceAccount: { create: true, name: SERVICE_ACCOUNTS[AddOn.LoadBalancerController] },
    replicaCount: 2,
    podDisruptionBudget: ONE_AT_A_TIME,
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    // It would otherwise make a load balancer of every Service that somebody calls one.
    enableServiceMutatorWebhook: false,
    // A new certificate at every upgrade would leave the webhooks unanswered until its pods have it too.
    keepTLSSecret: true,
    defaultTargetType: "ip",
    defaultLoadBalancerScheme: "internal",
    // Always, even without a right: switched off it would ignore a web ACL that an Ingress asks for, without a word; so it says what it lacks.
    enableWafv2: true,
    // Switched off with the rights that they would need.
    ...{ enableShield: false, enableWaf: false },
  };
}

export function externalSecretsValues() {
  const twice = { replicaCount: 2, podDisruptionBudget: { enabled: true, minAvailable: 1 } };
  const small = { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } };
  return {
    ...twice,
    leaderElect: true,
    serviceAccount: { create: true, name: SERVICE_ACCOUNTS[AddOn.ExternalSecrets] },
    resources: small,
    // Its webhook refuses everything while nobody answers.
    webhook: { ...twice, resources: small },
    certController: { resources: small },
    // It brings secrets in. Nothing here takes any out.
    ...{ processPushSecret: false, processClusterPushSecret: false, processClusterExternalSecret: false },
  };
}

export function kedaValues() {
  return {
    operator: { replicaCount: 2 },
    metricsServer: { replicaCount: 2 },
    webhooks: { replicaCount: 2 },
    podDisruptionBudget: { operator: ONE_AT_A_TIME, metricServer: ONE_AT_A_TIME, webhooks: ONE_AT_A_TIME },
    serviceAccount: { operator: { create: true, name: SERVICE_ACCOUNTS[AddOn.Keda] } },
    // By default it may read every Secret of the cluster.
    permissions: { operator: { restrict: { secret: true } }, metricServer: { restrict: { secret: true } } },
    image: { pullPolicy: "IfNotPresent" },
  };
}

const TEN_YEARS = 3_650;

export function metricsServerValues() {
  return {
    replicas: 2,
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    // By default the API server believes whoever answers in its name. The chart makes a certificate once and never a second one.
    tls: { type: "helm", helm: { certDurationDays: TEN_YEARS } },
    apiService: { insecureSkipTLSVerify: false },
    resources: { requests: { cpu: "100m", memory: "200Mi" }, limits: { memory: "400Mi" } },
  };
}

export function devicePluginValues() {
  return {
    nodeSelector: GPU_NODE_SELECTOR,
    tolerations: [GPU_TOLERATION],
    resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "128Mi" } },
  };
}

/** `serviceMonitors`: whether the Prometheus operator's kinds exist in the cluster. */
export function dcgmExporterValues(serviceMonitors: boolean) {
  return {
    // Alone it would run on every node but those with a GPU.
    nodeSelector: GPU_NODE_SELECTOR,
    tolerations: [GPU_TOLERATION],
    serviceMonitor: { enabled: serviceMonitors },
  };
}
