import { at, isTrue, list, mapping } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";
import { isOpenRange } from "../../shapes/addresses";

const SERVICE = "kubernetes:core/v1:Service";
const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";

export const kubernetesDisallowPublicServices = resourceRule({
  name: "kubernetes-disallow-public-services",
  wrong: "A service of the cluster gets a load balancer that the internet reaches.",
  why: "MLflow and Triton ask nobody for a password: whoever finds the address has the models.",
  severity: Severity.Critical,
  harm: Harm.Exposure,
  requirements: ["M1", "I13"],
  types: [SERVICE, INGRESS],
  settings: { allowed: { default: [] as string[], says: "Names of resources that are meant for the internet." } },
  compliant: [
    { type: SERVICE, name: "mlflow", props: { spec: { type: "ClusterIP" } } },
    { type: INGRESS, name: "api", props: { metadata: { annotations: { "alb.ingress.kubernetes.io/scheme": "internal" } } } },
  ],
  *check({ type, name, props }, { allowed }) {
    if (allowed.includes(name)) return;
    const annotations = mapping(at(props, "metadata.annotations"));
    if (type === INGRESS) {
      if (annotations["alb.ingress.kubernetes.io/scheme"] === "internet-facing")
        yield {
          found: 'alb.ingress.kubernetes.io/scheme is "internet-facing"',
          cure: 'set it to "internal", or name the ingress in allowed',
        };
      return;
    }
    if (at(props, "spec.type") !== "LoadBalancer") return;
    const scheme = annotations["service.beta.kubernetes.io/aws-load-balancer-scheme"];
    const isInternal = scheme === "internal" || isTrue(annotations["service.beta.kubernetes.io/aws-load-balancer-internal"]);
    const ranges = list(at(props, "spec.loadBalancerSourceRanges"));
    const open = ranges.filter(isOpenRange);
    if (!isInternal && open.length > 0)
      yield {
        found: `spec.type is LoadBalancer, and spec.loadBalancerSourceRanges lets ${open.join(" and ")} in`,
        cure: "name the addresses that need it, make it internal, or name the service in allowed",
      };
    if (!isInternal && ranges.length === 0)
      yield {
        found: "spec.type is LoadBalancer, and nothing says that it is internal",
        cure: "add the annotation service.beta.kubernetes.io/aws-load-balancer-scheme: internal, or name the service in allowed",
      };
  },
});
