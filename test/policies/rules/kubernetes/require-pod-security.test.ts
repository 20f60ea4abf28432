import { kubernetesRequirePodSecurity as rule } from "../../../../policies/rules/kubernetes/require-pod-security";
import { absent, departures, otherwise, set } from "../../judged";

// Whoever may create a pod owns the node.
departures(rule, [
  [
    "open",
    set("metadata.labels", { "pod-security.kubernetes.io/enforce": "privileged" }),
    ['serving: the label pod-security.kubernetes.io/enforce is "privileged"; set it to restricted or baseline.'],
  ],
  [
    "absent",
    absent("metadata.labels"),
    ['serving: the label pod-security.kubernetes.io/enforce is absent, which means "privileged"; set it to restricted or baseline.'],
  ],
]);

otherwise(rule, [
  [
    "takes the namespace of what watches nodes",
    (compliant) => set("metadata.name", "monitoring")(absent("metadata.labels")(compliant)),
    { faults: [] },
  ],
]);
