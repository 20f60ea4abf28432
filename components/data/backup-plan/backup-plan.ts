import { enumFaults, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { type AccountFacts, type PolicyStatement } from "../../shared/policy-document";

export enum BackupFrequency {
  Daily = "daily",
  /** Sundays. */
  Weekly = "weekly",
  /** The first of each month. */
  Monthly = "monthly",
}

/** Who can end a lock. */
export enum VaultLockMode {
  /** Principals with `backup:DeleteBackupVaultLockConfiguration`. */
  Governance = "governance",
  /** Nobody once the time to reconsider is over, not even the root user or AWS: what is in the vault is paid for until it expires. */
  Compliance = "compliance",
}

export interface BackupRule {
  readonly name: string;
  readonly frequency: BackupFrequency;
  readonly keepDays: number;
  readonly moveToColdStorageAfterDays?: number;
  readonly hourUtc?: number;
}

export interface VaultLock {
  readonly mode: VaultLockMode;
  readonly minRetentionDays: number;
  readonly maxRetentionDays?: number;
  readonly reconsiderDays?: number;
}

/** What of the arguments can be wrong before AWS is asked. */
export interface BackupShape {
  readonly rules?: readonly BackupRule[];
  readonly selectedTag?: { readonly key: string; readonly value: string };
  readonly resourceArns?: readonly unknown[];
  readonly vaultLock?: VaultLock;
  readonly notificationTopicArn?: unknown;
  readonly failureEmailAddresses?: readonly string[];
  readonly allowDelete?: boolean;
  readonly deleteWithRecoveryPoints?: boolean;
}

/** Any of the last five weeks, a day of the last quarter, a month of the last year. */
export const DEFAULT_RULES: readonly BackupRule[] = [
  { name: "daily", frequency: BackupFrequency.Daily, keepDays: 35 },
  { name: "weekly", frequency: BackupFrequency.Weekly, keepDays: 90 },
  { name: "monthly", frequency: BackupFrequency.Monthly, keepDays: 365 },
];

/**
 * After the windows of our databases. AWS Backup starts no job of a database in the hour before its maintenance or its own backup, nor during
 * them (AWS Backup developer guide, "Amazon RDS backups").
 */
export const DEFAULT_HOUR_UTC = 7;

export const DEFAULT_RECONSIDER_DAYS = 7;

const KEEP = { min: 1, max: 36_500, rule: "AWS Backup keeps what it keeps for 1 to 36,500 days" };
const HOUR = { min: 0, max: 23, rule: "it is an hour of the day" };
/** AWS Backup API reference, Lifecycle: "stored in cold storage for a minimum of 90 days". */
const COLD_DAYS = 90;
/** AWS Backup API reference, PutBackupVaultLockConfiguration: "must set ChangeableForDays to 3 or greater". */
const RECONSIDER = { min: 3, max: 36_500, rule: "AWS gives three days at least to reconsider" };

const CRON: Record<BackupFrequency, (hour: number) => string> = {
  [BackupFrequency.Daily]: (hour) => `cron(0 ${hour} * * ? *)`,
  [BackupFrequency.Weekly]: (hour) => `cron(0 ${hour} ? * SUN *)`,
  [BackupFrequency.Monthly]: (hour) => `cron(0 ${hour} 1 * ? *)`,
};

export function schedule({ frequency, hourUtc = DEFAULT_HOUR_UTC }: BackupRule): string {
  return CRON[frequency](hourUtc);
}

/** Where there is a daily rule two days without a backup are a fault; where there is none, CloudWatch cannot wait long enough to tell. */
export function silenceIsAFault(rules: readonly BackupRule[]): boolean {
  return rules.some(({ frequency }) => frequency === BackupFrequency.Daily);
}

/** Ends of a job that leave no backup behind (AWS Backup developer guide, "Monitoring AWS Backup events using Amazon EventBridge"). */
export function failurePattern(vaultName: string): string {
  return JSON.stringify({
    source: ["aws.backup"],
    "detail-type": ["Backup Job State Change"],
    detail: { state: ["ABORTED", "EXPIRED", "FAILED"], backupVaultName: [vaultName] },
  });
}

export function backupFaults(backup: BackupShape): string[] {
  const { rules = DEFAULT_RULES, selectedTag, resourceArns = [], vaultLock } = backup;
  return [
    ...ruleFaults(rules),
    ...(selectedTag === undefined && resourceArns.length === 0
      ? ["selectedTag and resourceArns are missing; a plan without a selection backs up nothing, and says so to nobody: name one of them"]
      : []),
    ...(vaultLock === undefined ? [] : lockFaults(vaultLock, rules)),
    ...listenerFaults(backup),
    ...deletionFaults(backup),
  ];
}

/** Only what a typing slip breaks: whether the address exists, AWS finds out. */
const EMAIL_ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function listenerFaults({ notificationTopicArn, failureEmailAddresses = [] }: BackupShape): string[] {
  const faults = failureEmailAddresses.flatMap((address, index) =>
    EMAIL_ADDRESS.test(address)
      ? []
      : [`failureEmailAddresses[${index}] is ${JSON.stringify(address)}; it is no e-mail address: write name@example.com`],
  );
  if (notificationTopicArn !== undefined && failureEmailAddresses.length > 0) {
    const cure = "leave one of the two out, and subscribe the addresses to the topic";
    faults.push(`failureEmailAddresses is set together with notificationTopicArn; a topic has subscribers of its own: ${cure}`);
  }
  return [...faults, ...repeatFaults("failureEmailAddresses", failureEmailAddresses)];
}

/**
 * EventBridge and CloudWatch encrypt what they send with the topic's key, and cannot with SNS's own (SNS developer guide, "Key management").
 * Alarms tell whose they are. AWS's pages contradict each other on whether rules do towards SNS, and a condition that never holds would tell
 * nobody of anything; price: whoever guesses the topic's name could have a rule of theirs write to it.
 */
const TELLERS: readonly { service: string; saysWhose: boolean }[] = [
  { service: "events.amazonaws.com", saysWhose: false },
  { service: "cloudwatch.amazonaws.com", saysWhose: true },
];

export function alertKeyStatements(account: AccountFacts): PolicyStatement[] {
  return [
    {
      ...{ Sid: "AccountDecides", Effect: "Allow", Action: "kms:*", Resource: "*" },
      Principal: { AWS: `arn:${account.partition}:iam::${account.accountId}:root` },
    },
    ...tellerStatements(account, { Sid: "Encrypt", Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" }),
  ];
}

export function alertTopicStatements(topicArn: string, account: AccountFacts): PolicyStatement[] {
  return tellerStatements(account, { Sid: "Tell", Action: "sns:Publish", Resource: topicArn });
}

function tellerStatements({ accountId }: AccountFacts, right: Pick<PolicyStatement, "Sid" | "Action" | "Resource">): PolicyStatement[] {
  return TELLERS.map(({ service, saysWhose }) => ({
    ...{ ...right, Sid: `${right.Sid}${sidOf(service)}`, Effect: "Allow", Principal: { Service: service } },
    ...(saysWhose && { Condition: { StringEquals: { "aws:SourceAccount": accountId } } }),
  }));
}

function sidOf(service: string): string {
  return service.replace(/\..*$/, "");
}

function ruleFaults(rules: readonly BackupRule[]): string[] {
  const faults = rules.flatMap((rule, index) => oneRuleFaults(rule, `rules[${index}]`));
  if (rules.length === 0) faults.push("rules is empty; a plan without rules backs up nothing: name one, or leave rules out");
  return [
    ...faults,
    ...repeatFaults(
      "rules",
      rules.map(({ name }) => name),
    ),
  ];
}

function oneRuleFaults({ name, frequency, keepDays, moveToColdStorageAfterDays: cold, hourUtc }: BackupRule, property: string): string[] {
  const faults = [
    ...(/^[\w.-]{1,50}$/.test(name)
      ? []
      : [`${property}.name is ${JSON.stringify(name)}; AWS Backup takes 1 to 50 letters, digits and . _ -: name it so`]),
    ...enumFaults(`${property}.frequency`, frequency, BackupFrequency),
    ...wholeNumberFaults(`${property}.keepDays`, keepDays, KEEP),
    ...wholeNumberFaults(`${property}.moveToColdStorageAfterDays`, cold, KEEP),
    ...wholeNumberFaults(`${property}.hourUtc`, hourUtc, HOUR),
  ];
  if (cold !== undefined && keepDays < cold + COLD_DAYS) {
    const rule = `what moves to cold storage at ${cold} days stays there for ${COLD_DAYS} at least`;
    faults.push(`${property}.keepDays is ${keepDays}; ${rule}: keep for ${cold + COLD_DAYS} days or more, or do not move`);
  }
  return faults;
}

function lockFaults(
  { mode, minRetentionDays: least, maxRetentionDays: most, reconsiderDays }: VaultLock,
  rules: readonly BackupRule[],
): string[] {
  const faults = [
    ...enumFaults("vaultLock.mode", mode, VaultLockMode),
    ...wholeNumberFaults("vaultLock.minRetentionDays", least, KEEP),
    ...wholeNumberFaults("vaultLock.maxRetentionDays", most, KEEP),
    ...wholeNumberFaults("vaultLock.reconsiderDays", reconsiderDays, RECONSIDER),
  ];
  if (most !== undefined && most < least) {
    faults.push(`vaultLock.maxRetentionDays is ${most}; the least is ${least}, so that no backup fits: raise it, or leave it out`);
  }
  if (mode === VaultLockMode.Governance && reconsiderDays !== undefined) {
    faults.push(
      "vaultLock.reconsiderDays is set with mode governance; such a lock can be ended at any time: leave it out, or use compliance",
    );
  }
  // AWS takes the plan and fails each of its jobs, one a day.
  const outside = rules.filter(({ keepDays }) => keepDays < least || (most !== undefined && keepDays > most));
  const bounds = most === undefined ? `${least} days or more` : `${least} to ${most} days`;
  faults.push(
    ...outside.map(
      ({ name, keepDays }) =>
        `rule ${name} keeps for ${keepDays} days; the vault's lock takes backups of ${bounds} only: change one of the two`,
    ),
  );
  return faults;
}

function deletionFaults({ allowDelete = false, deleteWithRecoveryPoints = false, vaultLock }: BackupShape): string[] {
  const faults: string[] = [];
  if (deleteWithRecoveryPoints && !allowDelete) {
    faults.push("deleteWithRecoveryPoints is true without allowDelete; a protected vault is not deleted at all: set both, or neither");
  }
  if (deleteWithRecoveryPoints && vaultLock !== undefined) {
    faults.push("deleteWithRecoveryPoints is true with vaultLock; what is locked cannot be deleted: leave one of the two out");
  }
  return faults;
}
