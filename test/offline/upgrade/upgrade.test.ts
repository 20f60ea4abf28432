/** What an update would take away, from states and plans made by hand. The committed environments are held against their baselines in test/stacks. */
import { judgedBy, readAccepted, staleText } from "../../../offline/upgrade/accepted";
import { baselineFile, baselineOf, readBaseline } from "../../../offline/upgrade/baseline";
import { compareStates } from "../../../offline/upgrade/compare";
import { DangerKind } from "../../../offline/upgrade/danger";
import { judgeUpgrade } from "../../../offline/upgrade/judge";
import { readStackExport, readTemplate, type StandingState, stateOfPlan } from "../../../offline/upgrade/state";
import { templateDangers, templateLike } from "../../../offline/upgrade/templates";
import { upgradeDocument, upgradeText } from "../../../offline/upgrade/upgrade-text";
import { palette } from "../../../offline/commands/terminal";
import type { PlannedResource } from "../../../offline/plan/plan-document";
import { options, plan, planned, STACK_URN, urnOf } from "../plan/hand-made";

const DATABASE = "aws:rds/instance:Instance";
const BUCKET = "aws:s3/bucket:Bucket";
const CLUSTER = "aws:eks/cluster:Cluster";
const ROLE = "aws:iam/role:Role";
const STORE = "shop:index:Store";

const safe = options({ protect: true, retainOnDelete: true });
const database = (inputs: PlannedResource["inputs"] = {}, given: Partial<PlannedResource> = {}) =>
  planned(
    DATABASE,
    "orders",
    { engine: "postgres", backupRetentionPeriod: 30, deletionProtection: true, ...inputs },
    { options: safe, ...given },
  );

/** A component and its bucket, in the shape in which a program registers them. */
function store(name: string, given: Partial<PlannedResource> = {}, flags = options()): PlannedResource[] {
  const component = planned(STORE, name, {}, { kind: "component", ...given });
  const urn = `urn:pulumi:dev::shop::${STORE}$${BUCKET}::${name}-bucket`;
  return [component, planned(BUCKET, `${name}-bucket`, {}, { urn, parent: component.urn, options: flags })];
}

function says(before: readonly PlannedResource[] | StandingState, after: readonly PlannedResource[]): string[] {
  const state = "resources" in before ? before : stateOfPlan(plan(before));
  return compareStates(state, plan(after)).dangers.map((danger) => danger.says);
}

/** What `pulumi stack export` prints, of one resource. */
const exported = (type: string, name: string, given: object = {}) => ({ urn: urnOf(type, name), type, custom: true, ...given });
function stateOf(...resources: object[]): StandingState {
  const stack = { urn: STACK_URN, type: "pulumi:pulumi:Stack", custom: false };
  const state = readStackExport(JSON.stringify({ version: 3, deployment: { resources: [stack, ...resources] } }));
  if (state === undefined) throw new Error("the export is not read");
  return state;
}

const BACK = "take the change back, or make a second one beside it, move the data, and accept the change (docs/upgrades.md)";

