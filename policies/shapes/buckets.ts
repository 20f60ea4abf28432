/** Buckets, and the resources beside a bucket that say how it is kept. */
import type { StackSubject } from "../rule";

export const BUCKETS = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/** Resources of a type that were made from this bucket, or name it. */
export function settingsOf(bucket: StackSubject, all: readonly StackSubject[], ...types: readonly string[]): StackSubject[] {
  return all.filter((resource) => types.includes(resource.type) && (isMadeFrom(resource, bucket) || isNamedBy(resource, bucket)));
}

function isMadeFrom({ propertyDependencies }: StackSubject, bucket: StackSubject): boolean {
  return (propertyDependencies["bucket"] ?? []).some(({ urn }) => urn === bucket.urn);
}

/** A program may give the bucket's name as a plain text. */
function isNamedBy({ props, propertyDependencies }: StackSubject, bucket: StackSubject): boolean {
  if ((propertyDependencies["bucket"] ?? []).length > 0) return false;
  return props["bucket"] !== undefined && props["bucket"] === (bucket.props["bucket"] ?? bucket.props["id"]);
}
