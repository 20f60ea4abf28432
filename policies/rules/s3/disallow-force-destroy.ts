import { isTrue, needs } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

export const s3DisallowForceDestroy = resourceRule({
  name: "s3-disallow-force-destroy",
  wrong: "A bucket, or a registry, is deleted with everything in it.",
  why: "AWS refuses to delete what is not empty; this is the last guard there is, and the flag takes it away.",
  severity: Severity.High,
  harm: Harm.DataLoss,
  requirements: ["I6"],
  types: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:backup/vault:Vault", "aws:ecr/repository:Repository"],
  settings: {},
  compliant: [
    { type: "aws:s3/bucket:Bucket", name: "logs", props: { forceDestroy: false } },
    { type: "aws:ecr/repository:Repository", name: "images", props: { forceDelete: false } },
  ],
  check: (subject) =>
    needs(subject, [
      { path: "forceDestroy", holds: (value) => !isTrue(value), cure: "set forceDestroy: false" },
      { path: "forceDelete", holds: (value) => !isTrue(value), cure: "set forceDelete: false" },
    ]),
});
