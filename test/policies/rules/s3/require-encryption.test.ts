import { s3RequireEncryption as rule } from "../../../../policies/rules/s3/require-encryption";
import { UNKNOWN, and, departures, otherwise, set, without } from "../../judged";

// S3's own key opens for whoever may read.
departures(rule, [
  [
    "absent configuration",
    without("logs-encryption"),
    ["logs: no BucketServerSideEncryptionConfiguration names it; add one with aws:kms or aws:kms:dsse."],
  ],
  [
    "with S3's own key",
    set("logs-encryption/rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "AES256"),
    ['logs-encryption: rules.0.applyServerSideEncryptionByDefault.sseAlgorithm is "AES256"; use aws:kms or aws:kms:dsse.'],
  ],
  [
    "absent rules",
    set("logs-encryption/rules", []),
    ["logs-encryption: rules.0.applyServerSideEncryptionByDefault.sseAlgorithm is absent; use aws:kms or aws:kms:dsse."],
  ],
]);

otherwise(rule, [
  [
    "takes S3's own key where a load balancer writes its logs, which can do no other",
    (compliant) =>
      and({ type: "aws:lb/loadBalancer:LoadBalancer", name: "balancer", props: {}, madeFrom: { accessLogs: ["logs"] } })(
        set("logs-encryption/rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "AES256")(compliant),
      ),
    { faults: [] },
  ],
  [
    "takes a key that is known after deployment only",
    set("logs-encryption/rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId", UNKNOWN),
    { faults: [] },
  ],
  ["says so where the algorithm is unknown", set("logs-encryption/rules", UNKNOWN), { faults: [], unknown: "rules" }],
]);
