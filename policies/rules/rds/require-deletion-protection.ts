import { isTrue, needs } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const rdsRequireDeletionProtection = resourceRule({
  name: "rds-require-deletion-protection",
  wrong: "A database can be deleted by one call, or without a last snapshot.",
  why: "A destroy in the wrong terminal, or a change that replaces it, takes the data with it.",
  severity: Severity.High,
  harm: Harm.DataLoss,
  requirements: ["I4"],
  types: ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"],
  settings: {},
  compliant: [{ type: "aws:rds/instance:Instance", name: "orders", props: { deletionProtection: true, skipFinalSnapshot: false } }],
  check: (database) =>
    needs(database, [
      { path: "deletionProtection", holds: isTrue, cure: "set deletionProtection: true", absentMeans: "false" },
      { path: "skipFinalSnapshot", holds: (value) => !isTrue(value), cure: "set skipFinalSnapshot: false, and name the snapshot" },
    ]),
});
