import { at, mapping, said } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

const KEY = "pod-security.kubernetes.io/enforce";

export const kubernetesRequirePodSecurity = resourceRule({
  name: "kubernetes-require-pod-security",
  wrong: "A namespace takes pods that may do anything to their node.",
  why: "Whoever may create a pod there owns the node, and all that runs on it.",
  severity: Severity.High,
  harm: Harm.Practice,
  requirements: ["M6"],
  types: ["kubernetes:core/v1:Namespace"],
  settings: {
    levels: { default: ["restricted", "baseline"], says: "Pod security standards that are good enough." },
    privileged: {
      default: ["monitoring"],
      says: "Names of namespaces whose pods have to see their node: those of metrics of nodes and GPUs.",
    },
  },
  compliant: [
    { type: "kubernetes:core/v1:Namespace", name: "serving", props: { metadata: { name: "serving", labels: { [KEY]: "restricted" } } } },
  ],
  *check({ props }, { levels, privileged }) {
    if (privileged.includes(String(at(props, "metadata.name")))) return;
    const level = mapping(at(props, "metadata.labels"))[KEY];
    if (!levels.includes(String(level)))
      yield { found: said(`the label ${KEY}`, level, '"privileged"'), cure: `set it to ${levels.join(" or ")}` };
  },
});
