/** What `pulumi destroy` stops at, and what is still there when it has ended. Pure; as far as a plan can tell. */
import type { Json, RecordedResource } from "../engine";
import { described } from "./faults";
import { kindOf, mapping } from "./objects";
import { CLUSTER, KEY } from "./references";

/** `stops`: destroy does not get past it. `kept`: by the program's wish. `waits`: goes by itself, later. `left`: AWS makes it or keeps it. */
export type Fate = "stops" | "kept" | "waits" | "left";

export interface Remainder {
  readonly fate: Fate;
  /** `Key "dev-data-key" (stacks/foundation.ts:42)` */
  readonly what: string;
  /** The rest of the sentence: why, for how long, and how to be rid of it. */
  readonly says: string;
}

export interface Template {
  readonly name: string;
  readonly body: Json;
}

type Resource = RecordedResource;
type Finding = Omit<Remainder, "what">;

export function remainders(resources: readonly Resource[], templates: readonly Template[]): Remainder[] {
  const logGroups = new Set(resources.filter(isLogGroup).map(({ outputs, inputs }) => outputs["name"] ?? inputs["name"]));
  const own = resources
    .filter(({ kind }) => kind === "custom")
    .flatMap((resource) => findingsOf(resource, logGroups).map((finding) => ({ ...finding, what: described(resource) })));
  return [...own, ...templates.flatMap(templateRemainders)];
}

function findingsOf(resource: Resource, logGroups: LogGroups): Finding[] {
  const { protect, retainOnDelete } = resource.options;
  if (protect === true) {
    const after = retainOnDelete === true ? "; unprotected, it would still stay in AWS (retainOnDelete)" : "";
    return [
      { fate: "stops", says: `is protected: destroy refuses as a whole, or leaves it and what it needs (--exclude-protected)${after}` },
      ...guards(resource),
    ];
  }
  if (retainOnDelete === true) return [{ fate: "kept", says: "leaves the state and stays in AWS (retainOnDelete)" }];
  return [...guards(resource), ...(FINDINGS[resource.type]?.(resource, logGroups) ?? []), ...storageFindings(resource)];
}

/** Properties by which AWS refuses a deletion, whatever Pulumi says. */
const DELETION_PROTECTION = ["deletionProtection", "deletionProtectionEnabled", "enableDeletionProtection"];

function guards({ inputs }: Resource): Finding[] {
  return DELETION_PROTECTION.filter((property) => inputs[property] === true).map((property) => ({
    fate: "stops",
    says: `has ${property}: AWS refuses to delete it until an update has switched that off`,
  }));
}

/** Names of the log groups that the program declares. */
type LogGroups = ReadonlySet<Json | undefined>;

type Finder = (resource: Resource, logGroups: LogGroups) => Finding[];

const FINDINGS: Readonly<Record<string, Finder>> = {
  // Keys scheduled for deletion are not charged (AWS KMS pricing, as public guides quoted it in 2026).
  [KEY]: ({ inputs }) => [
    {
      fate: "waits",
      says: `is deleted ${days(inputs["deletionWindowInDays"])} after destroy, unbilled; until then \`aws kms cancel-key-deletion\` brings it back`,
    },
  ],
  // Secrets Manager user guide, "Delete an AWS Secrets Manager secret", read 2026-11-21.
  "aws:secretsmanager/secret:Secret": ({ inputs }) =>
    inputs["recoveryWindowInDays"] === 0
      ? []
      : [
          {
            fate: "waits",
            says: `is deleted ${days(inputs["recoveryWindowInDays"])} after destroy, unbilled; until then its name is taken, and the next up with that name fails`,
          },
        ],
  "aws:s3/bucket:Bucket": emptyFirst("forceDestroy", "an object or a version of one"),
  "aws:s3/bucketV2:BucketV2": emptyFirst("forceDestroy", "an object or a version of one"),
  "aws:ecr/repository:Repository": emptyFirst("forceDelete", "an image"),
  "aws:backup/vault:Vault": emptyFirst("forceDestroy", "a recovery point"),
  "aws:rds/instance:Instance": databaseFindings,
  "aws:rds/cluster:Cluster": databaseFindings,
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ inputs }) =>
    typeof inputs["finalSnapshotIdentifier"] === "string"
      ? [{ fate: "left", says: "leaves a final snapshot, billed by its size until you delete it" }]
      : [],
  [CLUSTER]: ({ inputs, outputs }, logGroups) =>
    list(inputs["enabledClusterLogTypes"]).length > 0 ? madeLogGroup(`/aws/eks/${text(outputs["name"])}/cluster`, logGroups) : [],
  "aws:lambda/function:Function": ({ inputs, outputs }, logGroups) =>
    typeof mapping(inputs["loggingConfig"])["logGroup"] === "string" ? [] : madeLogGroup(`/aws/lambda/${text(outputs["name"])}`, logGroups),
};

