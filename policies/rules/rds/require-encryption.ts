import { isTrue, needs } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const rdsRequireEncryption = resourceRule({
  name: "rds-require-encryption",
  wrong: "A database stores its data, logs and snapshots unencrypted.",
  why: "A snapshot that is shared or copied by mistake is readable by whoever gets it; turning encryption on later replaces the database.",
  severity: Severity.High,
  harm: Harm.Practice,
  requirements: ["I4"],
  types: ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"],
  settings: {},
  compliant: [{ type: "aws:rds/instance:Instance", name: "orders", props: { storageEncrypted: true } }],
  check: (database) =>
    needs(database, [{ path: "storageEncrypted", holds: isTrue, cure: "set storageEncrypted: true", absentMeans: "false" }]),
});