describe("what is replaced", () => {
  // Six months of orders, because somebody wanted another key.
  it("is told with the property, what it was and what it will be", () => {
    expect(says([database({ kmsKeyId: "a" }, { options: options() })], [database({ kmsKeyId: "b" }, { options: options() })])).toEqual([
      `The database orders would be replaced, because kmsKeyId changes from "a" to "b"; its data would be lost with it: ${BACK}.`,
    ]);
  });

  it("says what the flags make of it: an update that stops, or an old one that nobody manages", () => {
    expect(says([database({ engine: "mysql" })], [database()])).toEqual([
      `The database orders would have to be replaced, because engine changes from "mysql" to "postgres"; it is protected, so pulumi up stops there: ${BACK}.`,
    ]);
    expect(says([database({ engine: "mysql" }, { options: options() })], [database()])[0]).toContain("; its data would be lost with it: ");
    const kept = options({ retainOnDelete: true, deleteBeforeReplace: true });
    expect(says([database({ engine: "mysql" }, { options: kept })], [database({}, { options: kept })])).toEqual([
      `The database orders would be replaced, deleted before the new one is there, because engine changes from "mysql" to "postgres"; a new, empty one takes its place, and the old one stays in the account with nobody to manage it: ${BACK}.`,
    ]);
  });

  it("counts what the program asks for by replaceOnChanges, and leaves out what it ignores", () => {
    const asks = options({ ...safe, replaceOnChanges: ["tags"] });
    expect(says([database({ tags: { a: "1" } })], [database({ tags: { a: "2" } }, { options: asks })]).length).toBe(1);
    const ignores = options({ ...safe, ignoreChanges: ["engine"] });
    expect(says([database({ engine: "mysql" })], [database({}, { options: ignores })])).toEqual([]);
  });

  it("is told of nested properties, and not of their neighbours", () => {
    const cluster = (ipFamily: string, version: string) => [planned(CLUSTER, "c", { version, kubernetesNetworkConfig: { ipFamily } })];
    expect(says(cluster("ipv4", "1.34"), cluster("ipv4", "1.35"))).toEqual([]);
    expect(says(cluster("ipv4", "1.34"), cluster("ipv6", "1.34"))[0]).toContain(
      'because kubernetesNetworkConfig.ipFamily changes from "ipv4" to "ipv6"',
    );
  });

  // A role that is renamed changes its ARN, and EKS cannot change the role of a cluster.
  it("is what takes its name from something that is made anew; a value that only the cloud knows is named otherwise", () => {
    const role = (name: string) => planned(ROLE, "r", { name });
    const cluster = planned(CLUSTER, "c", { roleArn: "[unknown]" }, { propertyDependencies: { roleArn: [urnOf(ROLE, "r")] } });
    expect(says([role("a"), cluster], [role("b"), cluster])).toEqual([
      `The cluster c would be replaced, because roleArn comes from r, which is made anew; all that runs in it would be lost with it: ${BACK}.`,
    ]);
    const state = stateOf(exported(CLUSTER, "c", { inputs: { roleArn: "arn:aws:iam::111122223333:role/r" } }));
    expect(compareStates(state, plan([cluster]))).toEqual({ dangers: [], unknown: [{ resource: "c", property: "roleArn" }] });
  });

  it("is what the state marks, whatever its inputs", () => {
    expect(says(stateOf(exported(BUCKET, "b", { taint: true })), [planned(BUCKET, "b")])[0]).toContain(
      "(pulumi state untaint takes that back)",
    );
  });
});