function days(value: Json | undefined): string {
  return `${typeof value === "number" ? value : 30} days`;
}

function emptyFirst(switchedOff: string, content: string): Finder {
  return ({ inputs }) =>
    inputs[switchedOff] === true ? [] : [{ fate: "stops", says: `must be empty: AWS refuses to delete it while it holds ${content}` }];
}

function databaseFindings({ inputs, outputs }: Resource, logGroups: LogGroups): Finding[] {
  const identifier = text(outputs["identifier"] ?? inputs["identifier"]);
  const logs = list(inputs["enabledCloudwatchLogsExports"]);
  return [
    ...finalSnapshot(inputs["skipFinalSnapshot"], inputs["finalSnapshotIdentifier"]),
    ...(inputs["deleteAutomatedBackups"] === false
      ? [{ fate: "waits" as const, says: "leaves its automated backups until their retention has passed" }]
      : []),
    ...logs.flatMap((log) => madeLogGroup(`/aws/rds/instance/${identifier}/${text(log)}`, logGroups)),
  ];
}

function finalSnapshot(skip: Json | undefined, name: Json | undefined): Finding[] {
  if (skip === true) return [];
  if (typeof name === "string") return [{ fate: "left", says: `leaves the snapshot ${name}, billed by its size until you delete it` }];
  // hashicorp/terraform-provider-aws, internal/service/rds/instance.go: it asks for the name before it deletes.
  return [
    { fate: "stops", says: "wants a final snapshot and names none: the provider refuses to delete it without finalSnapshotIdentifier" },
  ];
}

/** A log group that the program does not declare is made by AWS at the first line, keeps everything for ever, and belongs to nobody. */
function madeLogGroup(name: string, logGroups: LogGroups): Finding[] {
  return logGroups.has(name) ? [] : [{ fate: "left", says: `leaves the log group ${name}, which AWS makes and nobody deletes` }];
}

function storageFindings(resource: Resource): Finding[] {
  const keeps = kindOf(resource) === "StorageClass" && resource.inputs["reclaimPolicy"] === "Retain";
  return keeps ? [{ fate: "left", says: "has reclaimPolicy Retain: the disks of all its claims stay, and are billed" }] : [];
}

/** CloudFormation keeps what a template says it should (user guide, "DeletionPolicy attribute"). */
const POLICIES: Readonly<Record<string, string>> = {
  Retain: "is kept by the template's DeletionPolicy",
  RetainExceptOnCreate: "is kept by the template's DeletionPolicy",
  Snapshot: "leaves a snapshot, by the template's DeletionPolicy",
};

function templateRemainders({ name, body }: Template): Remainder[] {
  const declared = Object.entries(mapping(mapping(body)["Resources"])).map(([id, resource]) => ({ id, resource: mapping(resource) }));
  const kept = declared.flatMap(({ id, resource }): Remainder[] => {
    const says = POLICIES[text(resource["DeletionPolicy"])];
    return says === undefined ? [] : [{ fate: "kept", what: `${text(resource["Type"])} "${id}" of the stack ${name}`, says }];
  });
  const silent = declared.filter(({ resource }) => {
    const logging = mapping(mapping(resource["Properties"])["LoggingConfig"]);
    return resource["Type"] === "AWS::Lambda::Function" && logging["LogGroup"] === undefined;
  });
  const logs: Remainder[] = silent.map(({ id }) => ({
    fate: "left",
    what: `AWS::Lambda::Function "${id}" of the stack ${name}`,
    says: "leaves the log group /aws/lambda/<its name>, which AWS makes and nobody deletes, unless the stack declares it",
  }));
  return [...kept, ...logs];
}

function isLogGroup({ type }: Resource): boolean {
  return type === "aws:cloudwatch/logGroup:LogGroup";
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
