import { enumFaults, repeatFaults } from "../../shared/faults";
import { type PolicyStatement } from "../../shared/policy-document";
import { webAclFaults } from "../../shared/web-acl";
import { type Chart, KUBE_SYSTEM } from "../shared/chart";

export enum AddOn {
  /** Registers pods with load balancers, and makes load balancers for Ingresses. */
  LoadBalancerController = "loadBalancerController",
  /** Buys and gives back nodes. */
  NodeAutoscaling = "nodeAutoscaling",
  /** Brings Secrets Manager's values to pods. */
  ExternalSecrets = "externalSecrets",
  /** Scales workloads by queues and metrics. */
  Keda = "keda",
  /** CPU and memory of pods, for `kubectl top` and for scaling by them. */
  MetricsServer = "metricsServer",
  /** Tells Kubernetes of the GPUs. */
  NvidiaDevicePlugin = "nvidiaDevicePlugin",
  /** Metrics of the GPUs. */
  DcgmExporter = "dcgmExporter",
}

export const ALL_ADD_ONS: readonly AddOn[] = Object.values(AddOn);

/** Those that are a chart and nothing more. */
export type ChartAddOn = Exclude<AddOn, AddOn.NodeAutoscaling>;

export function isChart(addOn: AddOn): addOn is ChartAddOn {
  return addOn !== AddOn.NodeAutoscaling;
}

export interface AddOnChart extends Chart {
  /** End of the child's name. */
  readonly noun: string;
  /** Where its pods answer the control plane: webhooks, and the API of external metrics. Only for those with a namespace of their own. */
  readonly controlPlanePorts?: readonly number[];
}

/** Versions and sources as of 2026-08-22; images are those that the charts pin. */
export const CHARTS: Record<ChartAddOn, AddOnChart> = {
  [AddOn.LoadBalancerController]: {
    ...{ noun: "load-balancers", release: "aws-load-balancer-controller", chart: "aws-load-balancer-controller", version: "3.5.0" },
    ...{ repository: "https://aws.github.io/eks-charts", namespace: KUBE_SYSTEM, timeoutSeconds: 300 },
  },
  [AddOn.ExternalSecrets]: {
    ...{ noun: "external-secrets", release: "external-secrets", chart: "external-secrets", version: "2.9.0" },
    ...{ repository: "https://charts.external-secrets.io", namespace: "external-secrets", timeoutSeconds: 300 },
    controlPlanePorts: [10_250],
  },
  [AddOn.Keda]: {
    ...{ noun: "keda", release: "keda", chart: "keda", version: "2.20.2" },
    ...{ repository: "https://kedacore.github.io/charts", namespace: "keda", timeoutSeconds: 300 },
    controlPlanePorts: [6_443, 9_443],
  },
  [AddOn.MetricsServer]: {
    ...{ noun: "metrics-server", release: "metrics-server", chart: "metrics-server", version: "3.13.1" },
    ...{ repository: "https://kubernetes-sigs.github.io/metrics-server", namespace: KUBE_SYSTEM, timeoutSeconds: 300 },
  },
  [AddOn.NvidiaDevicePlugin]: {
    ...{ noun: "gpu-plugin", release: "nvidia-device-plugin", chart: "nvidia-device-plugin", version: "0.20.0" },
    ...{ repository: "https://nvidia.github.io/k8s-device-plugin", namespace: KUBE_SYSTEM, timeoutSeconds: 300 },
  },
  [AddOn.DcgmExporter]: {
    ...{ noun: "gpu-metrics", release: "dcgm-exporter", chart: "dcgm-exporter", version: "4.8.2" },
    ...{ repository: "https://nvidia.github.io/dcgm-exporter/helm-charts", namespace: KUBE_SYSTEM, timeoutSeconds: 300 },
  },
};

/** Service accounts of those that speak to AWS. */
export const SERVICE_ACCOUNTS = {
  [AddOn.LoadBalancerController]: "aws-load-balancer-controller",
  [AddOn.ExternalSecrets]: "external-secrets",
  [AddOn.Keda]: "keda-operator",
} as const satisfies Partial<Record<ChartAddOn, string>>;

/** What of the arguments can be wrong before AWS is asked. */
export interface AddOnsShape {
  readonly addOns?: readonly AddOn[];
  readonly webAclArns?: readonly unknown[];
  readonly secretArns?: readonly unknown[];
  readonly scalingQueueArns?: readonly unknown[];
}

/** Their names are up to 128 letters long; with more of that length the role's policy might exceed 10,240 (IAM and AWS STS quotas). */
const MOST_WEB_ACLS = 12;

export function addOnsFaults({ addOns = ALL_ADD_ONS, webAclArns = [], secretArns = [], scalingQueueArns = [] }: AddOnsShape): string[] {
  const faults = [
    ...addOns.flatMap((addOn, index) => enumFaults(`addOns[${index}]`, addOn, AddOn)),
    ...repeatFaults("addOns", addOns),
    ...webAclArns.flatMap((arn, index) => webAclFaults(`webAclArns[${index}]`, arn)),
    ...unusedFaults("webAclArns", webAclArns, AddOn.LoadBalancerController, addOns),
    ...unusedFaults("secretArns", secretArns, AddOn.ExternalSecrets, addOns),
    ...unusedFaults("scalingQueueArns", scalingQueueArns, AddOn.Keda, addOns),
  ];
  if (webAclArns.length > MOST_WEB_ACLS) {
    faults.push(`webAclArns names ${webAclArns.length}; the controller's policy has room for ${MOST_WEB_ACLS}: name fewer`);
  }
  if (addOns.includes(AddOn.DcgmExporter) && !addOns.includes(AddOn.NvidiaDevicePlugin)) {
    faults.push(
      "addOns has dcgmExporter without nvidiaDevicePlugin; no pod then gets a GPU, and there is nothing to measure: add it, or leave dcgmExporter out",
    );
  }
  return faults;
}

function unusedFaults(property: string, values: readonly unknown[], reader: AddOn, addOns: readonly AddOn[]): string[] {
  if (values.length === 0 || addOns.includes(reader)) return [];
  return [`${property} is set without ${reader} in addOns; nobody would read them: add it, or leave ${property} out`];
}

/** External Secrets reads these secrets, and decrypts them with these keys, through Secrets Manager only. */
export function secretStatements(secretArns: readonly string[], kmsKeyArns: readonly string[]): PolicyStatement[] {
  const read: PolicyStatement = {
    Sid: "ReadSecrets",
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
    Resource: secretArns,
  };
  const decrypt: PolicyStatement = {
    Sid: "DecryptSecrets",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: kmsKeyArns,
    Condition: { StringLike: { "kms:ViaService": "secretsmanager.*.amazonaws.com" } },
  };
  return kmsKeyArns.length === 0 ? [read] : [read, decrypt];
}

/** KEDA reads how long a queue is, and none of its messages (KEDA 2.20, "AWS SQS Queue" scaler). */
export function queueStatements(queueArns: readonly string[]): PolicyStatement[] {
  return [{ Sid: "ReadQueueLength", Effect: "Allow", Action: "sqs:GetQueueAttributes", Resource: queueArns }];
}

export const SECRET_STORE_NAME = "aws-secrets-manager";

/** What ExternalSecrets of these namespaces refer to. Without `auth` the controller's own role reads. */
export function secretStore<Text>(region: Text, namespaces: readonly string[]) {
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ClusterSecretStore",
    metadata: { name: SECRET_STORE_NAME },
    spec: {
      provider: { aws: { service: "SecretsManager", region } },
      conditions: [{ namespaces: [...namespaces] }],
    },
  };
}
