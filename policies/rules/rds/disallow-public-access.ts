import { isTrue, needs } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

const INSTANCES = ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"];

export const rdsDisallowPublicAccess = resourceRule({
  name: "rds-disallow-public-access",
  wrong: "A database has an address that the internet reaches.",
  why: "Passwords are tried against it from the first minute, and one open security group is then enough.",
  severity: Severity.Critical,
  harm: Harm.Exposure,
  requirements: ["I4", "I6"],
  types: INSTANCES,
  settings: {},
  compliant: [{ type: "aws:rds/instance:Instance", name: "orders", props: { publiclyAccessible: false } }],
  // Absent means false: the provider's default.
  check: (database) =>
    needs(database, [{ path: "publiclyAccessible", holds: (value) => !isTrue(value), cure: "set publiclyAccessible: false" }]),
});
