/** What a stack file may say about what is kept: buckets, databases, the cache, images, secrets, backups. */
import { z } from "zod";
import { BackupFrequency, VaultLockMode } from "../../components/data/backup-plan/backup-plan";
import { CacheEngine } from "../../components/data/cache/cache";
import { CacheAccess } from "../../components/data/cache/cache-users";
import { count, days, label, LABEL_RULE } from "./schema-leaves";

/** What happens to old data of one bucket. Nothing but old versions is deleted unless it says so. */
const bucket = z.strictObject({
  moveToInfrequentAccessAfterDays: days
    .optional()
    .meta({ description: "Days until an object moves to infrequent access.", examples: [30] }),
  deleteAfterDays: days.optional().meta({ description: "Days until an object is deleted. Default: kept for ever.", examples: [400] }),
  deleteOldVersionsAfterDays: days.default(90).meta({ description: "Days that an overwritten or deleted version is kept." }),
});

/** The buckets of I6, in the order in which data flows through them. */
const buckets = z.strictObject({
  rawLogs: bucket.prefault({}).meta({ description: "Logs and metrics as they arrive, as Parquet by day." }),
  processedData: bucket.prefault({}).meta({ description: "Features, partitioned by day." }),
  dvcRemote: bucket.prefault({}).meta({ description: "Versioned training data." }),
  mlflowArtifacts: bucket.prefault({}).meta({ description: "What training runs leave behind." }),
  models: bucket.prefault({}).meta({ description: "Releases that Triton serves." }),
});

export const BUCKETS = buckets.keyof().options;

/** The databases of I4, each with one login of the same name. */
const DATABASES = ["mlflow", "airflow", "feast", "feedback", "experiments"];

const window = (example: string, rule: string) =>
  z
    .string()
    .optional()
    .meta({ examples: [example], rule });

const postgres = z.strictObject({
  databases: z
    .array(z.string().meta({ examples: ["mlflow"], rule: "the name of a database, in a-z, 0-9 and _" }))
    .default(DATABASES)
    .meta({ description: "Databases, each with a login of the same name. One that is taken from the list stays on the server." }),
  version: z
    .string()
    .optional()
    .meta({
      description: "PostgreSQL version. A newer major one needs allowMajorVersionUpgrade. Default 17.",
      examples: ["17"],
      rule: 'a version such as "17" or "17.7", in quotes',
    }),
  allowMajorVersionUpgrade: z
    .boolean()
    .default(false)
    .meta({ description: "Lets a change of version be an upgrade to another major one, with an outage and no way back." }),
  instanceClass: z
    .string()
    .optional()
    .meta({
      description: "Size of the server. Default db.t4g.small.",
      examples: ["db.m7g.large"],
      rule: "an instance class of RDS such as db.m7g.large",
    }),
  storage: z
    .strictObject({
      sizeGib: count.optional().meta({ description: "GiB to begin with. RDS never makes it smaller. Default 20.", examples: [100] }),
      maxSizeGib: count
        .optional()
        .meta({ description: "GiB up to which it grows by itself; sizeGib for no growth. Default five times sizeGib.", examples: [500] }),
    })
    .prefault({})
    .meta({ description: "How much the server holds." }),
  multiAz: z.boolean().default(false).meta({ description: "Keeps a standby in a second zone, and doubles the cost." }),
  backup: z
    .strictObject({
      retentionDays: z
        .number()
        .int()
        .optional()
        .meta({ description: "Days back to any second of which the server can be restored. Default 7.", examples: [14] }),
      turnedOff: z
        .boolean()
        .default(false)
        .meta({ description: "Gives up automated backups and every way back to yesterday. Never in prod." }),
      window: window("03:00-04:00", "a time of day in UTC such as 03:00-04:00").meta({
        description: "When the daily snapshot is taken, in UTC. Default 03:00-04:00.",
      }),
    })
    .prefault({})
    .meta({ description: "RDS's own backups; those of AWS Backup come besides." }),
  maintenanceWindow: window("sun:04:30-sun:05:30", "a time of the week in UTC such as sun:04:30-sun:05:30").meta({
    description: "When AWS may patch it, in UTC. Default sun:04:30-sun:05:30.",
  }),
  connectionPooling: z
    .strictObject({
      maxConnectionsPercent: z
        .number()
        .int()
        .optional()
        .meta({ description: "Percent of the server's connections that the pool may use. Default 90.", examples: [90] }),
      borrowTimeoutSeconds: z
        .number()
        .int()
        .optional()
        .meta({ description: "Seconds that a client waits for a connection. Default 60.", examples: [60] }),
    })
    .optional()
    .meta({ description: "A pool in front of the server: many clients, few connections. Billed by the server's vCPUs." }),
  logs: z
    .strictObject({
      retentionDays: days.default(90).meta({ description: "Days that CloudWatch keeps the server's logs." }),
      slowStatementMilliseconds: days
        .optional()
        .meta({ description: "Milliseconds from which on a statement is logged with its text. Default 1,000.", examples: [1_000] }),
    })
    .prefault({})
    .meta({ description: "Logs of the server, and of the function that makes logins." }),
});

