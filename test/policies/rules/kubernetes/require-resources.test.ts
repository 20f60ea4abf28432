import { kubernetesRequireResources as rule } from "../../../../policies/rules/kubernetes/require-resources";
import { absent, departures } from "../../judged";

// The first one that grows takes its neighbours down.
departures(rule, [
  [
    "without one",
    absent("spec.template.spec.containers.0.resources.limits.memory"),
    ["api: resources of the container main lacks limits.memory; measure it, and write it there."],
  ],
  [
    "absent",
    absent("spec.template.spec.containers.0.resources"),
    ["api: resources of the container main lacks requests.cpu, requests.memory, limits.memory; measure it, and write it there."],
  ],
]);
