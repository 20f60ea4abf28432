import { s3DisallowPublicAccess as rule } from "../../../../policies/rules/s3/disallow-public-access";
import { absent, departures, otherwise, set, UNKNOWN, without } from "../../judged";

// One wrong policy on a bucket without the block, and the training data is everybody's.
departures(rule, [
  [
    "absent block",
    without("logs-private"),
    ["logs: no BucketPublicAccessBlock names it; add a BucketPublicAccessBlock for it with all four switches true."],
  ],
  [
    "one switch off",
    set("logs-private/blockPublicPolicy", false),
    ["logs-private: blockPublicPolicy is false; set blockPublicPolicy: true, so that logs stays closed."],
  ],
  [
    "one switch absent",
    absent("logs-private/restrictPublicBuckets"),
    ["logs-private: restrictPublicBuckets is absent, which means false; set restrictPublicBuckets: true, so that logs stays closed."],
  ],
]);

otherwise(rule, [
  ["finds the block although its bucket is known after deployment only", set("logs-private/bucket", UNKNOWN), { faults: [] }],
  ["says so where a switch is unknown", set("logs-private/ignorePublicAcls", UNKNOWN), { faults: [], unknown: "ignorePublicAcls" }],
]);
