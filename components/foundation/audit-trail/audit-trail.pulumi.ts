import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { BucketWriter } from "../../data/bucket/bucket";
import { Bucket, type BucketAccessLogArgs, type ObjectLockArgs } from "../../data/bucket/bucket.pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { createLogDelivery, type LogDelivery } from "../../shared/log-delivery.pulumi";
import { onBehalfOf } from "../../shared/policy-document";
import { auditTrailFaults, DEFAULT_LOG_RETENTION_DAYS, DEFAULT_RETENTION_DAYS } from "./audit-trail";

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

/**
 * A record of every change in the account, in all regions, that nobody can alter unnoticed.
 *
 * Security: encrypted, validated by digests, in a private bucket of its own; with `objectLock` not even an administrator removes a record.
 * Cost (us-east-1): the first trail of an account is free but for storage, a further one USD 2.00 for 100,000 events (2024-07-01); data events
 * 1.00 a million (2026-10-01); CloudWatch Logs 0.50 a GB (2026-10-07).
 * Replaced when: `objectLock` comes or goes (the bucket). Trail and bucket are protected, and kept in AWS when they leave the program.
 */
export class AuditTrail extends pulumi.ComponentResource {
  /** ARN of the trail. */
  readonly trailArn: pulumi.Output<string>;
  /** Name of the bucket that holds the records. */
  readonly bucketName: pulumi.Output<string>;
  /** ARN of the bucket that holds the records. */
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("AuditTrail", name, auditTrailFaults(args));
    super("modelloop:index:AuditTrail", name, {}, opts);
    const kept = args.allowDelete !== true;

    const bucket = createBucket(this, name, args);
    const logs = args.cloudWatchLogs === undefined ? undefined : createLogs(this, name, args.cloudWatchLogs, args);
    const trail = new aws.cloudtrail.Trail(
      `${name}-trail`,
      {
        s3BucketName: bucket.bucketName,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        kmsKeyId: args.kmsKeyArn,
        eventSelectors: eventSelectors(args.dataEventBucketArns ?? []),
        cloudWatchLogsGroupArn: logs && pulumi.interpolate`${logs.groupArn}:*`,
        cloudWatchLogsRoleArn: logs?.roleArn,
        tags: args.tags,
      },
      { parent: this, protect: kept, retainOnDelete: kept },
    );

    this.trailArn = trail.arn;
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ trailArn: this.trailArn, bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}

function createBucket(parent: AuditTrail, name: string, args: AuditTrailArgs): Bucket {
  const { kmsKeyArn, objectLock, accessLog, allowDelete, deleteWithContents, tags } = args;
  return new Bucket(
    `${name}-records`,
    {
      ...{ kmsKeyArn, objectLock, accessLog, allowDelete, deleteWithContents, tags },
      lifecycle: { deleteAfterDays: args.retentionDays ?? DEFAULT_RETENTION_DAYS },
      writers: [BucketWriter.CloudTrail],
    },
    { parent },
  );
}

function createLogs(parent: AuditTrail, name: string, logs: AuditTrailLogsArgs, { kmsKeyArn, tags }: AuditTrailArgs): LogDelivery {
  return createLogDelivery(parent, `${name}-logs`, {
    ...{ kmsKeyArn, tags, retentionDays: logs.retentionDays ?? DEFAULT_LOG_RETENTION_DAYS },
    service: "cloudtrail.amazonaws.com",
    // The trail is created after its role, which must let it write at once; so its name is not known here, and any trail of the account may.
    trust: accountOf(parent).apply((account) => onBehalfOf(account, `arn:${account.partition}:cloudtrail:*:${account.accountId}:trail/*`)),
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
  });
}

function eventSelectors(bucketArns: pulumi.Input<string>[]): aws.types.input.cloudtrail.TrailEventSelector[] {
  // The slash ends the name: without it, buckets whose names merely begin alike would be recorded, and billed, too.
  const values = bucketArns.map((arn) => pulumi.interpolate`${arn}/`);
  const dataResources = values.length === 0 ? [] : [{ type: "AWS::S3::Object", values }];
  return [{ readWriteType: "All", includeManagementEvents: true, dataResources }];
}