describe("an export of the stack", () => {
  // Every name that Pulumi made up would read as a change, and nobody would believe the one that is one.
  it("does not alarm over what Pulumi or the provider chose, secrets, or what AWS answered already", () => {
    const chosen = { bucket: "b-1a2b3c4", __defaults: ["bucket"] };
    expect(says(stateOf(exported(BUCKET, "b", { inputs: chosen })), [planned(BUCKET, "b")])).toEqual([]);
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
    expect(
      says(stateOf(exported(DATABASE, "d", { inputs: { username: secret } })), [planned(DATABASE, "d", { username: "[secret]" })]),
    ).toEqual([]);
    const answered = exported(DATABASE, "d", { inputs: {}, outputs: { storageEncrypted: true } });
    expect(says(stateOf(answered), [planned(DATABASE, "d", { storageEncrypted: true })])).toEqual([]);
    expect(says(stateOf(answered), [planned(DATABASE, "d", { storageEncrypted: false })]).length).toBe(1);
    const account = exported(CLUSTER, "c", { inputs: { roleArn: "arn:aws:iam::111122223333:role/r" } });
    expect(says(stateOf(account), [planned(CLUSTER, "c", { roleArn: "arn:aws:iam::123456789012:role/r" })])).toEqual([]);
  });

  it("takes the Region that the provider wrote into the state for the one that the program leaves to it", () => {
    const state = stateOf(exported(BUCKET, "b", { inputs: { region: "us-east-1" } }));
    expect(says(state, [planned(BUCKET, "b")])).toEqual([]);
    expect(says(state, [planned(BUCKET, "b", { region: "eu-west-1" })])[0]).toContain(
      'because region changes from "us-east-1" to "eu-west-1"',
    );
  });

  // The provider of EKS makes a role and add-ons of its own, and names them as it likes.
  it("compares what a provider's own component makes as far as both sides know it", () => {
    const cluster = exported("eks:index:Cluster", "k", { custom: false });
    const child = (name: string, inputs: object) => exported(CLUSTER, name, { parent: cluster.urn, protect: true, inputs });
    const remote = planned("eks:index:Cluster", "k", {}, { kind: "remote" });
    const made = (inputs: PlannedResource["inputs"]) =>
      planned(CLUSTER, "k-eks", inputs, { parent: remote.urn, modelled: true, options: options({ protect: true }) });
    const state = stateOf(cluster, child("k-eks", { name: "k" }), child("k-other", {}));
    expect(says(state, [remote, made({ name: "k", outpostConfig: {} })])).toEqual([]);
    expect(says(state, [remote, made({ name: "l" })])[0]).toContain('because name changes from "k" to "l"');
    expect(says(state, []).length).toBe(2);
  });

  it("leaves out what is being deleted, what is only read, and the providers", () => {
    const others = [
      exported(BUCKET, "old", { delete: true }),
      exported(BUCKET, "looked-up", { external: true }),
      exported("pulumi:providers:aws", "default_7_48_0"),
    ];
    expect(says(stateOf(...others), [])).toEqual([]);
  });

  it("is refused where it is none", () => {
    for (const text of ["", "{}", '{"deployment":{"resources":[]}}', '{"deployment":{"resources":[{"urn":"x","type":"y"}]}}'])
      expect(readStackExport(text)).toBeUndefined();
  });

  it("holds the templates that Pulumi uploaded, under the name that the program gave", () => {
    const Resources = { Table: { Type: "AWS::DynamoDB::Table", Properties: {} } };
    const stack = exported("aws:cloudformation/stack:Stack", "loop", {
      inputs: { name: "loop-1a2b3c4", __defaults: ["name"], templateUrl: "https://s3/b/k.json" },
    });
    const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: JSON.stringify({ Resources }) };
    const upload = exported("aws:s3/bucketObjectv2:BucketObjectv2", "t", { inputs: { key: "k.json", source: asset } });
    expect(stateOf(upload, stack).templates).toEqual({ loop: Resources });
  });
});

describe("what is no longer in the program", () => {
  it("is told where it holds data or is protected, with what becomes of it", () => {
    expect(says([planned(BUCKET, "logs"), planned(ROLE, "r")], [])).toEqual([
      "The bucket logs is no longer in the program; it is deleted, and its objects with it: keep it, or accept the change.",
    ]);
    expect(says([database()], [])).toEqual([
      "The database orders is no longer in the program; it is protected, so pulumi up stops there: keep it, or unprotect it (pulumi state unprotect) and accept the change.",
    ]);
    expect(says([planned(BUCKET, "logs", {}, { options: options({ retainOnDelete: true }) })], [])).toEqual([
      "The bucket logs is no longer in the program; it stays in the account with nobody to manage it: keep it, or accept the change.",
    ]);
  });

  // The bucket stays, and from then on an overwritten model is gone: nothing is replaced, and nobody is asked.
  it.each([
    ["aws:backup/plan:Plan", "backup plan", "nothing is backed up by it any more"],
    ["aws:backup/selection:Selection", "selection of what is backed up", "what it named is backed up no more"],
    ["aws:backup/vaultLockConfiguration:VaultLockConfiguration", "lock of a backup vault", "whoever has the rights may delete its backups"],
    ["aws:s3/bucketVersioning:BucketVersioning", "versioning of a bucket", "what is overwritten or deleted in it is gone"],
    [
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "block of public access",
      "one wrong policy or ACL opens the bucket to the world",
    ],
    ["kubernetes:apps/v1:StatefulSet", "stateful set", "its volumes are left with nothing that serves or manages them"],
    ["aws:s3/bucketV2:BucketV2", "bucket", "its objects with it"],
    ["aws:opensearch/domain:Domain", "search domain", "its indices with it"],
    ["kubernetes:core/v1:PersistentVolume", "volume of the cluster", "its data with it"],
    ["kubernetes:core/v1:PersistentVolumeClaim", "volume claim", "its data with it"],
  ])("is told where it guards what others hold, or holds it outside of a database: %s", (type, noun, then) => {
    expect(says([planned(type, "x")], [])).toEqual([
      `The ${noun} x is no longer in the program; it is deleted, and ${then}: keep it, or accept the change.`,
    ]);
  });

  it("is one sentence for a bucket and what guarded it", () => {
    const bucket = [planned(BUCKET, "logs"), planned("aws:s3/bucketVersioning:BucketVersioning", "logs-versioning")];
    expect(says(bucket, []).map((line) => line.split(" is no longer")[0])).toEqual(["The bucket logs"]);
  });

  it("is perhaps only renamed, and then an alias is the cure", () => {
    expect(says([planned(BUCKET, "logs")], [planned(BUCKET, "raw-logs")])).toEqual([
      'The bucket logs is no longer in the program; it is deleted, and its objects with it: if raw-logs is the same under another name, give it aliases: [{ name: "logs" }], and otherwise accept the change.',
    ]);
  });

  // One word in a constructor, and a component with all that it holds is another one.
  it("is one sentence for a component that is renamed, and nothing where an alias says that it is the same", () => {
    expect(says(store("orders"), store("sales"))).toEqual([
      'The URN of shop:index:Store changes without an alias (the component orders is gone and sales is new): its 1 resource would go, among them bucket orders-bucket; they are deleted and made anew: give the new one aliases: [{ name: "orders" }], or keep the name.',
    ]);
    expect(says(store("orders", {}, safe), store("sales", {}, safe))[0]).toContain("pulumi up stops at the first that is protected");
    expect(says(store("orders"), store("sales", { options: options({ aliases: ['{"name":"orders"}'] }) }))).toEqual([]);
    expect(says(store("orders"), store("sales", { options: options({ aliases: [urnOf(STORE, "orders")] }) }))).toEqual([]);
  });

  it("is nobody's loss where it holds nothing and nothing takes its place", () => {
    expect(says([planned(STORE, "empty", {}, { kind: "component" }), planned(ROLE, "r")], [])).toEqual([]);
  });
});

