import { at, inTurn, isOfType, list, said } from "../../reading";
import { Harm, Severity, stackRule, type StackSubject } from "../../rule";
import { BUCKETS, settingsOf } from "../../shapes/buckets";

const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
/** Where a balancer, or what makes the controller in the cluster make one, names the bucket of its logs. */
const LOGS_OF: Readonly<Record<string, string>> = {
  "aws:lb/loadBalancer:LoadBalancer": "accessLogs",
  "kubernetes:networking.k8s.io/v1:Ingress": "metadata",
  "kubernetes:core/v1:Service": "metadata",
};
const PATH = "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm";

export const s3RequireEncryption = stackRule({
  name: "s3-require-encryption",
  wrong: "A bucket does not encrypt with a key of one's own.",
  why: "With S3's own key whoever may read the bucket reads its content; a key of one's own is a second lock, with a log of its use.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I6"],
  types: BUCKETS,
  settings: { algorithms: { default: ["aws:kms", "aws:kms:dsse"], says: "Algorithms that are good enough." } },
  compliant: [
    { type: "aws:s3/bucket:Bucket", name: "logs", props: { bucket: "logs-1" } },
    {
      type: ENCRYPTION,
      name: "logs-encryption",
      props: { bucket: "logs-1", rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] },
      madeFrom: { bucket: ["logs"] },
    },
  ],
  *check(all, { algorithms }) {
    const buckets = all.filter((resource) => isOfType(resource, BUCKETS));
    yield* inTurn(buckets, function* (bucket) {
      const found = settingsOf(bucket, all, ENCRYPTION);
      if (found.length === 0)
        yield { found: "no BucketServerSideEncryptionConfiguration names it", cure: `add one with ${algorithms.join(" or ")}`, of: bucket };
      const good = takesLogsOfBalancers(bucket, all) ? [...algorithms, "AES256"] : algorithms;
      for (const encryption of found) {
        const algorithm = list(encryption.props["rules"]).length === 0 ? undefined : at(encryption.props, PATH);
        if (!good.includes(String(algorithm)))
          yield { found: said(PATH, algorithm), cure: `use ${algorithms.join(" or ")}`, of: encryption };
      }
    });
  },
});

/** Load balancers write their logs to buckets with S3's own key only: Application Load Balancers user guide, "Access logs", read 2026-11-21. */
function takesLogsOfBalancers(bucket: StackSubject, all: readonly StackSubject[]): boolean {
  // A program may wait for the policy that lets the balancer write.
  const own = new Set([bucket.urn, ...settingsOf(bucket, all, "aws:s3/bucketPolicy:BucketPolicy").map(({ urn }) => urn)]);
  return all.some(({ type, propertyDependencies }) => {
    const property = LOGS_OF[type];
    return property !== undefined && (propertyDependencies[property] ?? []).some(({ urn }) => own.has(urn));
  });
}
