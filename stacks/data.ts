import { BackupPlan, Bucket, BucketWriter, Cache, ContainerRegistry, ManagedSecret, PostgresDatabase } from "../components";
import type { LayerContext } from "./context";
import type { Foundation } from "./foundation";
import type { BucketNames, DataOutputs } from "./outputs";
import { backupTag } from "./tags";

/** The buckets of I6, in the order in which data flows through them. */
export type DataBuckets = Record<keyof BucketNames, Bucket>;

export interface Data {
  buckets: DataBuckets;
  database: PostgresDatabase;
  cache: Cache;
  registry?: ContainerRegistry;
  /** By the name that the stack file gives them. */
  secrets: Map<string, ManagedSecret>;
  backups?: BackupPlan;
  /** Of load balancers. */
  accessLogs?: Bucket;
}

export function createData(context: LayerContext, foundation: Foundation): Data {
  const buckets = createBuckets(context, foundation);
  const database = createDatabase(context, foundation);
  return {
    buckets,
    database,
    cache: createCache(context, foundation),
    registry: createRegistry(context, foundation),
    secrets: createSecrets(context, foundation),
    backups: createBackups(context, foundation, database),
    accessLogs: createAccessLogs(context),
  };
}

function createBuckets(context: LayerContext, { dataKey }: Foundation): DataBuckets {
  const { buckets } = context.config.data;
  const bucket = (noun: string, lifecycle: (typeof buckets)["models"]): Bucket =>
    new Bucket(context.name(noun), {
      kmsKeyArn: dataKey.keyArn,
      lifecycle,
      allowDelete: context.disposable,
      deleteWithContents: context.disposable,
      tags: context.tags,
    });
  return {
    rawLogs: bucket("raw-logs", buckets.rawLogs),
    processedData: bucket("processed-data", buckets.processedData),
    dvcRemote: bucket("dvc-remote", buckets.dvcRemote),
    mlflowArtifacts: bucket("mlflow-artifacts", buckets.mlflowArtifacts),
    models: bucket("models", buckets.models),
  };
}

/** One server for all services: five of their own would cost five times as much, and stand idle. */
function createDatabase(context: LayerContext, { network, dataKey, logsKey }: Foundation): PostgresDatabase {
  const { databases, logs, ...settings } = context.config.data.postgres;
  return new PostgresDatabase(context.name("database"), {
    ...settings,
    vpc: network.reference(),
    kmsKeyArn: dataKey.keyArn,
    databases: databases.map((name) => ({ name })),
    logs: { ...logs, kmsKeyArn: logsKey.keyArn },
    allowDelete: context.disposable,
    deleteWithoutFinalSnapshot: context.disposable,
    tags: context.tags,
  });
}

function createCache(context: LayerContext, { network, dataKey }: Foundation): Cache {
  return new Cache(context.name("cache"), {
    ...context.config.data.cache,
    vpc: network.reference(),
    kmsKeyArn: dataKey.keyArn,
    allowDelete: context.disposable,
    deleteWithoutFinalSnapshot: context.disposable,
    tags: context.tags,
  });
}

function createRegistry(context: LayerContext, { dataKey }: Foundation): ContainerRegistry | undefined {
  const { registry } = context.config.data;
  if (registry === undefined) return undefined;
  return new ContainerRegistry(context.name("registry"), {
    namespace: context.config.stack,
    ...registry,
    kmsKeyArn: dataKey.keyArn,
    allowDelete: context.disposable,
    deleteWithImages: context.disposable,
    tags: context.tags,
  });
}

function createSecrets(context: LayerContext, { dataKey }: Foundation): Map<string, ManagedSecret> {
  const { disposable: allowDelete } = context;
  return new Map(
    context.config.data.secrets.map(({ name, description }) => [
      name,
      new ManagedSecret(context.name(name), { description, kmsKeyArn: dataKey.keyArn, allowDelete, tags: context.tags }),
    ]),
  );
}

/** The database by name, the volumes by their tag: those come and go with their claims. Buckets keep their own versions. */
function createBackups(context: LayerContext, { dataKey }: Foundation, database: PostgresDatabase): BackupPlan | undefined {
  const { backup } = context.config.data;
  if (backup === undefined) return undefined;
  const [selectedTag] = Object.entries(backupTag(context.config)).map(([key, value]) => ({ key, value }));
  return new BackupPlan(context.name("backups"), {
    ...backup,
    kmsKeyArn: dataKey.keyArn,
    resourceArns: [database.instanceArn],
    selectedTag,
    allowDelete: context.disposable,
    deleteWithRecoveryPoints: context.disposable,
    tags: context.tags,
  });
}

/** With S3's own key: a load balancer writes to no bucket that has another (Elastic Load Balancing, "Access logs", bucket requirements). */
function createAccessLogs(context: LayerContext): Bucket | undefined {
  const { accessLogs } = context.config.data;
  if (accessLogs === undefined) return undefined;
  return new Bucket(context.name("access-logs"), {
    encryptWithS3ManagedKey: true,
    writers: [BucketWriter.LoadBalancerLogs],
    lifecycle: { deleteAfterDays: accessLogs.deleteAfterDays, deleteOldVersionsAfterDays: 1 },
    allowDelete: context.disposable,
    deleteWithContents: context.disposable,
    tags: context.tags,
  });
}

export function dataOutputs({ buckets, database, cache, registry, secrets, backups }: Data): DataOutputs {
  return {
    buckets: {
      rawLogs: buckets.rawLogs.bucketName,
      processedData: buckets.processedData.bucketName,
      dvcRemote: buckets.dvcRemote.bucketName,
      mlflowArtifacts: buckets.mlflowArtifacts.bucketName,
      models: buckets.models.bucketName,
    },
    database: {
      host: database.host,
      port: database.port,
      securityGroupId: database.securityGroupId,
      resourceId: database.resourceId,
      instanceIdentifier: database.instanceIdentifier,
      loginArns: database.loginArns,
    },
    cache: {
      host: cache.host,
      readerHost: cache.readerHost,
      port: cache.port,
      securityGroupId: cache.securityGroupId,
      cacheName: cache.cacheName,
      arn: cache.arn,
      userNames: cache.userNames,
      userArns: cache.userArns,
    },
    repositoryUrls: registry?.repositoryUrls,
    secretArns: Object.fromEntries([...secrets].map(([name, { secretArn }]) => [name, secretArn])),
    backupVaultArn: backups?.vaultArn,
    restoreRoleArn: backups?.restoreRoleArn,
  };
}
