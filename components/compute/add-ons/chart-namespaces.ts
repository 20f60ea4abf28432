/** Guards of the namespaces that charts bring along: what stands in them reads secrets, or decides how many pods run. */
import { type NetworkPolicySpec, namespaceLabels } from "../namespaces/manifests";
import { PlatformNamespace, PodSecurity } from "../namespaces/namespaces";
import { type AddOnChart } from "./add-ons";

/** As strict as the charts' own pods are (values of both at their versions: not root, no capabilities, RuntimeDefault). */
export function chartNamespaceLabels(): Record<string, string> {
  return namespaceLabels({ podSecurity: PodSecurity.Restricted, readinessGates: false });
}

export interface ChartPolicy {
  readonly name: string;
  readonly spec: NetworkPolicySpec;
}

/**
 * Who may come in. The way out stays open, because AWS's addresses lie outside the VPC and are known to nobody
 * (docs/decisions/0007-add-ons-may-go-out.md).
 */
export function chartNamespacePolicies({ controlPlanePorts = [] }: Pick<AddOnChart, "controlPlanePorts">): ChartPolicy[] {
  const everyPod = { podSelector: {}, policyTypes: ["Ingress"] };
  const monitoring = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": PlatformNamespace.Monitoring } } };
  return [
    { name: "default-deny", spec: everyPod },
    { name: "allow-neighbours", spec: { ...everyPod, ingress: [{ from: [{ podSelector: {} }] }] } },
    { name: "allow-scraping", spec: { ...everyPod, ingress: [{ from: [monitoring] }] } },
    // From anywhere, because the control plane is no pod: whoever is not in the VPC is kept out by its security groups.
    {
      name: "allow-control-plane",
      spec: { ...everyPod, ingress: [{ ports: controlPlanePorts.map((port) => ({ protocol: "TCP", port })) }] },
    },
  ];
}