const cacheUser = z.strictObject({
  name: label.meta({ description: "Who logs in.", examples: ["api"], rule: LABEL_RULE }),
  access: z.enum(CacheAccess).optional().meta({ description: "What it may do. Default readWrite." }),
  keyPrefixes: z
    .array(z.string().meta({ examples: ["session:"], rule: "the beginning of a key" }))
    .optional()
    .meta({ description: "Beginnings of the keys that it may touch. Default: all keys." }),
});

/** The uses of I5. Feast composes its keys in binary, entity first, so that no prefix fits them (feast, online_stores/helpers.py). */
const CACHE_USERS = [
  { name: "api", keyPrefixes: ["response:", "session:"] },
  { name: "embeddings", keyPrefixes: ["embedding:"] },
  { name: "feast" },
];

const cache = z.strictObject({
  engine: z.enum(CacheEngine).default(CacheEngine.Valkey).meta({ description: "What it runs. There is no way back from valkey to redis." }),
  nodeType: z
    .string()
    .optional()
    .meta({
      description: "Size of each node. Default cache.t4g.micro.",
      examples: ["cache.m7g.large"],
      rule: "a node type of ElastiCache such as cache.m7g.large",
    }),
  replicas: count.default(0).meta({ description: "Nodes beside the one that is written to, each at its full price." }),
  automaticFailover: z
    .boolean()
    .optional()
    .meta({ description: "Lets a replica take over when the node that is written to fails. Default: where there are replicas." }),
  snapshotRetentionDays: count.default(1).meta({ description: "Days that the daily snapshot is kept; 0 for none." }),
  users: z.array(cacheUser).default(CACHE_USERS).meta({ description: "Who may log in, each by IAM token and with keys of its own." }),
});

const registry = z.strictObject({
  repositories: z
    .array(z.string().meta({ examples: ["api"], rule: "the name of a repository" }))
    .meta({ description: "Repositories of your own images; one that is taken from the list is kept.", examples: [["api"]] }),
  namespace: z
    .string()
    .optional()
    .meta({
      description: "What stands before each repository's name and a slash. Default: the stack's name.",
      examples: ["log-anomalies"],
      rule: "the beginning of a repository's name",
    }),
  allowEveryTagToBeOverwritten: z
    .boolean()
    .default(false)
    .meta({ description: "Lets every tag be moved, so that a tag says nothing about the image." }),
  keepImages: count
    .optional()
    .meta({ description: "Newest images that each repository keeps, in use or not. Default 100.", examples: [100] }),
  tagsThatMayBeOverwritten: z
    .array(z.string().meta({ examples: ["buildcache-*"], rule: "a tag, or a pattern with a star" }))
    .optional()
    .meta({ description: "Tags that a later push may move. Default: none." }),
});

const secret = z.strictObject({
  name: label.meta({ description: "Name of the secret.", examples: ["slack-webhook"], rule: LABEL_RULE }),
  description: z.string().meta({
    description: "What it is and who uses it.",
    examples: ["Webhook of the Slack channel #ml-ops"],
    rule: "a sentence for whoever finds it in the console",
  }),
});

const backup = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        name: z.string().meta({ description: "Name of the rule.", examples: ["daily"], rule: "a name" }),
        frequency: z.enum(BackupFrequency).meta({ description: "How often." }),
        keepDays: days.meta({ description: "Days that each backup is kept.", examples: [35] }),
      }),
    )
    .optional()
    .meta({ description: "When backups are made. Default: daily for 35 days, weekly for 90, monthly for 365." }),
  vaultLock: z
    .strictObject({
      mode: z.enum(VaultLockMode).meta({
        description:
          "Governance: administrators of locks may end it. Compliance: nobody, and what is in the vault is paid for until it expires.",
      }),
      minRetentionDays: days.meta({ description: "Days that every backup must be kept.", examples: [35] }),
      maxRetentionDays: days.optional().meta({ description: "Days that no backup may be kept longer.", examples: [365] }),
    })
    .optional()
    .meta({ description: "Keeps everybody from deleting backups early." }),
  notificationTopicArn: z
    .string()
    .optional()
    .meta({
      description: "Topic that is told of failures and of silence.",
      examples: ["arn:aws:sns:us-east-1:123456789012:platform-alarms"],
      rule: "the ARN of an SNS topic",
    }),
  failureEmailAddresses: z
    .array(z.string().meta({ examples: ["ml-platform@example.com"], rule: "an e-mail address" }))
    .optional()
    .meta({ description: "Who is told the same by e-mail. AWS asks each of them first. Not beside notificationTopicArn." }),
});

const accessLogs = z.strictObject({
  deleteAfterDays: days.default(90).meta({ description: "Days that they are kept." }),
});

export const data = z.strictObject({
  buckets: buckets.prefault({}).meta({ description: "The life cycle of each bucket's data." }),
  postgres: postgres.prefault({}).meta({ description: "The PostgreSQL server of the platform's services." }),
  cache: cache.prefault({}).meta({ description: "The cache: responses, sessions, Feast's online store, embeddings." }),
  registry: registry.optional().meta({ description: "Repositories for your own images. Nothing of the platform needs one." }),
  secrets: z
    .array(secret)
    .default([])
    .meta({ description: "Empty places in Secrets Manager: a person puts each value there, never this file." }),
  accessLogs: accessLogs.optional().meta({
    description: "A bucket for the logs of the gateway's load balancer: who asked for what. Required in prod, where there is a gateway.",
  }),
  backup: backup.optional().meta({ description: "AWS Backup of the database and of the volumes, in a vault." }),
});
