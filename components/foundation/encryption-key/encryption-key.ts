import { enumFaults, faultsOf, Kind, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { type AccountFacts, onBehalfOf, onlyFor, type PolicyStatement } from "../../shared/policy-document";

/** AWS services that use a key on their own behalf and therefore need a statement in its policy. */
export enum KeyService {
  CloudTrail = "cloudTrail",
  CloudWatchLogs = "cloudWatchLogs",
  /** Flow logs that are written into an encrypted bucket. */
  LogDelivery = "logDelivery",
}

/** What of the arguments can be wrong before AWS is asked. */
export interface KeyShape {
  readonly services?: readonly KeyService[];
  readonly rotationDays?: number;
  readonly deletionWindowDays?: number;
  readonly allowDelete?: boolean;
}

/** KMS API reference, EnableKeyRotation and ScheduleKeyDeletion. */
const ROTATION = { min: 90, max: 2_560, rule: "KMS rotates a key every 90 to 2,560 days" };
const DELETION_WINDOW = { min: 7, max: 30, rule: "KMS waits 7 to 30 days" };

/** KMS API reference, CreateAlias: 256 characters at most, and not beginning with "alias/aws/", "reserved for AWS managed keys". */
const LONGEST_ALIAS = 256;
const AWS_OWN = "aws/";
const ID_LETTERS = 8;

const KINDS = { services: Kind.List, allowDelete: Kind.Flag };

export function encryptionKeyFaults(name: string, args: KeyShape): string[] {
  return [...nameFaults(name), ...faultsOf(args, KINDS, shapeFaults)];
}

function nameFaults(name: string): string[] {
  const faults: string[] = [];
  if (name.startsWith(AWS_OWN)) {
    faults.push(`name is "${name}"; it becomes the key's alias, and AWS keeps alias/${AWS_OWN} for its own keys: choose another name`);
  }
  const longest = LONGEST_ALIAS - keyAlias("", "x".repeat(ID_LETTERS)).length;
  if (name.length > longest) {
    const rule = `it becomes the key's alias, and KMS takes ${LONGEST_ALIAS} with what is added`;
    faults.push(`name has ${name.length} characters; ${rule}: use ${longest} or fewer`);
  }
  return faults;
}

function shapeFaults({ services, rotationDays, deletionWindowDays }: KeyShape): string[] {
  return [
    ...(services ?? []).flatMap((service, index) => enumFaults(`services[${index}]`, service, KeyService)),
    ...repeatFaults("services", services),
    ...wholeNumberFaults("rotationDays", rotationDays, ROTATION),
    ...wholeNumberFaults("deletionWindowDays", deletionWindowDays, DELETION_WINDOW),
  ];
}

/**
 * Aliases are unique in an account and region; a piece of the key's id keeps two environments apart, and a new key from one that was kept.
 * Component names may contain what aliases may not (KMS API reference, CreateAlias).
 */
export function keyAlias(name: string, keyId: string): string {
  return `alias/${name.replace(/[^\w/-]/g, "-")}-${keyId.slice(0, ID_LETTERS)}`;
}

/**
 * The account's IAM policies decide who uses the key; each service named besides may use it for this account's own things only.
 * Without the first statement nobody could ever change the key again, and AWS support would have to be asked (KMS developer guide, "Default key policy").
 */
export function keyPolicyStatements(account: AccountFacts, services: readonly KeyService[]): PolicyStatement[] {
  return [
    {
      Sid: "AccountDecides",
      Effect: "Allow",
      Principal: { AWS: `arn:${account.partition}:iam::${account.accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    ...services.flatMap((service) => SERVICE_STATEMENTS[service](account)),
  ];
}

/** In a key's policy `*` means this key. */
const THIS_KEY = "*";

const SERVICE_STATEMENTS: Record<KeyService, (account: AccountFacts) => PolicyStatement[]> = {
  // CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail". Decrypt, because our buckets have a bucket key.
  [KeyService.CloudTrail]: (account) => {
    const trails = `arn:${account.partition}:cloudtrail:*:${account.accountId}:trail/*`;
    const allowed = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Resource: THIS_KEY } as const;
    const ours = onlyFor(trails);
    const forTrail = { ...ours, StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": trails } };
    return [
      { Sid: "CloudTrailEncrypts", ...allowed, Action: "kms:GenerateDataKey*", Condition: forTrail },
      { Sid: "CloudTrailLooks", ...allowed, Action: ["kms:Decrypt", "kms:DescribeKey"], Condition: ours },
    ];
  },

  // CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS KMS": the log group's ARN is the encryption context.
  [KeyService.CloudWatchLogs]: ({ partition, region, accountId }) => [
    {
      Sid: "CloudWatchLogsUses",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      Resource: THIS_KEY,
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${accountId}:log-group:*` } },
    },
  ],

  // CloudWatch Logs user guide, "Logs sent to Amazon S3", section on server-side encryption with a KMS key.
  [KeyService.LogDelivery]: (account) => [
    {
      Sid: "LogDeliveryUses",
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      Resource: THIS_KEY,
      Condition: onBehalfOf(account, `arn:${account.partition}:logs:${account.region}:${account.accountId}:*`),
    },
  ],
};
