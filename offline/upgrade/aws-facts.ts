/**
 * `replacedBy` are the properties that carry `ForceNew` in the provider's schema: terraform-provider-aws, internal/service/<service>/<resource>.go,
 * on which @pulumi/aws 7 is built (rds, kms, eks, elasticache, efs and dynamodb read 2026-11-21; the docstrings of @pulumi/aws leave most of
 * these marks out). Those of S3, ECR, Secrets Manager, OpenSearch, AWS Backup, EBS, CloudTrail, log groups, roles, subnet groups and
 * CloudFormation are written from memory and were not held against the source. Where the provider decides by old and new value (an engine's
 * downgrade, the end of envelope encryption), the property stands here as if it always replaced: a false alarm is accepted in one line, a lost
 * database is not.
 *
 * Not here, on purpose: `identifier` of a database, which the provider renames in place since 5.0.
 */
import type { Guard, UpgradeFact } from "./fact";

const BACKUPS_KEPT = "backups older than that are deleted, and nothing brings them back";
const DELETABLE = "AWS no longer refuses to delete it";
const EMPTIED = "a deletion takes its content along";

const deletionProtection: Guard = { path: "deletionProtection", worse: "becomes-false", loses: DELETABLE };
const FOR_EVER = Infinity;
/** Days that KMS and Secrets Manager wait where nobody says how long. */
const WINDOW_DAYS = 30;

const forceDestroy: Guard = { path: "forceDestroy", worse: "becomes-true", loses: EMPTIED };

const BUCKET: UpgradeFact = {
  noun: "bucket",
  content: "its objects",
  replacedBy: ["bucket", "bucketPrefix", "objectLockEnabled"],
  guards: [forceDestroy],
};

const DOMAIN: UpgradeFact = { noun: "search domain", content: "its indices", replacedBy: ["domainName"] };

