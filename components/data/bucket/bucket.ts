import {
  enumFaults,
  faultsOf,
  isLater,
  isNumber,
  Kind,
  kmsKeyArnFaults,
  repeatFaults,
  shown,
  wholeNumberFaults,
} from "../../shared/faults";

/** Who can shorten a lock. */
export enum ObjectLockMode {
  /** Principals with `s3:BypassGovernanceRetention`. */
  Governance = "GOVERNANCE",
  /** Nobody, not even the root user; only closing the account ends it. */
  Compliance = "COMPLIANCE",
}

/** AWS services that write into the bucket on their own behalf. */
export enum BucketWriter {
  CloudTrail = "cloudTrail",
  /** Access logs of application load balancers. */
  LoadBalancerLogs = "loadBalancerLogs",
  /** Access logs of other buckets. */
  ServerAccessLogs = "serverAccessLogs",
  VpcFlowLogs = "vpcFlowLogs",
}

/** What of the arguments can be wrong before AWS is asked. */
export interface BucketShape {
  readonly kmsKeyArn?: unknown;
  readonly encryptWithS3ManagedKey?: boolean;
  readonly bucketName?: unknown;
  readonly lifecycle?: Lifecycle;
  readonly accessLog?: object;
  readonly objectLock?: ObjectLock;
  readonly writers?: readonly BucketWriter[];
  readonly allowDelete?: boolean;
  readonly deleteWithContents?: boolean;
}

export interface Lifecycle {
  readonly moveToInfrequentAccessAfterDays?: number;
  readonly deleteAfterDays?: number;
  readonly deleteOldVersionsAfterDays?: number;
}

export interface ObjectLock {
  readonly mode: ObjectLockMode;
  readonly days: number;
}

/** Three months to notice that something was overwritten, and no bill for its versions for ever. */
export const DEFAULT_DAYS_OF_OLD_VERSIONS = 90;

/** "a maximum of 100 years" for a lock's period (S3 user guide, "Object Lock considerations"); life-cycle days share the bound. */
const LONGEST_DAYS = 36_500;
const DAYS = { min: 1, max: LONGEST_DAYS, rule: "S3 counts whole days" };

/** S3 refuses the move to STANDARD_IA before an object is 30 days old (S3 user guide, "Lifecycle transition constraints"). */
const EARLIEST_MOVE = { min: 30, max: LONGEST_DAYS, rule: "S3 moves no object to infrequent access before it is 30 days old" };

/** Both take only SSE-S3 (ELB user guide, "Access logs", and S3 user guide, "Enabling server access logging"). */
const WRITERS_THAT_NEED_S3_KEY: readonly BucketWriter[] = [BucketWriter.LoadBalancerLogs, BucketWriter.ServerAccessLogs];

/** S3 user guide, "Bucket naming rules"; dots are allowed there, but break the certificate of virtual-host addresses. */
const BUCKET_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** S3 user guide, "General purpose bucket naming rules" (2026-10). `.mrap` is reserved too, and has a dot. */
const RESERVED_STARTS: readonly string[] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_ENDS: readonly string[] = ["-s3alias", "--ol-s3", "--x-s3", "--table-s3"];

const KINDS = {
  ...{ encryptWithS3ManagedKey: Kind.Flag, allowDelete: Kind.Flag, deleteWithContents: Kind.Flag },
  ...{ lifecycle: Kind.Group, accessLog: Kind.Group, objectLock: Kind.Group, writers: Kind.List },
};

export function bucketFaults(args: BucketShape): string[] {
  return faultsOf(args, KINDS, shapeFaults);
}

function shapeFaults(bucket: BucketShape): string[] {
  return [
    ...nameFaults(bucket.bucketName),
    ...encryptionFaults(bucket),
    ...lifecycleFaults(bucket.lifecycle ?? {}),
    ...(bucket.objectLock === undefined ? [] : objectLockFaults(bucket.objectLock)),
    ...lockedTooLongFaults("lifecycle.deleteAfterDays", bucket.lifecycle?.deleteAfterDays, bucket.objectLock),
    ...writerFaults(bucket),
    ...deletionFaults(bucket),
  ];
}

