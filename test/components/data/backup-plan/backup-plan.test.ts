import {
  backupFaults,
  BackupFrequency,
  type BackupRule,
  type BackupShape,
  DEFAULT_RULES,
  failurePattern,
  schedule,
  silenceIsAFault,
  VaultLockMode,
} from "../../../../components/data/backup-plan/backup-plan";

const daily: BackupRule = { name: "daily", frequency: BackupFrequency.Daily, keepDays: 35 };
const faults = (shape: BackupShape) => backupFaults({ resourceArns: ["arn:db"], ...shape });

describe("I11 what is accepted", () => {
  it.each<[string, BackupShape]>([
    ["nothing but what to back up", {}],
    ["the shortest stay in cold storage", { rules: [{ ...daily, keepDays: 120, moveToColdStorageAfterDays: 30 }] }],
    [
      "a lock that takes every default rule",
      { vaultLock: { mode: VaultLockMode.Governance, minRetentionDays: 35, maxRetentionDays: 365 } },
    ],
    [
      "a lock for ever, with a week to reconsider",
      { vaultLock: { mode: VaultLockMode.Compliance, minRetentionDays: 7, reconsiderDays: 7 } },
    ],
  ])("%s", (_, shape) => expect(faults(shape)).toEqual([]));
});

describe("I11 refusals", () => {
  it.each<[string, BackupShape, string[]]>([
    // The plan would be green in every list, and empty.
    [
      "a plan that backs up nothing",
      { resourceArns: [] },
      ["selectedTag and resourceArns are missing; a plan without a selection backs up nothing, and says so to nobody: name one of them"],
    ],
    ["a plan without rules", { rules: [] }, ["rules is empty; a plan without rules backs up nothing: name one, or leave rules out"]],
    [
      "too short a stay in cold storage",
      { rules: [{ ...daily, keepDays: 100, moveToColdStorageAfterDays: 30 }] },
      [
        "rules[0].keepDays is 100; what moves to cold storage at 30 days stays there for 90 at least: keep for 120 days or more, or do not move",
      ],
    ],
    [
      "a rule that is wrong all over",
      { rules: [{ name: "every day", frequency: "hourly" as BackupFrequency, keepDays: 0, hourUtc: 24 }] },
      [
        'rules[0].name is "every day"; AWS Backup takes 1 to 50 letters, digits and . _ -: name it so',
        'rules[0].frequency is "hourly"; it must be one of daily, weekly, monthly: use one of these',
        "rules[0].keepDays is 0; AWS Backup keeps what it keeps for 1 to 36,500 days: use a whole number from 1 to 36,500",
        "rules[0].hourUtc is 24; it is an hour of the day: use a whole number from 0 to 23",
      ],
    ],
    ["the same rule twice", { rules: [daily, daily] }, ["rules names daily more than once; each counts once: name it once"]],
    // AWS takes such a plan and fails every job of it.
    [
      "a lock that the rules do not fit",
      { vaultLock: { mode: VaultLockMode.Governance, minRetentionDays: 60, maxRetentionDays: 200 } },
      [
        "rule daily keeps for 35 days; the vault's lock takes backups of 60 to 200 days only: change one of the two",
        "rule monthly keeps for 365 days; the vault's lock takes backups of 60 to 200 days only: change one of the two",
      ],
    ],
    [
      "a lock that nothing fits",
      { rules: [{ ...daily, keepDays: 30 }], vaultLock: { mode: VaultLockMode.Governance, minRetentionDays: 30, maxRetentionDays: 7 } },
      [
        "vaultLock.maxRetentionDays is 7; the least is 30, so that no backup fits: raise it, or leave it out",
        "rule daily keeps for 30 days; the vault's lock takes backups of 30 to 7 days only: change one of the two",
      ],
    ],
    [
      "no time to reconsider what nobody can undo",
      { vaultLock: { mode: VaultLockMode.Compliance, minRetentionDays: 7, reconsiderDays: 1 } },
      ["vaultLock.reconsiderDays is 1; AWS gives three days at least to reconsider: use a whole number from 3 to 36,500"],
    ],
    [
      "time to reconsider what can be undone at any time",
      { vaultLock: { mode: VaultLockMode.Governance, minRetentionDays: 7, reconsiderDays: 7 } },
      ["vaultLock.reconsiderDays is set with mode governance; such a lock can be ended at any time: leave it out, or use compliance"],
    ],
    [
      "addresses that are none, and a topic beside them",
      { notificationTopicArn: "arn:topic", failureEmailAddresses: ["nobody", "a@example.com", "a@example.com"] },
      [
        'failureEmailAddresses[0] is "nobody"; it is no e-mail address: write name@example.com',
        "failureEmailAddresses is set together with notificationTopicArn; a topic has subscribers of its own: leave one of the two out, and subscribe the addresses to the topic",
        "failureEmailAddresses names a@example.com more than once; each counts once: name it once",
      ],
    ],
    [
      "deletion of what is protected or locked",
      { deleteWithRecoveryPoints: true, vaultLock: { mode: VaultLockMode.Governance, minRetentionDays: 7 } },
      [
        "deleteWithRecoveryPoints is true without allowDelete; a protected vault is not deleted at all: set both, or neither",
        "deleteWithRecoveryPoints is true with vaultLock; what is locked cannot be deleted: leave one of the two out",
      ],
    ],
  ])("fails on %s", (_, shape, expected) => expect(faults(shape)).toEqual(expected));
});

it.each<[BackupRule, string]>([
  [daily, "cron(0 7 * * ? *)"],
  [{ ...daily, frequency: BackupFrequency.Weekly }, "cron(0 7 ? * SUN *)"],
  [{ ...daily, frequency: BackupFrequency.Monthly, hourUtc: 0 }, "cron(0 0 1 * ? *)"],
])("I11 %j runs at %s", (rule, cron) => expect(schedule(rule)).toBe(cron));

describe("I11 what is told", () => {
  it("is every end of a job that leaves no backup in this vault", () => {
    expect(JSON.parse(failurePattern("vault-1"))).toEqual({
      ...{ source: ["aws.backup"], "detail-type": ["Backup Job State Change"] },
      detail: { state: ["ABORTED", "EXPIRED", "FAILED"], backupVaultName: ["vault-1"] },
    });
  });

  it("is silence too, where something should come every day", () => {
    expect(silenceIsAFault(DEFAULT_RULES)).toBe(true);
    expect(silenceIsAFault([{ ...daily, frequency: BackupFrequency.Weekly }])).toBe(false);
  });
});
