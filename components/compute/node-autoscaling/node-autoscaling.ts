import { type PolicyStatement } from "../../shared/policy-document";
import { type Chart, KUBE_SYSTEM } from "../shared/chart";

export const AUTOSCALER_ACCOUNT = "cluster-autoscaler";

/** Brings cluster-autoscaler 1.35.0. */
export const AUTOSCALER_CHART: Chart = {
  release: "cluster-autoscaler",
  chart: "cluster-autoscaler",
  version: "9.59.0",
  repository: "https://kubernetes.github.io/autoscaler",
  namespace: KUBE_SYSTEM,
  timeoutSeconds: 300,
};

export interface AutoscalerSettings<Text> {
  readonly clusterName: Text;
  readonly region: Text;
  readonly idleMinutes: number;
}

export const DEFAULT_IDLE_MINUTES = 10;

/** A node that goes sooner is bought again for the next pod, and its images are pulled again. */
export const IDLE_MINUTES = { min: 1, max: 1_440, rule: "an idle node is given back within a day" };

export function autoscalerValues<Text>({ clusterName, region, idleMinutes }: AutoscalerSettings<Text>) {
  return {
    // Without it the chart installs no autoscaler, and says nothing.
    autoDiscovery: { clusterName },
    awsRegion: region,
    // Both names end in what the roles and the dashboards expect.
    fullnameOverride: "cluster-autoscaler",
    rbac: { serviceAccount: { create: true, name: AUTOSCALER_ACCOUNT } },
    priorityClassName: "system-cluster-critical",
    resources: { requests: { cpu: "100m", memory: "300Mi" }, limits: { memory: "600Mi" } },
    securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: "RuntimeDefault" } },
    containerSecurityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    extraArgs: {
      expander: "least-waste",
      "balance-similar-node-groups": true,
      "scale-down-unneeded-time": `${idleMinutes}m`,
      "scale-down-delay-after-add": `${idleMinutes}m`,
      // The device plugin and the exporter are on every GPU node; counted, they would keep an idle one.
      "ignore-daemonsets-utilization": true,
      // By default a pod with an emptyDir, or of kube-system, holds its node for ever; theirs have disruption budgets.
      "skip-nodes-with-local-storage": false,
      "skip-nodes-with-system-pods": false,
    },
  };
}

/**
 * kubernetes/autoscaler, cloudprovider/aws/README.md, "IAM Policy" (2026-08). The second statement is narrower than there: only groups that
 * EKS made for this cluster.
 */
export function autoscalerStatements(clusterName: string): PolicyStatement[] {
  return [
    {
      Sid: "Look",
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
      ],
      Resource: "*",
    },
    {
      Sid: "ScaleThisCluster",
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "*",
      // EKS puts this tag on the groups behind managed node groups (EKS user guide, "Cluster Autoscaler").
      Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`]: "owned" } },
    },
  ];
}
