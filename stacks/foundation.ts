import {
  AuditTrail,
  Bucket,
  BucketWriter,
  Budget,
  EncryptionKey,
  FlowLogDestination,
  type FlowLogsArgs,
  KeyService,
  Network,
} from "../components";
import type { FoundationConfig } from "./config/schema";
import type { LayerContext } from "./context";

export interface Foundation {
  network: Network;
  /** Encrypts logs and the audit trail. A key of its own: who may read data must not thereby read the record of who read it. */
  logsKey: EncryptionKey;
  dataKey: EncryptionKey;
}

export function createFoundation(context: LayerContext): Foundation {
  const { foundation } = context.config;
  const { disposable: allowDelete } = context;
  const logsKey = new EncryptionKey(context.name("logs-key"), {
    description: "Encrypts logs and the audit trail",
    services: logWriters(foundation),
    allowDelete,
    tags: context.tags,
  });
  const dataKey = new EncryptionKey(context.name("data-key"), {
    description: "Encrypts data, artifacts and models",
    allowDelete,
    tags: context.tags,
  });
  const { kubernetesServiceCidr: _ofTheCluster, ...settings } = foundation.network;
  const network = new Network(context.name("network"), {
    ...settings,
    flowLogs: flowLogsTo(context, logsKey),
    tags: context.tags,
  });
  createBudget(context);
  return { network, logsKey, dataKey };
}

/** Only the services that this stack's configuration makes write: each one more is one more that could decrypt. */
function logWriters({ auditTrail, network: { flowLogs } }: FoundationConfig): KeyService[] {
  return [
    ...(auditTrail === undefined ? [] : [KeyService.CloudTrail]),
    // The database and the control plane always log there.
    KeyService.CloudWatchLogs,
    ...(flowLogs.destination === FlowLogDestination.S3 ? [KeyService.LogDelivery] : []),
  ];
}

/** Last of the foundation, because it may record the use of buckets that the data layer creates. */
export function createAuditTrail(context: LayerContext, { logsKey }: Foundation, dataBuckets: Bucket[]): AuditTrail | undefined {
  const { auditTrail } = context.config.foundation;
  if (auditTrail === undefined) return undefined;
  const { recordDataAccess, ...trail } = auditTrail;
  return new AuditTrail(context.name("audit-trail"), {
    ...trail,
    kmsKeyArn: logsKey.keyArn,
    dataEventBucketArns: recordDataAccess ? dataBuckets.map((bucket) => bucket.arn) : [],
    allowDelete: context.disposable,
    deleteWithContents: context.disposable,
    tags: context.tags,
  });
}

function flowLogsTo(context: LayerContext, logsKey: EncryptionKey): FlowLogsArgs {
  const { destination, retentionDays } = context.config.foundation.network.flowLogs;
  switch (destination) {
    case FlowLogDestination.None:
      return { destination };
    case FlowLogDestination.CloudWatch:
      return { destination, retentionDays, kmsKeyArn: logsKey.keyArn };
    case FlowLogDestination.S3: {
      const bucket = new Bucket(context.name("flow-logs"), {
        kmsKeyArn: logsKey.keyArn,
        writers: [BucketWriter.VpcFlowLogs],
        lifecycle: { deleteAfterDays: retentionDays, deleteOldVersionsAfterDays: 1 },
        allowDelete: context.disposable,
        deleteWithContents: context.disposable,
        tags: context.tags,
      });
      return { destination, bucketArn: bucket.arn };
    }
  }
}

function createBudget(context: LayerContext): void {
  const { budget } = context.config.foundation;
  if (budget === undefined) return;
  const { countOnlyThisEnvironment, ...limits } = budget;
  const { Environment: value = "" } = context.tags;
  new Budget(context.name("budget"), {
    ...limits,
    costAllocationTag: countOnlyThisEnvironment ? { key: "Environment", value } : undefined,
    tags: context.tags,
  });
}
