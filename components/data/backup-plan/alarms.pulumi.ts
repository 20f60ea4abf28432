import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { onceThere } from "../../shared/once-there.pulumi";
import { policyDocument } from "../../shared/policy-document";
import { alertKeyStatements, alertTopicStatements, type BackupRule, failurePattern, silenceIsAFault } from "./backup-plan";
import { type BackupPlanArgs } from "./backup-plan.pulumi";

/** @returns the topic's ARN, known once rules and alarms may tell it something; nothing where nobody is to be told. */
export function createAlertTopic(
  parent: pulumi.Resource,
  name: string,
  { failureEmailAddresses = [], tags }: BackupPlanArgs,
): pulumi.Output<string> | undefined {
  if (failureEmailAddresses.length === 0) return undefined;
  const account = accountOf(parent);
  const key = new aws.kms.Key(
    `${name}-alerts-key`,
    {
      ...{ description: `Encrypts what ${name} tells of failed backups`, enableKeyRotation: true, deletionWindowInDays: 7, tags },
      policy: account.apply((facts) => policyDocument(alertKeyStatements(facts))),
    },
    { parent },
  );
  const topic = new aws.sns.Topic(`${name}-alerts`, { kmsMasterKeyId: key.arn, tags }, { parent });
  const policy = pulumi.all([topic.arn, account]).apply(([arn, facts]) => policyDocument(alertTopicStatements(arn, facts)));
  const allowed = new aws.sns.TopicPolicy(`${name}-alerts-policy`, { arn: topic.arn, policy }, { parent });
  for (const endpoint of failureEmailAddresses)
    new aws.sns.TopicSubscription(`${name}-alerts-${endpoint}`, { topic: topic.arn, protocol: "email", endpoint }, { parent });
  return onceThere(topic.arn, [allowed]);
}

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
