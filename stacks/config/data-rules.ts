/** What the components of the data layer would refuse. */
import { backupFaults } from "../../components/data/backup-plan/backup-plan";
import { lifecycleFaults } from "../../components/data/bucket/bucket";
import { cacheFaults } from "../../components/data/cache/cache";
import { registryFaults } from "../../components/data/container-registry/container-registry";
import { databaseFaults } from "../../components/data/postgres-database/postgres-database";
import { repeatFaults } from "../../components/shared/faults";
import { type Invariant, readsOf, unless } from "./invariant";
import { judged } from "./judged";
import { BUCKETS, type DataConfig } from "./schema";
import { isStackName } from "./stack-name";

const DATA = "modelloop:data";

/** Stands for the component's name where a rule is about something else: any stack's name would do. */
const ANY = "any";

/** A wrong name is complained of once, and not again for each id that is made from it. */
const stackName = (stack: string) => (isStackName(stack) ? stack : ANY);

/**
 * S3 deletes a file by its age (S3 user guide, "Lifecycle configuration elements"), and what serves is as old as the last promotion: a filter by tag
 * would have to be taken off each file in the moment of a promotion, and of every way back. Kept for ever, a run's 100 MB cost 1.5 cents a year in
 * infrequent access (0.0125 USD a GB and month, us-east-1, 2026).
 */
const SERVES = "S3 counts days since a file was written, and not since its version has ceased to serve";

const keptRules: Invariant[] = [
  {
    id: "trained-models-are-kept",
    reads: readsOf("data.buckets.mlflowArtifacts.deleteAfterDays", "learning.models"),
    check: ({ data, learning }) => {
      const days = data.buckets.mlflowArtifacts.deleteAfterDays;
      const trains = (learning?.models ?? []).some(({ training }) => training !== undefined);
      return unless(
        days === undefined || !trains,
        `${DATA}.buckets.mlflowArtifacts.deleteAfterDays is ${days}; ${SERVES}: a champion of that age could be compared with no candidate, and every run would fail: leave it out, and write moveToInfrequentAccessAfterDays`,
      );
    },
  },
  {
    id: "releases-are-kept",
    reads: readsOf("data.buckets.models.deleteAfterDays", "serving.triton"),
    check: ({ data, serving }) => {
      const days = data.buckets.models.deleteAfterDays;
      return unless(
        days === undefined || serving?.triton === undefined,
        `${DATA}.buckets.models.deleteAfterDays is ${days}; ${SERVES}: a pod that starts would find nothing to load, and nobody could be sent back to a version before: leave it out`,
      );
    },
  },
];

export const dataRules: Invariant[] = [
  ...keptRules,
  ...BUCKETS.flatMap((name) =>
    judged<DataConfig["buckets"]["models"]>({
      id: `bucket-${name}`,
      path: [DATA, "buckets", name],
      block: ({ data }) => data.buckets[name],
      groups: [
        { keys: ["moveToInfrequentAccessAfterDays"] },
        { keys: ["moveToInfrequentAccessAfterDays", "deleteAfterDays"] },
        { keys: ["deleteOldVersionsAfterDays"] },
      ],
      faults: (lifecycle) => lifecycleFaults(lifecycle).map((fault) => fault.replace(/^lifecycle\./, "")),
    }),
  ),
  ...judged<DataConfig["postgres"]>({
    id: "postgres",
    path: [DATA, "postgres"],
    block: ({ data }) => data.postgres,
    groups: [
      { keys: ["databases"] },
      { keys: ["version"] },
      { keys: ["instanceClass"] },
      { keys: ["storage"] },
      { keys: ["backup", "maintenanceWindow"] },
      { keys: ["connectionPooling", "databases"] },
      { keys: ["logs"] },
    ],
    faults: ({ databases, ...postgres }) =>
      databaseFaults(ANY, { ...postgres, databases: (databases ?? []).map((name) => ({ name })) })
        // In the file a login is named like its database: a name that is there twice says it all.
        .filter((fault) => !fault.includes(" share the login ")),
  }),
  ...judged<DataConfig["cache"]>({
    id: "cache",
    path: [DATA, "cache"],
    block: ({ data }) => data.cache,
    groups: [{ keys: ["nodeType"] }, { keys: ["replicas", "automaticFailover"] }, { keys: ["snapshotRetentionDays"] }],
    faults: (cache) => cacheFaults(ANY, cache),
  }),
  {
    id: "cache-users",
    reads: [[DATA, "cache", "users"]],
    // Their ids are made of the stack's name, and have an end.
    check: ({ stack, data: { cache } }) =>
      cacheFaults(`${stackName(stack)}-cache`, { users: cache.users }).map((fault) => `${DATA}.cache.${fault}`),
  },
  {
    id: "registry",
    reads: [[DATA, "registry"]],
    check: ({ stack, data: { registry } }) =>
      registry === undefined ? [] : registryFaults(stackName(stack), registry).map((fault) => `${DATA}.registry.${fault}`),
  },
  {
    id: "secrets-by-name",
    reads: [[DATA, "secrets"]],
    check: ({ data: { secrets } }) =>
      repeatFaults(
        `${DATA}.secrets`,
        secrets.map(({ name }) => name),
      ),
  },
  {
    id: "backup",
    reads: [[DATA, "backup"]],
    check: ({ data: { backup } }) =>
      backup === undefined ? [] : backupFaults({ ...backup, resourceArns: ["the stack's own"] }).map((fault) => `${DATA}.backup.${fault}`),
  },
];
