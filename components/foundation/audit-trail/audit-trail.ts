/** What an audit trail keeps, and for how long. Pure: no cloud import. */
import { deletionFaults, lockedTooLongFaults, type ObjectLock, objectLockFaults } from "../../data/bucket/bucket";
import { faultsOf, isLater, Kind, kmsKeyArnFaults, shown, wholeNumberFaults } from "../../shared/faults";
import { logRetentionFaults } from "../../shared/log-retention";

/** What of the arguments can be wrong before AWS is asked. */
export interface AuditTrailShape {
  readonly kmsKeyArn?: unknown;
  readonly retentionDays?: number;
  readonly objectLock?: ObjectLock;
  readonly dataEventBucketArns?: readonly unknown[];
  readonly cloudWatchLogs?: { readonly retentionDays?: number };
  readonly accessLog?: object;
  readonly allowDelete?: boolean;
  readonly deleteWithContents?: boolean;
}

/** A year and a month: whoever looks into last year's incident still finds it. */
export const DEFAULT_RETENTION_DAYS = 400;
export const DEFAULT_LOG_RETENTION_DAYS = 90;

const RETENTION = { min: 1, max: 36_500, rule: "S3 counts whole days" };

/** CloudTrail user guide, "Quotas in AWS CloudTrail": data resources across all event selectors of a trail. */
const MOST_DATA_EVENT_BUCKETS = 250;

const KINDS = {
  ...{ objectLock: Kind.Group, cloudWatchLogs: Kind.Group, accessLog: Kind.Group, dataEventBucketArns: Kind.List },
  ...{ allowDelete: Kind.Flag, deleteWithContents: Kind.Flag },
};

export function auditTrailFaults(args: AuditTrailShape): string[] {
  return faultsOf(args, KINDS, shapeFaults);
}

function shapeFaults(trail: AuditTrailShape): string[] {
  const { retentionDays, objectLock, dataEventBucketArns = [], cloudWatchLogs } = trail;
  return [
    ...kmsKeyArnFaults("kmsKeyArn", trail.kmsKeyArn),
    ...wholeNumberFaults("retentionDays", retentionDays, RETENTION),
    ...(objectLock === undefined ? [] : objectLockFaults(objectLock)),
    ...lockedTooLongFaults("retentionDays", retentionDays ?? DEFAULT_RETENTION_DAYS, objectLock),
    ...dataEventFaults(dataEventBucketArns),
    ...logRetentionFaults("cloudWatchLogs.retentionDays", cloudWatchLogs?.retentionDays),
    ...deletionFaults(trail),
  ];
}

function dataEventFaults(bucketArns: readonly unknown[]): string[] {
  const faults = bucketArns.flatMap((arn, index) => {
    if (isLater(arn) || (typeof arn === "string" && /^arn:[a-z-]+:s3:::[^/]+$/.test(arn))) return [];
    const rule = "a bucket's ARN is arn:aws:s3::: and its name";
    return [`dataEventBucketArns[${index}] is ${shown(arn)}; ${rule}: give the ARN without a path`];
  });
  if (bucketArns.length > MOST_DATA_EVENT_BUCKETS) {
    faults.push(
      `dataEventBucketArns names ${bucketArns.length}; a trail watches ${MOST_DATA_EVENT_BUCKETS} buckets at most: name fewer, or make a second trail`,
    );
  }
  return faults;
}
