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
  [
    "open to ranges that are everybody",
    set("mlflow/spec", { type: "LoadBalancer", loadBalancerSourceRanges: ["203.0.113.0/24", "0.0.0.0/0"] }),
    [
      "mlflow: spec.type is LoadBalancer, and spec.loadBalancerSourceRanges lets 0.0.0.0/0 in; name the addresses that need it, make it internal, or name the service in allowed.",
    ],
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
  [
    "takes addresses of an office",
    set("mlflow/spec", { type: "LoadBalancer", loadBalancerSourceRanges: ["203.0.113.0/24"] }),
    { faults: [] },
  ],
  ["takes an absent type", absent("mlflow/spec.type"), { faults: [] }],
  ["takes one that its user means", set("mlflow/spec.type", "LoadBalancer"), { faults: [] }, { allowed: ["mlflow"] }],
]);
