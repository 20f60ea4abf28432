import { inTurn, isOfType, isTrue, said } from "../../reading";
import { Harm, Severity, stackRule } from "../../rule";
import { BUCKETS, settingsOf } from "../../shapes/buckets";

const SWITCHES = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";

export const s3DisallowPublicAccess = stackRule({
  name: "s3-disallow-public-access",
  wrong: "A bucket could be opened to the world by a policy or an ACL.",
  why: "Training data and models in a public bucket are everybody's within hours; the block holds even when a policy is wrong.",
  severity: Severity.Critical,
  harm: Harm.Exposure,
  requirements: ["I6"],
  types: BUCKETS,
  settings: {},
  compliant: [
    { type: "aws:s3/bucket:Bucket", name: "logs", props: { bucket: "logs-1" } },
    {
      type: BLOCK,
      name: "logs-private",
      props: { bucket: "logs-1", blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      madeFrom: { bucket: ["logs"] },
    },
  ],
  *check(all) {
    const buckets = all.filter((resource) => isOfType(resource, BUCKETS));
    yield* inTurn(buckets, function* (bucket) {
      const blocks = settingsOf(bucket, all, BLOCK);
      if (blocks.length === 0) {
        const cure = "add a BucketPublicAccessBlock for it with all four switches true";
        yield { found: "no BucketPublicAccessBlock names it", cure, of: bucket };
      }
      for (const block of blocks) {
        for (const key of SWITCHES) {
          if (!isTrue(block.props[key]))
            yield { found: said(key, block.props[key], "false"), cure: `set ${key}: true, so that ${bucket.name} stays closed`, of: block };
        }
      }
    });
  },
});