function nameFaults(bucketName: unknown): string[] {
  if (bucketName === undefined || isLater(bucketName)) return [];
  if (typeof bucketName !== "string" || !BUCKET_NAME.test(bucketName)) {
    const rule = "S3 takes 3 to 63 lower-case letters, digits and hyphens, and no hyphen at either end";
    return [`bucketName is ${shown(bucketName)}; ${rule}: choose such a name, or leave it out`];
  }
  const reserved = [
    ...RESERVED_STARTS.filter((start) => bucketName.startsWith(start)).map((start) => `begin with ${start}`),
    ...RESERVED_ENDS.filter((end) => bucketName.endsWith(end)).map((end) => `end with ${end}`),
  ];
  return reserved.map((which) => `bucketName is "${bucketName}"; S3 keeps names that ${which} for itself: choose another, or leave it out`);
}

function encryptionFaults({ kmsKeyArn, encryptWithS3ManagedKey = false }: BucketShape): string[] {
  if (kmsKeyArn === undefined && !encryptWithS3ManagedKey) {
    return ["kmsKeyArn is missing; every object is encrypted with a key of yours: give its ARN, or set encryptWithS3ManagedKey to true"];
  }
  if (kmsKeyArn !== undefined && encryptWithS3ManagedKey) {
    return ["encryptWithS3ManagedKey is true together with kmsKeyArn; a bucket has one default key: leave one of the two out"];
  }
  return kmsKeyArnFaults("kmsKeyArn", kmsKeyArn);
}

export function lifecycleFaults(lifecycle: Lifecycle): string[] {
  const { moveToInfrequentAccessAfterDays: move, deleteAfterDays: end, deleteOldVersionsAfterDays: old } = lifecycle;
  const faults = [
    ...wholeNumberFaults("lifecycle.moveToInfrequentAccessAfterDays", move, EARLIEST_MOVE),
    ...wholeNumberFaults("lifecycle.deleteAfterDays", end, DAYS),
    ...wholeNumberFaults("lifecycle.deleteOldVersionsAfterDays", old, DAYS),
  ];
  if (isNumber(move) && isNumber(end) && end <= move) {
    faults.push(`lifecycle.deleteAfterDays is ${end}; the object moves to infrequent access at ${move} days: delete later, or do not move`);
  }
  return faults;
}

export function objectLockFaults({ mode, days }: Partial<ObjectLock>): string[] {
  const missing = Object.entries({ mode, days }).filter(([, value]) => value === undefined);
  const faults = missing.map(
    ([property]) => `objectLock.${property} is missing; a lock has a mode and days, and no default of either: give it`,
  );
  return [...faults, ...enumFaults("objectLock.mode", mode, ObjectLockMode), ...wholeNumberFaults("objectLock.days", days, DAYS)];
}

/** S3 would keep what the life cycle promises to delete, and go on billing it, without a word. */
export function lockedTooLongFaults(property: string, deleteAfterDays: number | undefined, lock: ObjectLock | undefined): string[] {
  if (!isNumber(deleteAfterDays) || !isNumber(lock?.days) || deleteAfterDays >= lock.days) return [];
  return [`${property} is ${deleteAfterDays}; the object lock holds for ${lock.days} days: delete later, or lock shorter`];
}

function writerFaults({ writers = [], kmsKeyArn, objectLock }: BucketShape): string[] {
  const faults = [
    ...writers.flatMap((writer, index) => enumFaults(`writers[${index}]`, writer, BucketWriter)),
    ...repeatFaults("writers", writers),
  ];
  if (kmsKeyArn !== undefined) {
    const rule = "that service writes only into buckets encrypted with S3's own key";
    const refused = writers.filter((writer) => WRITERS_THAT_NEED_S3_KEY.includes(writer));
    faults.push(...refused.map((writer) => `writers has ${writer} with kmsKeyArn; ${rule}: set encryptWithS3ManagedKey to true instead`));
  }
  if (objectLock !== undefined && writers.includes(BucketWriter.ServerAccessLogs)) {
    // S3 user guide, "Enabling server access logging": no destination with a default retention period.
    faults.push("writers has serverAccessLogs with objectLock; S3 delivers no access log into a locked bucket: leave one of the two out");
  }
  return faults;
}

export function deletionFaults({ allowDelete = false, deleteWithContents = false, objectLock }: BucketShape): string[] {
  const faults: string[] = [];
  if (deleteWithContents && !allowDelete) {
    faults.push("deleteWithContents is true without allowDelete; a protected bucket is not deleted at all: set both, or neither");
  }
  if (deleteWithContents && objectLock?.mode === ObjectLockMode.Compliance) {
    faults.push("deleteWithContents is true with objectLock.mode COMPLIANCE; nobody can delete locked objects: leave it out");
  }
  return faults;
}
