import { isNamed } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

const STATEFUL = [
  "aws:rds/instance:Instance",
  "aws:rds/cluster:Cluster",
  "aws:s3/bucket:Bucket",
  "aws:kms/key:Key",
  "aws:dynamodb/table:Table",
  "aws:efs/fileSystem:FileSystem",
  "aws:backup/vault:Vault",
  "aws:secretsmanager/secret:Secret",
  "aws:ecr/repository:Repository",
];

export const stackRequireProtection = resourceRule({
  name: "stack-require-protection",
  wrong: "Something that holds data is not protected in the stack.",
  why: "Renaming it, or destroying the stack, deletes it without a question.",
  severity: Severity.High,
  harm: Harm.DataLoss,
  requirements: ["I4", "I6"],
  types: STATEFUL,
  settings: { exempt: { default: [] as string[], says: "Names of resources that may go, `*-scratch` for all that end so." } },
  compliant: [{ type: "aws:rds/instance:Instance", name: "orders", props: {}, protect: true }],
  *check({ name, opts }, { exempt }) {
    if (!opts.protect && !isNamed(name, exempt)) yield { found: "protect is false", cure: "create it with the option protect: true" };
  },
});
