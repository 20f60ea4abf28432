import { at, mapping } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";
const PREFIX = "nginx.ingress.kubernetes.io/";

export const kubernetesDisallowDeadIngress = resourceRule({
  name: "kubernetes-disallow-dead-ingress",
  wrong: "An ingress waits for ingress-nginx.",
  why: "Its repository was archived on 2026-03-24: no fault is mended any more, CVE-2026-42945 of 2026-05 among them.",
  severity: Severity.High,
  harm: Harm.Practice,
  requirements: ["S3", "I9"],
  types: [INGRESS],
  settings: { dead: { default: ["nginx"], says: "Ingress classes that nobody maintains." } },
  compliant: [{ type: INGRESS, name: "api", props: { metadata: { annotations: {} }, spec: { ingressClassName: "alb" } } }],
  *check({ props }, { dead }) {
    const annotations = mapping(at(props, "metadata.annotations"));
    const cure = "use the class alb, or the Gateway API";
    const name = at(props, "spec.ingressClassName") ?? annotations["kubernetes.io/ingress.class"];
    if (dead.includes(String(name))) yield { found: `its ingress class is ${String(name)}`, cure };
    const [annotation] = Object.keys(annotations).filter((key) => key.startsWith(PREFIX));
    if (annotation !== undefined) yield { found: `it has the annotation ${annotation}`, cure };
  },
});