describe("what is weakened", () => {
  // Nothing breaks on that day. It breaks on the day on which the backup is wanted.
  it("is a shorter time of backups, a protection of AWS that is taken away, a deletion that empties", () => {
    expect(says([database()], [database({ backupRetentionPeriod: 7, deletionProtection: false, skipFinalSnapshot: true })])).toEqual([
      "The database orders would be weakened: backupRetentionPeriod changes from 30 to 7, so that backups older than that are deleted, and nothing brings them back: keep the value, or accept the change.",
      "The database orders would be weakened: deletionProtection changes from true to false, so that AWS no longer refuses to delete it: keep the value, or accept the change.",
      "The database orders would be weakened: skipFinalSnapshot changes from nothing to true, so that a deletion leaves no snapshot: keep the value, or accept the change.",
    ]);
    expect(says([database()], [database({ backupRetentionPeriod: 35 })])).toEqual([]);
  });

  // Absent is a value as well: logs are kept for ever where nobody says how long, and a database has no backups.
  it("is what was absent and meant more, or becomes absent and means less", () => {
    const told = (type: string, before: PlannedResource["inputs"], after: PlannedResource["inputs"]) =>
      says([planned(type, "x", before)], [planned(type, "x", after)]).map((line) => / weakened: (.*?), so that/.exec(line)?.[1]);
    const LOGS = "aws:cloudwatch/logGroup:LogGroup";
    expect(told(LOGS, {}, { retentionInDays: 7 })).toEqual(["retentionInDays changes from nothing to 7"]);
    expect(told(LOGS, { retentionInDays: 0 }, { retentionInDays: 7 })).toEqual(["retentionInDays changes from 0 to 7"]);
    expect(told(LOGS, { retentionInDays: 7 }, {})).toEqual([]);
    expect(told(DATABASE, { backupRetentionPeriod: 7 }, {})).toEqual(["backupRetentionPeriod changes from 7 to nothing"]);
    expect(told("aws:kms/key:Key", {}, { deletionWindowInDays: 7 })).toEqual(["deletionWindowInDays changes from nothing to 7"]);
    const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    const expires = (days: number) => ({ rules: [{ status: "Enabled", expiration: { days } }] });
    expect(told(LIFECYCLE, expires(3650), expires(30))).toEqual(["rules.expiration.days changes from 3650 to 30"]);
    expect(told(LIFECYCLE, { rules: [] }, expires(30))).toEqual(["rules.expiration.days changes from nothing to 30"]);
    const versioning = (status: string) => ({ versioningConfiguration: { status } });
    expect(told("aws:s3/bucketVersioning:BucketVersioning", versioning("Enabled"), versioning("Suspended"))).toEqual([
      'versioningConfiguration.status changes from "Enabled" to "Suspended"',
    ]);
    const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
    expect(told(block, { blockPublicPolicy: true }, { blockPublicPolicy: false })).toEqual([
      "blockPublicPolicy changes from true to false",
    ]);
  });

  it("is the shortest of several times of a backup plan", () => {
    const backups = (...days: number[]) => [
      planned("aws:backup/plan:Plan", "p", { rules: days.map((deleteAfter) => ({ lifecycle: { deleteAfter } })) }),
    ];
    expect(says(backups(35, 365), backups(35, 400))).toEqual([]);
    expect(says(backups(35, 365), backups(14, 365))[0]).toContain("rules.lifecycle.deleteAfter changes from 35 to 14");
  });

  it("is a resource that Pulumi no longer protects or keeps", () => {
    expect(says([database()], [database({}, { options: options() })])).toEqual([
      "The database orders is no longer protected, and the next rename, replacement or destroy deletes it without a question: give it protect: true again, or accept the change.",
      "The database orders is no longer kept when it leaves the stack, and whatever takes it out of the stack deletes it: give it retainOnDelete: true again, or accept the change.",
    ]);
  });
});

