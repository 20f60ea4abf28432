import { kubernetesRequireNonRoot as rule } from "../../../../policies/rules/kubernetes/require-non-root";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// A fault in the program is a fault in the node.
departures(rule, [
  [
    "as root",
    set("spec.template.spec.containers.0.securityContext.runAsNonRoot", false),
    ["api: securityContext.runAsNonRoot of the container main is false; set it to true."],
  ],
  [
    "absent",
    absent("spec.template.spec.containers.0.securityContext"),
    [
      "api: securityContext.runAsNonRoot of the container main is absent; set it to true.",
      "api: securityContext.allowPrivilegeEscalation of the container main is absent, which means true; set it to false.",
    ],
  ],
  [
    "privileged",
    set("spec.template.spec.containers.0.securityContext.privileged", true),
    ["api: securityContext.privileged of the container main is true; remove it."],
  ],
  ["in the node's network", set("spec.template.spec.hostNetwork", true), ["api: hostNetwork is true; remove it."]],
]);

otherwise(rule, [
  [
    "takes what the pod says for all",
    (compliant) =>
      set("spec.template.spec.securityContext", { runAsNonRoot: true })(
        absent("spec.template.spec.containers.0.securityContext.runAsNonRoot")(compliant),
      ),
    { faults: [] },
  ],
  ["says so where the pod is unknown", set("spec", UNKNOWN), { faults: [], unknown: "spec" }],
]);
