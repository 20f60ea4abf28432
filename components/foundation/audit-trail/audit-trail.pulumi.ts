import * as pulumi from "@pulumi/pulumi";
import { type BucketAccessLogArgs, type ObjectLockArgs } from "../../data/bucket/bucket.pulumi";

export interface AuditTrailLogsArgs {
  /** Days that CloudWatch keeps the events. @default 90 */
  retentionDays?: number;
}

export interface AuditTrailArgs {
  /** ARN of the KMS key of the trail, its bucket and its log group; the key's policy must admit CloudTrail. */
  kmsKeyArn: pulumi.Input<string>;
  /** Days that the trail's files are kept. @default 400 */
  retentionDays?: number;
  /** Makes the files unchangeable for a time. Adding or removing it **replaces the bucket**. @default - none */
  objectLock?: ObjectLockArgs;
  /** ARNs of buckets whose every read and write is recorded, billed by event. @default - none */
  dataEventBucketArns?: pulumi.Input<string>[];
  /** Sends the events to CloudWatch Logs too, where alarms can see them; the key's policy must then admit CloudWatch Logs. @default - not sent */
  cloudWatchLogs?: AuditTrailLogsArgs;
  /** Record of every request to the trail's own bucket. @default - none */
  accessLog?: BucketAccessLogArgs;
  /** Lets `pulumi destroy` delete the trail, and its bucket once that is empty. @default false */
  allowDelete?: boolean;
  /** Lets `pulumi destroy` delete the bucket with all records; needs `allowDelete`. @default false */
  deleteWithContents?: boolean;
  /** Tags of everything that can have tags. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

export class AuditTrail extends pulumi.ComponentResource {
  readonly trailArn!: pulumi.Output<string>;
  readonly bucketName!: pulumi.Output<string>;
  readonly bucketArn!: pulumi.Output<string>;

  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("modelloop:index:AuditTrail", name, {}, opts);
    void args;
  }
}