describe("a template", () => {
  const table = (Properties: object, more: object = {}) => ({ Type: "AWS::DynamoDB::Table", Properties, ...more }) as never;
  const kept = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" };
  const told = (before: Record<string, never>, after: Record<string, never>) =>
    templateDangers({ loop: before }, { loop: after }).map((danger) => danger.says);

  // The ledger knows which run holds the lock; a new one knows of none.
  it("must not replace, rename or give up what holds data", () => {
    expect(told({ Ledger: table({ TableName: "a" }, kept) }, { Ledger: table({ TableName: "b" }, kept) })).toEqual([
      'The table Ledger of the template loop would be replaced, because TableName changes from "a" to "b"; it stays in the account with nobody to manage it, and what takes its place is empty: take the change back, or accept it (docs/upgrades.md).',
    ]);
    expect(told({ Ledger: table({}) }, { Book: table({}) })).toEqual([
      "The table Ledger of the template loop is no longer in it; CloudFormation deletes it, and its data with it: keep its logical id (overrideLogicalId of the CDK), or accept the change.",
    ]);
    expect(told({ Ledger: table({}) }, { Ledger: { Type: "AWS::SQS::Queue" } as never })[0]).toContain(
      "its type changes from AWS::DynamoDB::Table to AWS::SQS::Queue",
    );
    expect(templateDangers({ loop: { Ledger: table({}) } }, {})[0]?.says).toContain("is gone with its template");
  });

  it("must not weaken it either", () => {
    const before = { Ledger: table({ DeletionProtectionEnabled: true }, kept) };
    expect(told(before, { Ledger: table({}) })).toEqual([
      'The table Ledger of the template loop loses its DeletionPolicy "Retain", and the next removal deletes it: give it the policy again, or accept the change.',
      'The table Ledger of the template loop loses its UpdateReplacePolicy "Retain", and the next replacement deletes it: give it the policy again, or accept the change.',
      "The table Ledger of the template loop would be weakened: DeletionProtectionEnabled changes from true to nothing, so that AWS no longer refuses to delete it: keep the value, or accept the change.",
    ]);
    expect(told(before, before)).toEqual([]);
  });

  it("may change what holds nothing", () => {
    expect(told({ Alarm: { Type: "AWS::CloudWatch::Alarm" } as never }, {})).toEqual([]);
  });

  it("is read as AWS prints it, and is the one of the plan with which it shares its ids", () => {
    const Resources = { Ledger: table({}) };
    expect(readTemplate(JSON.stringify({ TemplateBody: { Resources } }))).toEqual(Resources);
    expect(readTemplate(JSON.stringify({ TemplateBody: JSON.stringify({ Resources }) }))).toEqual(Resources);
    expect(readTemplate("Resources: {}")).toBeUndefined();
    expect(templateLike(Resources, { nested: { Alarm: table({}) }, loop: { Ledger: table({}), Alarm: table({}) } })).toBe("loop");
    expect(templateLike(Resources, { nested: { Alarm: table({}) } })).toBeUndefined();
  });
});

