import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { allowAssume } from "../../shared/policy-document";
import { createAlertTopic, createBackupAlarms } from "./alarms.pulumi";
import {
  backupFaults,
  type BackupFrequency,
  DEFAULT_RECONSIDER_DAYS,
  DEFAULT_RULES,
  type BackupRule,
  schedule,
  VaultLockMode,
} from "./backup-plan";

export interface BackupRuleArgs {
  /** Name of the rule. */
  name: string;
  /** How often. */
  frequency: BackupFrequency;
  /** Days that each backup is kept. */
  keepDays: number;
  /** Days until a backup moves to cold storage, where the service has one (EFS, EBS and others; not RDS, not S3). @default - never */
  moveToColdStorageAfterDays?: number;
  /** Hour of the day in UTC. @default 7 */
  hourUtc?: number;
}

export interface BackupTagArgs {
  /** Key of the tag. */
  key: string;
  /** Value of the tag. */
  value: string;
}

export interface VaultLockArgs {
  /** Who can end the lock. */
  mode: VaultLockMode;
  /** Days that every backup in the vault must be kept. */
  minRetentionDays: number;
  /** Days that no backup in the vault may be kept longer. @default - no bound */
  maxRetentionDays?: number;
  /** With `VaultLockMode.Compliance` the days, 3 or more, in which the lock can still be ended. @default 7 */
  reconsiderDays?: number;
}

export interface BackupPlanArgs {
  /** ARN of the KMS key that encrypts the vault. Changing it **replaces the vault**. */
  kmsKeyArn: pulumi.Input<string>;
  /** When backups are made and how long they are kept. @default - daily for 35 days, weekly for 90, monthly for 365 */
  rules?: BackupRuleArgs[];
  /** Backs up everything in the region that carries this tag. This or `resourceArns` is needed. @default - nothing by tag */
  selectedTag?: BackupTagArgs;
  /** ARNs of what is backed up. @default - nothing by name */
  resourceArns?: pulumi.Input<string>[];
  /** Gives the plan the rights to back up and restore S3 buckets. @default false */
  includeBuckets?: boolean;
  /** Keeps everybody from deleting backups early. @default - none */
  vaultLock?: VaultLockArgs;
  /** ARN of a topic that is told of failures and of silence; it must admit `events.amazonaws.com` and `cloudwatch.amazonaws.com`. @default - nobody is told */
  notificationTopicArn?: pulumi.Input<string>;
  /** Who is told the same by e-mail, through a topic and a key of the plan's own; AWS asks each of them first. Not beside `notificationTopicArn`. @default - nobody */
  failureEmailAddresses?: string[];
  /** Lets `pulumi destroy` delete the vault once it is empty. @default false */
  allowDelete?: boolean;
  /** Lets `pulumi destroy` delete the vault with every backup; needs `allowDelete`. @default false */
  deleteWithRecoveryPoints?: boolean;
  /** Tags of everything that can have tags. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * Backups of databases, volumes and buckets in an encrypted vault, on a schedule, beside what each service keeps itself.
 *
 * Security: a vault with a key of yours, that a lock can close against everybody; two roles, one that makes backups and one that restores them.
 * Cost (us-east-1, 2026-10-01): USD 0.095 a GB and month of RDS snapshots beyond the size of the database, 0.05 of S3 backups; 1.00 a month
 * for the key of `failureEmailAddresses`.
 * Replaced when: `kmsKeyArn` changes. Protected, and kept in AWS with its backups when it leaves the program.
 */
export class BackupPlan extends pulumi.ComponentResource {
  /** Name of the vault. */
  readonly vaultName: pulumi.Output<string>;
  /** ARN of the vault. */
  readonly vaultArn: pulumi.Output<string>;
  /** ARN of the role that restoring needs, made now because nobody wants to make it then. */
  readonly restoreRoleArn: pulumi.Output<string>;

