import { BackupFrequency, BackupPlan, type BackupPlanArgs, VaultLockMode } from "../../../../components";
import { statementsOf } from "../../compute/shared/surroundings";
import { type Plan, planOf, refusalOf } from "../../shared/plan-of";

const backup = (args: Partial<BackupPlanArgs> = {}) =>
  planOf(() => {
    const { vaultName, vaultArn, restoreRoleArn } = new BackupPlan("backup", { kmsKeyArn: "arn:key", ...args });
    return { vaultName, vaultArn, restoreRoleArn };
  });

describe("I11 the smallest plan", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await backup({ resourceArns: ["arn:db"] });
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:backup/plan:Plan backup-plan",
      "aws:backup/selection:Selection backup-named",
      "aws:backup/vault:Vault backup-vault",
      "aws:iam/role:Role backup-backup-role",
      "aws:iam/role:Role backup-restore-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment backup-backup-always",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment backup-restore-always",
      "modelloop:index:BackupPlan backup",
    ]);
  });

  it("keeps days for five weeks, weeks for a quarter and months for a year, in an encrypted vault", () => {
    expect(plan.inputs("backup-vault")).toEqual({ kmsKeyArn: "arn:key", forceDestroy: false });
    const rules = plan.inputs("backup-plan")["rules"] as Record<string, unknown>[];
    expect(rules.map(({ ruleName, schedule, lifecycle }) => [ruleName, schedule, lifecycle])).toEqual([
      ["daily", "cron(0 7 * * ? *)", { deleteAfter: 35 }],
      ["weekly", "cron(0 7 ? * SUN *)", { deleteAfter: 90 }],
      ["monthly", "cron(0 7 1 * ? *)", { deleteAfter: 365 }],
    ]);
    expect(plan.resource("backup-vault").options).toMatchObject({ protect: true, retainOnDelete: true });
  });

  // Who makes backups must not be able to write over what they are backups of.
  it("makes backups with one role and restores with another", () => {
    expect(plan.inputs("backup-backup-always")["policyArn"]).toBe(
      "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    );
    expect(plan.inputs("backup-restore-always")["policyArn"]).toBe(
      "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
    );
    expect(plan.inputs("backup-named")).toMatchObject({
      resources: ["arn:db"],
      iamRoleArn: plan.resource("backup-backup-role").outputs["arn"],
    });
    expect(plan.recording.stackOutputs["restoreRoleArn"]).toBe(plan.resource("backup-restore-role").outputs["arn"]);
  });

  // The first job would run without rights, and fail.
  it("selects only when the role may do its work", () => {
    expect(plan.waitsFor("backup-named")).toContain("backup-backup-always");
  });
});

