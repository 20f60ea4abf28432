import { isTrue, needs } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const elasticacheRequireEncryption = resourceRule({
  name: "elasticache-require-encryption",
  wrong: "A cache keeps or sends its content unencrypted.",
  why: "Features of users pass through it; without TLS a cache cannot ask who is there, either.",
  severity: Severity.High,
  harm: Harm.Practice,
  requirements: ["I5"],
  types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  settings: {},
  compliant: [
    {
      type: "aws:elasticache/replicationGroup:ReplicationGroup",
      name: "features",
      props: { atRestEncryptionEnabled: true, transitEncryptionEnabled: true },
    },
  ],
  check: (cache) =>
    needs(cache, [
      { path: "atRestEncryptionEnabled", holds: isTrue, cure: "set it to true, which replaces the cache", absentMeans: "false" },
      { path: "transitEncryptionEnabled", holds: isTrue, cure: "set it to true", absentMeans: "false" },
    ]),
});
