import { at, inTurn, isOfType, said } from "../../reading";
import { Harm, Severity, stackRule } from "../../rule";
import { BUCKETS, settingsOf } from "../../shapes/buckets";

const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const PATH = "versioningConfiguration.status";

export const s3RequireVersioning = stackRule({
  name: "s3-require-versioning",
  wrong: "A bucket keeps one version of each object.",
  why: "An overwritten model or data set is gone; no roll-back finds it.",
  severity: Severity.High,
  harm: Harm.DataLoss,
  requirements: ["I6"],
  types: BUCKETS,
  settings: {},
  compliant: [
    { type: "aws:s3/bucket:Bucket", name: "models", props: { bucket: "models-1" } },
    {
      type: VERSIONING,
      name: "models-versioning",
      props: { bucket: "models-1", versioningConfiguration: { status: "Enabled" } },
      madeFrom: { bucket: ["models"] },
    },
  ],
  *check(all) {
    const buckets = all.filter((resource) => isOfType(resource, BUCKETS));
    yield* inTurn(buckets, function* (bucket) {
      const found = settingsOf(bucket, all, VERSIONING);
      if (found.length === 0) yield { found: "no BucketVersioning names it", cure: "add one with the status Enabled", of: bucket };
      for (const versioning of found) {
        const status = at(versioning.props, PATH);
        if (status !== "Enabled") yield { found: said(PATH, status), cure: 'set it to "Enabled"', of: versioning };
      }
    });
  },
});