describe("I11 arguments", () => {
  it("select by tag apart from ARNs, and buckets only where asked", async () => {
    const plan = await backup({ selectedTag: { key: "Backup", value: "yes" }, resourceArns: ["arn:db"], includeBuckets: true });
    expect(plan.inputs("backup-tagged")).toMatchObject({ selectionTags: [{ type: "STRINGEQUALS", key: "Backup", value: "yes" }] });
    expect(plan.inputs("backup-tagged")).not.toHaveProperty("resources");
    expect(plan.inputs("backup-named")).not.toHaveProperty("selectionTags");
    expect(plan.inputs("backup-backup-buckets")["policyArn"]).toBe("arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup");
    expect(plan.inputs("backup-restore-buckets")["policyArn"]).toBe("arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore");
  });

  it("reach the rules", async () => {
    const rules = [{ name: "cold", frequency: BackupFrequency.Monthly, keepDays: 400, moveToColdStorageAfterDays: 30, hourUtc: 22 }];
    const plan = await backup({ resourceArns: ["arn:db"], rules });
    expect(plan.inputs("backup-plan")["rules"]).toEqual([
      {
        ...{
          ruleName: "cold",
          targetVaultName: "backup-vault-standin",
          schedule: "cron(0 22 1 * ? *)",
          scheduleExpressionTimezone: "Etc/UTC",
        },
        ...{ startWindow: 120, completionWindow: 720 },
        lifecycle: { deleteAfter: 400, coldStorageAfter: 30, optInToArchiveForSupportedResources: true },
      },
    ]);
  });

  // The one property decides whether the lock can ever be ended.
  it.each([
    [VaultLockMode.Governance, undefined],
    [VaultLockMode.Compliance, 7],
  ])("lock the vault in mode %s", async (mode, changeableForDays) => {
    const plan = await backup({ resourceArns: ["arn:db"], vaultLock: { mode, minRetentionDays: 30 } });
    expect(plan.inputs("backup-lock")["changeableForDays"]).toBe(changeableForDays);
    expect(plan.inputs("backup-lock")).toMatchObject({ backupVaultName: "backup-vault-standin", minRetentionDays: 30 });
  });

  it("tell a topic of failures, and of two days of silence", async () => {
    const plan = await backup({ resourceArns: ["arn:db"], notificationTopicArn: "arn:topic" });
    expect(plan.document("backup-failed", "eventPattern")).toMatchObject({ detail: { backupVaultName: ["backup-vault-standin"] } });
    expect(plan.inputs("backup-failed-topic")).toMatchObject({ arn: "arn:topic" });
    expect(plan.inputs("backup-silent")).toMatchObject({
      ...{ namespace: "AWS/Backup", metricName: "NumberOfBackupJobsCompleted", dimensions: { BackupVaultName: "backup-vault-standin" } },
      ...{ period: 86_400, evaluationPeriods: 2, comparisonOperator: "LessThanThreshold", threshold: 1, treatMissingData: "breaching" },
      alarmActions: ["arn:topic"],
    });
  });
});

// With SNS's own key, EventBridge would be refused by KMS, and nobody would be told of that either.
it("I11 tells people by a topic of its own, encrypted with a key that the tellers may use", async () => {
  const plan = await backup({ resourceArns: ["arn:db"], failureEmailAddresses: ["ops@example.com"] });
  expect(plan.inputs("backup-alerts-ops@example.com")).toMatchObject({ protocol: "email", endpoint: "ops@example.com" });
  expect(plan.inputs("backup-alerts")["kmsMasterKeyId"]).toBe(plan.output("backup-alerts-key", "arn"));
  const allowed = (name: string) => statementsOf(plan, name).map(({ Principal, Action, Condition }) => [Principal, Action, Condition]);
  const ours = { StringEquals: { "aws:SourceAccount": "123456789012" } };
  const each = (expected: (service: string, whose: unknown) => unknown[]) => [
    expected("events.amazonaws.com", undefined),
    expected("cloudwatch.amazonaws.com", ours),
  ];
  const [, ...tellers] = allowed("backup-alerts-key");
  expect(tellers).toEqual(each((Service, whose) => [{ Service }, ["kms:Decrypt", "kms:GenerateDataKey*"], whose]));
  expect(allowed("backup-alerts-policy")).toEqual(each((Service, whose) => [{ Service }, "sns:Publish", whose]));
  expect(plan.inputs("backup-silent")["alarmActions"]).toEqual([plan.output("backup-alerts", "arn")]);
  expect(plan.waitsFor("backup-failed-topic")).toContain("backup-alerts-policy");
});

it("I11 fails before anything is created, with every fault", () => {
  expect(refusalOf(() => new BackupPlan("backup", { kmsKeyArn: "arn:key", rules: [] }))).toBe(
    [
      `BackupPlan "backup" cannot be built:`,
      "  - rules is empty; a plan without rules backs up nothing: name one, or leave rules out",
      "  - selectedTag and resourceArns are missing; a plan without a selection backs up nothing, and says so to nobody: name one of them",
    ].join("\n"),
  );
});