export const AWS_FACTS: Readonly<Record<string, UpgradeFact>> = {
  "aws:rds/instance:Instance": {
    noun: "database",
    content: "its data",
    replacedBy: [
      ...["availabilityZone", "characterSetName", "customIamInstanceProfile", "dbName", "engine", "kmsKeyId", "ncharCharacterSetName"],
      ...["restoreToPointInTime", "s3Import", "snapshotIdentifier", "storageEncrypted", "timezone", "username"],
    ],
    guards: [
      { path: "backupRetentionPeriod", worse: "less", absent: 0, loses: BACKUPS_KEPT },
      deletionProtection,
      { path: "skipFinalSnapshot", worse: "becomes-true", loses: "a deletion leaves no snapshot" },
      { path: "deleteAutomatedBackups", worse: "becomes-true", loses: "a deletion takes its automatic backups along" },
    ],
  },
  "aws:rds/cluster:Cluster": {
    noun: "database cluster",
    content: "its data",
    replacedBy: [
      ...[
        "availabilityZones",
        "clusterIdentifier",
        "clusterIdentifierPrefix",
        "clusterScalabilityType",
        "databaseName",
        "dbSubnetGroupName",
      ],
      ...["dbSystemId", "engine", "engineMode", "kmsKeyId", "masterUsername", "restoreToPointInTime", "s3Import", "snapshotIdentifier"],
      "storageEncrypted",
    ],
    guards: [
      { path: "backupRetentionPeriod", worse: "less", absent: 1, loses: BACKUPS_KEPT },
      deletionProtection,
      { path: "skipFinalSnapshot", worse: "becomes-true", loses: "a deletion leaves no snapshot" },
    ],
  },
  "aws:dynamodb/table:Table": {
    noun: "table",
    content: "its items",
    replacedBy: ["hashKey", "importTable", "localSecondaryIndexes", "name", "rangeKey", "restoreDateTime", "restoreSourceName"],
    guards: [
      { ...deletionProtection, path: "deletionProtectionEnabled" },
      { path: "pointInTimeRecovery.enabled", worse: "becomes-false", loses: "it can no longer be set back to a moment" },
    ],
  },
  "aws:s3/bucket:Bucket": BUCKET,
  "aws:s3/bucketV2:BucketV2": BUCKET,
  "aws:s3/bucketVersioning:BucketVersioning": {
    noun: "versioning of a bucket",
    guarding: "what is overwritten or deleted in it is gone",
    replacedBy: [],
    guards: [
      {
        path: "versioningConfiguration.status",
        worse: "leaves",
        keeps: "Enabled",
        loses: "what is overwritten or deleted from then on is gone",
      },
    ],
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    noun: "block of public access",
    guarding: "one wrong policy or ACL opens the bucket to the world",
    replacedBy: [],
    guards: ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((path): Guard => ({
      ...{ path, worse: "becomes-false", loses: "one wrong policy or ACL opens the bucket to the world" },
    })),
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    noun: "lifecycle of a bucket",
    replacedBy: [],
    guards: [
      { path: "rules.*.expiration.days", worse: "less", absent: FOR_EVER, loses: "older objects are deleted" },
      {
        ...{ path: "rules.*.noncurrentVersionExpiration.noncurrentDays", worse: "less", absent: FOR_EVER },
        loses: "older versions of objects are deleted, and nothing brings them back",
      },
    ],
  },
  "aws:opensearch/domain:Domain": DOMAIN,
  "aws:elasticsearch/domain:Domain": DOMAIN,
  "aws:kms/key:Key": {
    noun: "key",
    content: "whatever it encrypted",
    replacedBy: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
    guards: [{ path: "deletionWindowInDays", worse: "less", absent: WINDOW_DAYS, loses: "less time is left to take a deletion back" }],
  },
  "aws:eks/cluster:Cluster": {
    noun: "cluster",
    content: "all that runs in it",
    replacedBy: [
      ...["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons", "computeConfig.nodeRoleArn"],
      ...["encryptionConfig.resources", "kubernetesNetworkConfig.ipFamily", "kubernetesNetworkConfig.serviceIpv4Cidr", "name"],
      ...["outpostConfig", "remoteNetworkConfig", "roleArn"],
    ],
    guards: [deletionProtection],
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    noun: "cache",
    content: "what it holds",
    replacedBy: [
      ...[
        "atRestEncryptionEnabled",
        "dataTieringEnabled",
        "globalReplicationGroupId",
        "kmsKeyId",
        "networkType",
        "nodeGroupConfigurations",
      ],
      ...["port", "replicationGroupId", "snapshotArns", "snapshotName", "subnetGroupName"],
    ],
    guards: [{ path: "snapshotRetentionLimit", worse: "less", absent: 0, loses: BACKUPS_KEPT }],
  },
  "aws:ecr/repository:Repository": {
    noun: "registry",
    content: "its images",
    replacedBy: ["encryptionConfigurations", "name"],
    guards: [{ ...forceDestroy, path: "forceDelete" }],
  },
  "aws:secretsmanager/secret:Secret": {
    noun: "secret",
    content: "its value",
    replacedBy: ["name", "namePrefix"],
    guards: [{ path: "recoveryWindowInDays", worse: "less", absent: WINDOW_DAYS, loses: "less time is left to take a deletion back" }],
  },
  "aws:efs/fileSystem:FileSystem": {
    noun: "file system",
    content: "its files",
    replacedBy: ["availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"],
  },
  "aws:ebs/volume:Volume": {
    noun: "volume",
    content: "its data",
    replacedBy: ["availabilityZone", "encrypted", "kmsKeyId", "multiAttachEnabled", "outpostArn", "snapshotId"],
    guards: [{ path: "finalSnapshot", worse: "becomes-false", loses: "a deletion leaves no snapshot" }],
  },
  "aws:backup/vault:Vault": {
    noun: "backup vault",
    content: "its backups",
    replacedBy: ["kmsKeyArn", "name"],
    guards: [forceDestroy],
  },
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": {
    noun: "lock of a backup vault",
    guarding: "whoever has the rights may delete its backups",
    replacedBy: [],
    guards: [{ path: "minRetentionDays", worse: "less", absent: 0, loses: "backups may be deleted sooner" }],
  },
  "aws:backup/plan:Plan": {
    noun: "backup plan",
    guarding: "nothing is backed up by it any more",
    replacedBy: [],
    guards: [{ path: "rules.*.lifecycle.deleteAfter", worse: "less", absent: FOR_EVER, loses: BACKUPS_KEPT }],
  },
  "aws:backup/selection:Selection": {
    noun: "selection of what is backed up",
    guarding: "what it named is backed up no more",
    replacedBy: [],
  },
  "aws:cloudtrail/trail:Trail": { noun: "audit trail", content: "its record", replacedBy: ["name"] },
  "aws:cloudformation/stack:Stack": {
    noun: "stack of templates",
    content: "all that it made",
    replacedBy: ["disableRollback", "name", "onFailure", "timeoutInMinutes"],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    noun: "log group",
    content: "its lines",
    replacedBy: ["logGroupClass", "name", "namePrefix"],
    guards: [
      {
        path: "retentionInDays",
        worse: "less",
        absent: FOR_EVER,
        zero: FOR_EVER,
        loses: "older lines are deleted, and nothing brings them back",
      },
    ],
  },
  "aws:elasticache/subnetGroup:SubnetGroup": { noun: "subnet group", replacedBy: ["name"] },
  "aws:rds/subnetGroup:SubnetGroup": { noun: "subnet group", replacedBy: ["name", "namePrefix"] },
  "aws:iam/role:Role": { noun: "role", replacedBy: ["name", "namePrefix", "path"] },
};
