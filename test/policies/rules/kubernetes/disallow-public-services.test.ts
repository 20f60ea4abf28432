import { kubernetesDisallowPublicServices as rule } from "../../../../policies/rules/kubernetes/disallow-public-services";
import { absent, departures, otherwise, set } from "../../judged";

// Whoever finds the address has the models.
departures(rule, [
  [
    "open to everybody",
    set("mlflow/spec.type", "LoadBalancer"),
    [
      "mlflow: spec.type is LoadBalancer, and nothing says that it is internal; add the annotation service.beta.kubernetes.io/aws-load-balancer-scheme: internal, or name the service in allowed.",
    ],
  ],
  [
    "by an ingress",
    set("api/metadata.annotations", { "alb.ingress.kubernetes.io/scheme": "internet-facing" }),
    ['api: alb.ingress.kubernetes.io/scheme is "internet-facing"; set it to "internal", or name the ingress in allowed.'],
  ],
]);

otherwise(rule, [
  [
    "takes an internal one",
    (compliant) =>
      set("mlflow/metadata", { annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" } })(
        set("mlflow/spec.type", "LoadBalancer")(compliant),
      ),
    { faults: [] },
  ],
  ["takes an absent type", absent("mlflow/spec.type"), { faults: [] }],
  ["takes one that its user means", set("mlflow/spec.type", "LoadBalancer"), { faults: [] }, { allowed: ["mlflow"] }],
]);