  constructor(name: string, args: BackupPlanArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("BackupPlan", name, backupFaults(args));
    super("modelloop:index:BackupPlan", name, {}, opts);
    const { rules = [...DEFAULT_RULES], includeBuckets = false, tags } = args;

    const vault = createVault(this, name, args);
    const plan = new aws.backup.Plan(`${name}-plan`, { rules: rules.map((rule) => planRule(rule, vault.name)), tags }, { parent: this });
    const role = createRole(this, name, "backup", includeBuckets, tags);
    const restoreRole = createRole(this, name, "restore", includeBuckets, tags);
    createSelections(this, name, plan, role, args);
    const topicArn = args.notificationTopicArn ?? createAlertTopic(this, name, args);
    if (topicArn !== undefined) createBackupAlarms(this, name, vault, rules, topicArn, tags);

    this.vaultName = vault.name;
    this.vaultArn = vault.arn;
    this.restoreRoleArn = restoreRole;
    this.registerOutputs({ vaultName: this.vaultName, vaultArn: this.vaultArn, restoreRoleArn: this.restoreRoleArn });
  }
}

function createVault(parent: pulumi.Resource, name: string, args: BackupPlanArgs): aws.backup.Vault {
  const { kmsKeyArn, vaultLock, allowDelete = false, deleteWithRecoveryPoints = false, tags } = args;
  const kept = !allowDelete;
  const vault = new aws.backup.Vault(
    `${name}-vault`,
    { kmsKeyArn, forceDestroy: deleteWithRecoveryPoints, tags },
    { parent, protect: kept, retainOnDelete: kept },
  );
  if (vaultLock !== undefined) {
    const { mode, minRetentionDays, maxRetentionDays, reconsiderDays = DEFAULT_RECONSIDER_DAYS } = vaultLock;
    // Its presence alone makes the lock one that nobody can end.
    const changeableForDays = mode === VaultLockMode.Compliance ? reconsiderDays : undefined;
    const lock = { backupVaultName: vault.name, minRetentionDays, maxRetentionDays, changeableForDays };
    new aws.backup.VaultLockConfiguration(`${name}-lock`, lock, { parent, protect: kept, retainOnDelete: kept });
  }
  return vault;
}

function planRule(rule: BackupRule, targetVaultName: pulumi.Input<string>): aws.types.input.backup.PlanRule {
  const { name: ruleName, keepDays: deleteAfter, moveToColdStorageAfterDays: coldStorageAfter } = rule;
  const cold = coldStorageAfter === undefined ? {} : { coldStorageAfter, optInToArchiveForSupportedResources: true };
  return {
    ...{ ruleName, targetVaultName, schedule: schedule(rule), scheduleExpressionTimezone: "Etc/UTC" },
    // Minutes: begun within two hours or not at all, and given up after twelve.
    ...{ startWindow: 120, completionWindow: 720, lifecycle: { deleteAfter, ...cold } },
  };
}

/** AWS's own policies: what AWS Backup calls in twenty services changes with each of its releases (developer guide, "Managed policies"). */
const MANAGED_POLICIES = {
  backup: { always: "service-role/AWSBackupServiceRolePolicyForBackup", buckets: "AWSBackupServiceRolePolicyForS3Backup" },
  restore: { always: "service-role/AWSBackupServiceRolePolicyForRestores", buckets: "AWSBackupServiceRolePolicyForS3Restore" },
};

/** @returns the role's ARN, known once it may do its work. */
function createRole(
  parent: pulumi.Resource,
  name: string,
  work: keyof typeof MANAGED_POLICIES,
  includeBuckets: boolean,
  tags: BackupPlanArgs["tags"],
): pulumi.Output<string> {
  const role = new aws.iam.Role(`${name}-${work}-role`, { assumeRolePolicy: allowAssume("backup.amazonaws.com"), tags }, { parent });
  const { always, buckets } = MANAGED_POLICIES[work];
  const policies = Object.entries(includeBuckets ? { always, buckets } : { always });
  const attached = policies.map(([noun, policy]) => {
    const policyArn = accountOf(parent).apply(({ partition }) => `arn:${partition}:iam::aws:policy/${policy}`);
    return new aws.iam.RolePolicyAttachment(`${name}-${work}-${noun}`, { role: role.name, policyArn }, { parent }).id;
  });
  return pulumi.all([role.arn, pulumi.all(attached)]).apply(([arn]) => arn);
}

/** Two selections, because in one of them a tag and a list of ARNs would have to hold together. */
function createSelections(
  parent: pulumi.Resource,
  name: string,
  plan: aws.backup.Plan,
  iamRoleArn: pulumi.Output<string>,
  { selectedTag, resourceArns = [] }: BackupPlanArgs,
): void {
  const of = { planId: plan.id, iamRoleArn };
  if (selectedTag !== undefined) {
    const selectionTags = [{ type: "STRINGEQUALS", ...selectedTag }];
    new aws.backup.Selection(`${name}-tagged`, { ...of, selectionTags }, { parent });
  }
  if (resourceArns.length > 0) new aws.backup.Selection(`${name}-named`, { ...of, resources: resourceArns }, { parent });
}
