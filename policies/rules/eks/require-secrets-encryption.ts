import { at, list, said } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const eksRequireSecretsEncryption = resourceRule({
  name: "eks-require-secrets-encryption",
  wrong: "A cluster's secrets are not encrypted with a key of one's own.",
  why: "Whoever gets at etcd, or at a copy of it, reads every password.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I2", "I7"],
  types: ["aws:eks/cluster:Cluster"],
  settings: {},
  compliant: [{ type: "aws:eks/cluster:Cluster", name: "platform", props: { encryptionConfig: { resources: ["secrets"], provider: {} } } }],
  *check({ props }) {
    const resources = at(props, "encryptionConfig.resources");
    if (!list(resources).includes("secrets"))
      yield { found: said("encryptionConfig.resources", resources), cure: 'give it a key, for ["secrets"]' };
  },
});
