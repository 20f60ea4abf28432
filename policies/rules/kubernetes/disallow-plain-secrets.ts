import { mapping } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

const SECRET = "kubernetes:core/v1:Secret";
const VALUES = ["data", "stringData"];

export const kubernetesDisallowPlainSecrets = resourceRule({
  name: "kubernetes-disallow-plain-secrets",
  wrong: "The program writes a secret's values into the cluster.",
  why: "They lie in the state and in every manifest that is rendered; nothing rotates them.",
  severity: Severity.High,
  harm: Harm.PlainSecret,
  requirements: ["I7"],
  types: [SECRET],
  settings: {
    allowed: { default: [] as string[], says: "Names of resources whose values are no secret, or are made for this one cluster." },
  },
  compliant: [{ type: SECRET, name: "token", props: { type: "kubernetes.io/service-account-token", metadata: { name: "token" } } }],
  *check({ name, props }, { allowed }) {
    if (allowed.includes(name)) return;
    for (const key of VALUES) {
      const keys = key in props ? Object.keys(mapping(props[key])) : [];
      if (keys.length > 0)
        yield { found: `${key} holds ${keys.join(", ")}`, cure: "let an ExternalSecret fetch them from Secrets Manager" };
    }
  },
});
