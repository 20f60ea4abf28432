/**
 * The same for what CloudFormation makes. `replacedBy` are the properties of which the resource reference of CloudFormation says "Update requires:
 * Replacement" (docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference, the page of each type; a test holds them against the schemas that
 * come with aws-cdk-lib). Types that are not here hold nothing that a new one would not hold as well.
 */
import type { Guard } from "./fact";

export interface TemplateFact {
  readonly noun: string;
  readonly replacedBy: readonly string[];
  readonly guards?: readonly Guard[];
}

const DELETABLE = "AWS no longer refuses to delete it";

export const TEMPLATE_FACTS: Readonly<Record<string, TemplateFact>> = {
  "AWS::DynamoDB::Table": {
    noun: "table",
    replacedBy: ["ImportSourceSpecification", "KeySchema", "TableName"],
    guards: [
      { path: "DeletionProtectionEnabled", worse: "becomes-false", loses: DELETABLE },
      {
        path: "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
        worse: "becomes-false",
        loses: "it can no longer be set back to a moment",
      },
    ],
  },
  "AWS::DynamoDB::GlobalTable": {
    noun: "table",
    replacedBy: ["KeySchema", "LocalSecondaryIndexes", "TableName"],
  },
  "AWS::KMS::Key": {
    noun: "key",
    replacedBy: [],
    guards: [{ path: "PendingWindowInDays", worse: "less", absent: 30, loses: "less time is left to take a deletion back" }],
  },
  "AWS::S3::Bucket": { noun: "bucket", replacedBy: ["BucketName", "BucketNamePrefix"] },
  "AWS::SecretsManager::Secret": { noun: "secret", replacedBy: ["Name"] },
  "AWS::Logs::LogGroup": {
    noun: "log group",
    replacedBy: ["LogGroupName"],
    guards: [{ path: "RetentionInDays", worse: "less", absent: Infinity, loses: "older lines are deleted, and nothing brings them back" }],
  },
  "AWS::RDS::DBInstance": {
    noun: "database",
    replacedBy: [
      ...["CharacterSetName", "DBInstanceIdentifier", "DBName", "DBSubnetGroupName", "Engine", "KmsKeyId", "MasterUsername"],
      ...["StorageEncrypted", "Timezone"],
    ],
    guards: [{ path: "DeletionProtection", worse: "becomes-false", loses: DELETABLE }],
  },
  "AWS::EFS::FileSystem": { noun: "file system", replacedBy: ["AvailabilityZoneName", "Encrypted", "KmsKeyId", "PerformanceMode"] },
};
