/** The pods that a Kubernetes object makes, whatever its kind. */
import { at, list, mapping } from "../reading";
import type { Example, Props, Subject } from "../rule";

/** Kind's type in Pulumi → where its pod's specification stands. */
const POD_AT: Readonly<Record<string, string>> = {
  "kubernetes:apps/v1:Deployment": "spec.template.spec",
  "kubernetes:apps/v1:StatefulSet": "spec.template.spec",
  "kubernetes:apps/v1:DaemonSet": "spec.template.spec",
  "kubernetes:batch/v1:Job": "spec.template.spec",
  "kubernetes:batch/v1:CronJob": "spec.jobTemplate.spec.template.spec",
  "kubernetes:core/v1:Pod": "spec",
};

export const WORKLOADS = Object.keys(POD_AT);

export const SERVICES_OF_PODS = ["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet"];

export function podOf({ type, props }: Subject): Props {
  return mapping(at(props, POD_AT[type] ?? "spec"));
}

export function containersOf(subject: Subject): Props[] {
  return list(podOf(subject)["containers"]).map(mapping);
}

/** Those that run before the others as well. */
export function allContainersOf(subject: Subject): Props[] {
  return [...list(podOf(subject)["initContainers"]).map(mapping), ...containersOf(subject)];
}

/** A Deployment that every rule about workloads is content with. */
export function compliantDeployment(name: string, image: string, more: Props = {}): Example {
  const container = {
    name: "main",
    image,
    securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false },
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    readinessProbe: { httpGet: { path: "/ready", port: 8000 } },
    livenessProbe: { httpGet: { path: "/live", port: 8000 } },
    ...more,
  };
  return { type: "kubernetes:apps/v1:Deployment", name, props: { spec: { template: { spec: { containers: [container] } } } } };
}
