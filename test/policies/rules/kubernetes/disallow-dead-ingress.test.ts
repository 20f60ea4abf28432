import { kubernetesDisallowDeadIngress as rule } from "../../../../policies/rules/kubernetes/disallow-dead-ingress";
import { absent, departures, otherwise, set } from "../../judged";

// A fault of 2026-05 in it is never mended.
departures(rule, [
  ["of the dead class", set("spec.ingressClassName", "nginx"), ["api: its ingress class is nginx; use the class alb, or the Gateway API."]],
  [
    "by its older annotation",
    (compliant) => set("metadata.annotations", { "kubernetes.io/ingress.class": "nginx" })(absent("spec.ingressClassName")(compliant)),
    ["api: its ingress class is nginx; use the class alb, or the Gateway API."],
  ],
  [
    "with its annotations",
    set("metadata.annotations", { "nginx.ingress.kubernetes.io/canary": "true" }),
    ["api: it has the annotation nginx.ingress.kubernetes.io/canary; use the class alb, or the Gateway API."],
  ],
]);

otherwise(rule, [["takes an absent class", absent("spec.ingressClassName"), { faults: [] }]]);
