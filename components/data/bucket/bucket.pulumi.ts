import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { policyDocument } from "../../shared/policy-document";
import { bucketFaults, type BucketWriter, DEFAULT_DAYS_OF_OLD_VERSIONS, type ObjectLockMode } from "./bucket";
import { bucketPolicyStatements } from "./bucket-policy";

export interface BucketLifecycleArgs {
  /** Days until an object moves to infrequent access, 30 or more. @default - it never moves */
  moveToInfrequentAccessAfterDays?: number;
  /** Days until an object is deleted. @default - kept for ever */
  deleteAfterDays?: number;
  /** Days that an overwritten or deleted version is kept. @default 90 */
  deleteOldVersionsAfterDays?: number;
}

export interface BucketAccessLogArgs {
  /** Name of the bucket that takes the log; it needs the writer `BucketWriter.ServerAccessLogs`. */
  bucketName: pulumi.Input<string>;
  /** Prefix of the log's objects. @default "<name>/" */
  prefix?: pulumi.Input<string>;
}

export interface ObjectLockArgs {
  /** Who can shorten the lock. */
  mode: ObjectLockMode;
  /** Days that no version can be deleted or overwritten. */
  days: number;
}

export interface BucketArgs {
  /** ARN of the KMS key that encrypts every object. Required unless `encryptWithS3ManagedKey` is true. @default - none */
  kmsKeyArn?: pulumi.Input<string>;
  /** Encrypts with S3's own key, that nobody can withhold: for logs of load balancers and of other buckets, which accept no other. @default false */
  encryptWithS3ManagedKey?: boolean;
  /** Globally unique name. Changing it **replaces the bucket and loses what is in it**. @default - the component's name and a random end */
  bucketName?: pulumi.Input<string>;
  /** What happens to old data. @default - nothing is deleted but versions older than 90 days */
  lifecycle?: BucketLifecycleArgs;
  /** Record of every request. @default - none */
  accessLog?: BucketAccessLogArgs;
  /** Write once, read many. Adding or removing it **replaces the bucket**. @default - none */
  objectLock?: ObjectLockArgs;
  /** AWS services that write into the bucket on their own behalf. @default - none */
  writers?: BucketWriter[];
  /** Lets `pulumi destroy` delete the bucket once it is empty. @default false */
  allowDelete?: boolean;
  /** Lets `pulumi destroy` delete the bucket with everything in it; needs `allowDelete`. @default false */
  deleteWithContents?: boolean;
  /** Tags of the bucket. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * A private, versioned, encrypted S3 bucket that answers TLS only.
 *
 * Security: public access blocked four ways, no ACLs, one KMS key, TLS 1.2 or newer; AWS services write only where `writers` names them.
 * Cost: storage, requests and KMS requests (few, by a bucket key); nothing when empty.
 * Replaced when: `bucketName` changes or `objectLock` comes or goes. Protected, and kept in AWS when it leaves the program.
 */
export class Bucket extends pulumi.ComponentResource {
  /** Name of the bucket, known once its policy is in force: nobody writes before. */
  readonly bucketName: pulumi.Output<string>;
  /** ARN of the bucket, likewise. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: BucketArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("Bucket", name, bucketFaults(args));
    super("modelloop:index:Bucket", name, {}, opts);
    const kept = args.allowDelete !== true;
    // A bucket that is kept without its policy, its public access block and the rest would lie there less safe than before.
    const always = { parent: this, retainOnDelete: kept };
    const { bucketName, tags, deleteWithContents = false, objectLock } = args;

    const bucket = new aws.s3.Bucket(
      `${name}-bucket`,
      { bucket: bucketName, forceDestroy: deleteWithContents, objectLockEnabled: objectLock !== undefined, tags },
      { ...always, protect: kept },
    );
    const at = { bucket: bucket.id };
    const isPrivate = new aws.s3.BucketPublicAccessBlock(`${name}-private`, { ...at, ...NOTHING_PUBLIC }, always);
    new aws.s3.BucketOwnershipControls(`${name}-ownership`, { ...at, rule: { objectOwnership: "BucketOwnerEnforced" } }, always);
    const versioning = new aws.s3.BucketVersioning(`${name}-versioning`, { ...at, versioningConfiguration: { status: "Enabled" } }, always);
    new aws.s3.BucketServerSideEncryptionConfiguration(`${name}-encryption`, { ...at, rules: [encryption(args.kmsKeyArn)] }, always);
    // After the block, or S3 might be asked for both at once and refuse one as conflicting.
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      { ...at, policy: bucketPolicy(this, bucket, args) },
      { ...always, dependsOn: isPrivate },
    );

    // Rules about old versions and locks are refused until there are versions.
    const versioned = { ...always, dependsOn: versioning };
    new aws.s3.BucketLifecycleConfiguration(`${name}-lifecycle`, { ...at, rules: [oldData(args.lifecycle ?? {})] }, versioned);
    if (objectLock !== undefined) {
      const rule = { defaultRetention: { mode: objectLock.mode, days: objectLock.days } };
      new aws.s3.BucketObjectLockConfiguration(`${name}-object-lock`, { ...at, rule }, versioned);
    }
    if (args.accessLog !== undefined) {
      const { bucketName: targetBucket, prefix: targetPrefix = `${name}/` } = args.accessLog;
      new aws.s3.BucketLogging(`${name}-access-log`, { ...at, targetBucket, targetPrefix }, always);
    }

    this.bucketName = policy.bucket;
    this.arn = pulumi.all([bucket.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ bucketName: this.bucketName, arn: this.arn });
  }
}

function bucketPolicy(component: Bucket, { arn }: aws.s3.Bucket, { writers = [] }: BucketArgs): pulumi.Output<string> {
  return pulumi
    .all([arn, accountOf(component)])
    .apply(([bucketArn, account]) => policyDocument(bucketPolicyStatements({ ...account, bucketArn }, writers)));
}

const NOTHING_PUBLIC = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };

function encryption(kmsKeyArn: pulumi.Input<string> | undefined): aws.types.input.s3.BucketServerSideEncryptionConfigurationRule {
  if (kmsKeyArn === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  // The bucket key saves nearly all requests to KMS, that would otherwise be billed for every object.
  return { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn }, bucketKeyEnabled: true };
}

function oldData(lifecycle: BucketLifecycleArgs): aws.types.input.s3.BucketLifecycleConfigurationRule {
  const { moveToInfrequentAccessAfterDays: move, deleteAfterDays: end, deleteOldVersionsAfterDays } = lifecycle;
  const noncurrentDays = deleteOldVersionsAfterDays ?? DEFAULT_DAYS_OF_OLD_VERSIONS;
  return {
    id: "old-data",
    status: "Enabled",
    filter: {},
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    noncurrentVersionExpiration: { noncurrentDays },
    ...(end === undefined ? {} : { expiration: { days: end } }),
    ...(move === undefined ? {} : { transitions: [{ days: move, storageClass: "STANDARD_IA" }] }),
  };
}
