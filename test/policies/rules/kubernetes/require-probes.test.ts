import { kubernetesRequireProbes as rule } from "../../../../policies/rules/kubernetes/require-probes";
import { absent, departures, otherwise } from "../../judged";

// Users are sent to a pod that is still loading.
departures(rule, [
  [
    "absent readiness",
    absent("spec.template.spec.containers.0.readinessProbe"),
    ["api: the container main has no readinessProbe; add it."],
  ],
  [
    "absent both",
    (compliant) =>
      absent("spec.template.spec.containers.0.livenessProbe")(absent("spec.template.spec.containers.0.readinessProbe")(compliant)),
    ["api: the container main has no readinessProbe and no livenessProbe; add it."],
  ],
]);

otherwise(rule, [
  [
    "takes a container that its user exempts",
    absent("spec.template.spec.containers.0.readinessProbe"),
    { faults: [] },
    { exempt: ["main"] },
  ],
]);
