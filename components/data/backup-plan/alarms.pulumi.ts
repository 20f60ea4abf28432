import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type BackupRule, failurePattern, silenceIsAFault } from "./backup-plan";

/** Tells of backups that failed, and of backups that nobody even tried to make: those leave no event behind. */
export function createBackupAlarms(
  parent: pulumi.Resource,
  name: string,
  vault: aws.backup.Vault,
  rules: readonly BackupRule[],
  topicArn: pulumi.Input<string>,
  tags: Record<string, pulumi.Input<string>> | undefined,
): void {
  const description = `Backups into the vault of ${name} that failed`;
  const failed = new aws.cloudwatch.EventRule(
    `${name}-failed`,
    { description, eventPattern: vault.name.apply(failurePattern), tags },
    { parent },
  );
  new aws.cloudwatch.EventTarget(`${name}-failed-topic`, { rule: failed.name, arn: topicArn }, { parent });
  if (!silenceIsAFault(rules)) return;
  new aws.cloudwatch.MetricAlarm(
    `${name}-silent`,
    {
      alarmDescription: `No backup has come into the vault of ${name} for two days: see docs/runbooks/restore.md`,
      ...{
        namespace: "AWS/Backup",
        metricName: "NumberOfBackupJobsCompleted",
        dimensions: { BackupVaultName: vault.name },
        statistic: "Sum",
      },
      ...{ period: 86_400, evaluationPeriods: 2, comparisonOperator: "LessThanThreshold", threshold: 1 },
      // Where nothing is made there is no metric either, and an alarm that waits for one would wait for ever.
      ...{ treatMissingData: "breaching", alarmActions: [topicArn], okActions: [topicArn], tags },
    },
    { parent },
  );
}
