import * as pulumi from "@pulumi/pulumi";
import { type BucketWriter, type ObjectLockMode } from "./bucket";

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

export class Bucket extends pulumi.ComponentResource {
  readonly bucketName!: pulumi.Output<string>;
  readonly arn!: pulumi.Output<string>;

  constructor(name: string, args: BucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("modelloop:index:Bucket", name, {}, opts);
    void args;
  }
}