describe("a baseline", () => {
  it("says the same as the plan that it was recorded from", () => {
    const before = [database({ kmsKeyId: "[unknown]", tags: { a: "1" } }), ...store("orders", {}, safe), planned(ROLE, "r", { path: "/" })];
    const text = baselineFile(baselineOf(plan(before), "1.2.0"));
    const state = readBaseline(text);
    expect(compareStates(state, plan(before))).toEqual({ dangers: [], unknown: [] });
    const after = [database({ engine: "mysql", backupRetentionPeriod: 1 }), ...store("sales")];
    expect(says(state, after)).toEqual(says(before, after));
    expect(says(state, after).length).toBe(3);
    // What can change without harm is left out of it, so that the file changes only where that is worth a look.
    expect(text).not.toContain("tags");
    expect(text.split("\n").filter((line) => line.includes("orders"))).toHaveLength(3);
  });
});

describe("a change that is wanted", () => {
  const wanted = { resource: "*-bucket", change: DangerKind.Deleted, reason: "The logs moved to the data lake.", date: "2026-11-21" };
  const judged = (accepted: (typeof wanted)[]) =>
    judgeUpgrade(stateOfPlan(plan([planned(BUCKET, "logs-bucket"), planned(BUCKET, "raw-logs")])), plan([]), accepted);

  it("is accepted by name and kind, and by no more than that", () => {
    const { dangers, accepted, stale } = judged([wanted]);
    expect([dangers.map(({ resource }) => resource), accepted.map(({ resource }) => resource), stale]).toEqual([
      ["raw-logs"],
      ["logs-bucket"],
      [],
    ]);
    expect(judged([{ ...wanted, change: DangerKind.Replaced }]).dangers.length).toBe(2);
  });

  // An entry that stays in the list covers, a year later, for a change that nobody wanted.
  it("is refused once it matches nothing any more", () => {
    const { stale } = judgedBy([{ ...wanted, resource: "prod-cache" }], []);
    expect(stale.map(staleText)).toEqual([
      "The accepted change of 2026-11-21, prod-cache deleted, matches nothing any more: take it out of the list, so that it cannot cover for another one.",
    ]);
  });

  it("needs a name, a kind, a reason and a date", () => {
    expect(readAccepted(undefined)).toEqual({ accepted: [], faults: [] });
    expect(readAccepted([wanted]).accepted).toEqual([wanted]);
    expect(readAccepted([{ ...wanted, change: "gone", reason: "why not", date: "yesterday" }]).faults).toEqual([
      '0.change: Invalid option: expected one of "deleted"|"renamed"|"replaced"|"unprotected"|"weakened"',
      "0.reason: says too little; whoever loses data wants to know why: write a sentence",
      '0.date: is no date: write it as "2026-11-21"',
    ]);
    expect(readAccepted({ a: 1 }).faults).toEqual(["the list: Invalid input: expected array, received object"]);
  });

  it("is told with its reason, on a screen and in a document", () => {
    const judgement = judged([wanted, { ...wanted, resource: "prod-cache" }]);
    expect(upgradeText("dev", "export.json", judgement, palette(false)).split("\n")).toEqual([
      "",
      "dev, against export.json: 1 danger",
      "  ✗ The bucket raw-logs is no longer in the program; it is deleted, and its objects with it: keep it, or accept the change.",
      "  ✗ The accepted change of 2026-11-21, prod-cache deleted, matches nothing any more: take it out of the list, so that it cannot cover for another one.",
      "  ! logs-bucket, deleted: accepted, because The logs moved to the data lake.",
      "",
    ]);
    expect(upgradeDocument("dev", "export.json", judgement)).toMatchObject({
      environment: "dev",
      dangers: [{ kind: "deleted", resource: "raw-logs", urn: urnOf(BUCKET, "raw-logs") }],
      stale: [{ resource: "prod-cache" }],
      unknown: [],
    });
  });
});
