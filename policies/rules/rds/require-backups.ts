import { needs, number } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const rdsRequireBackups = resourceRule({
  name: "rds-require-backups",
  wrong: "A database is backed up for too few days.",
  why: "What a bad migration destroyed on Friday is missed on Monday; without that many days there is nothing to go back to.",
  severity: Severity.High,
  harm: Harm.DataLoss,
  requirements: ["I4"],
  types: ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"],
  settings: { minimumDays: { default: 7, minimum: 1, says: "Days for which automatic backups are kept." } },
  compliant: [{ type: "aws:rds/instance:Instance", name: "orders", props: { backupRetentionPeriod: 7 } }],
  check: (database, { minimumDays }) =>
    needs(database, [
      {
        path: "backupRetentionPeriod",
        holds: (value) => (number(value) ?? 0) >= minimumDays,
        cure: `set it to ${minimumDays} or more days`,
        absentMeans: "no backups",
      },
    ]),
});
