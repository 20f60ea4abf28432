import type * as pulumi from "@pulumi/pulumi";

/** What a stack tells others: `pulumi stack output`, or a `StackReference` in another team's program. */
export interface PlatformOutputs extends DataOutputs, ComputeOutputs, ServingOutputs, LearningOutputs {
  /** Id of the VPC. */
  vpcId: pulumi.Output<string>;
  /** IPv4 range of the VPC. */
  vpcCidr: pulumi.Output<string>;
  /** Subnets with a route to the internet, one a zone. */
  publicSubnetIds: pulumi.Output<string[]>;
  /** Subnets that reach the internet through NAT, one a zone. */
  privateSubnetIds: pulumi.Output<string[]>;
  /** Subnets without any route out of the VPC, one a zone. */
  intraSubnetIds: pulumi.Output<string[]>;
  /** Addresses that the outside sees, for the allow lists of others. Empty without NAT. */
  natPublicIps: pulumi.Output<string[]>;
  /** ARN of the key that encrypts data. */
  dataKeyArn: pulumi.Output<string>;
  /** ARN of the key that encrypts logs and the audit trail. */
  logsKeyArn: pulumi.Output<string>;
  /** ARN of the audit trail. Absent where the stack has none. */
  auditTrailArn?: pulumi.Output<string>;
}

export interface DataOutputs {
  /** Names of the data buckets. */
  buckets: BucketNames;
  /** The PostgreSQL server: what a `DatabaseReference` wants, and who may log in. */
  database: DatabaseOutputs;
  /** The cache: what a `CacheReference` wants, and who may log in. */
  cache: CacheOutputs;
  /** For each repository what `docker push` wants, without a tag. Absent where the stack has none. */
  repositoryUrls?: pulumi.Output<Record<string, string>>;
  /** ARN of each secret. Their values are put there by people. */
  secretArns: Record<string, pulumi.Output<string>>;
  /** ARN of the vault of backups. Absent where the stack has none. */
  backupVaultArn?: pulumi.Output<string>;
  /** ARN of the role that restoring needs. Absent where the stack has no backups. */
  restoreRoleArn?: pulumi.Output<string>;
}

export interface DatabaseOutputs {
  /** Address to connect to: the pool's where there is one. */
  host: pulumi.Output<string>;
  port: pulumi.Output<number>;
  /** Security group that clients are let in to. */
  securityGroupId: pulumi.Output<string>;
  /** What the right to log in by token names. */
  resourceId: pulumi.Output<string>;
  instanceIdentifier: pulumi.Output<string>;
  /** For each database what `rds-db:connect` must name. */
  loginArns: pulumi.Output<Record<string, string>>;
}

export interface CacheOutputs {
  /** Address of the node that is written to. */
  host: pulumi.Output<string>;
  /** Address of the replicas; without any, of the one node there is. */
  readerHost: pulumi.Output<string>;
  port: pulumi.Output<number>;
  /** Security group that clients are let in to. */
  securityGroupId: pulumi.Output<string>;
  /** What tokens are signed for. */
  cacheName: pulumi.Output<string>;
  /** What `elasticache:Connect` must name, besides the user. */
  arn: pulumi.Output<string>;
  /** For each user the name it logs in with. */
  userNames: pulumi.Output<Record<string, string>>;
  /** For each user its ARN. */
  userArns: pulumi.Output<Record<string, string>>;
}

export interface ComputeOutputs {
  /** What a `ClusterReference` wants. */
  cluster: ClusterOutputs;
  /** How `kubectl` gets in, as whoever runs it. Holds no secret. */
  kubeconfig: pulumi.Output<string>;
  /** Storage class of claims that name none. */
  storageClassName: pulumi.Output<string>;
  /** Names of the namespaces. */
  namespaces: pulumi.Output<string[]>;
  /** Host → address of what the internal gateway leads to. Absent where the stack has none. */
  gatewayUrls?: pulumi.Output<Record<string, string>>;
  /** Security group that clients of the gateway carry. Absent where the stack has none. */
  gatewayClientSecurityGroupId?: pulumi.Output<string>;
}

export interface ClusterOutputs {
  clusterName: pulumi.Output<string>;
  vpcId: pulumi.Output<string>;
  /** Security group of nodes, pods and control plane. */
  clusterSecurityGroupId: pulumi.Output<string>;
  /** Address of the Kubernetes API. */
  endpoint: pulumi.Output<string>;
  /** Certificate of the Kubernetes API, base64. */
  certificateAuthority: pulumi.Output<string>;
  oidcProviderArn: pulumi.Output<string>;
  /** Issuer of the cluster's tokens, without `https://`. */
  oidcIssuer: pulumi.Output<string>;
  /** Kubernetes version, such as `1.35`. */
  kubernetesVersion: pulumi.Output<string>;
}

export interface ServingOutputs {
  /** The router of models. Absent where the stack has none. */
  router?: RouterOutputs;
  /** The server of the language model. Absent where the stack has none. */
  languageModel?: LanguageModelOutputs;
  /** The server of tree models. Absent where the stack has none. */
  triton?: TritonOutputs;
}

export interface LanguageModelOutputs {
  /** Where pods of the cluster call it. */
  clusterUrl: pulumi.Output<string>;
  /** Name that requests carry as `model`. */
  servedName: pulumi.Output<string>;
  namespace: pulumi.Output<string>;
}

export interface TritonOutputs {
  namespace: pulumi.Output<string>;
  /** Beginning of the slots' names. */
  serverName: pulumi.Output<string>;
  slotAServiceName: pulumi.Output<string>;
  slotBServiceName: pulumi.Output<string>;
  /** Where releases are put. */
  releasesUrl: pulumi.Output<string>;
  /** Kubernetes group that may change releases and sleep. */
  writersGroup: pulumi.Output<string>;
}

export interface RouterOutputs {
  /** Where pods of the cluster call it. */
  clusterUrl: pulumi.Output<string>;
  /** Where all others call it; empty without a load balancer. */
  url: pulumi.Output<string>;
  /** What DNS records of its hosts point to; empty without a load balancer. */
  loadBalancerHostName: pulumi.Output<string>;
  namespace: pulumi.Output<string>;
  /** ConfigMap that the loop writes the split to. */
  splitMapName: pulumi.Output<string>;
  /** Deployment whose pods the loop has replaced. */
  deploymentName: pulumi.Output<string>;
}

export interface LearningOutputs {
  /** The control loop. Absent where the stack has none. */
  loop?: LoopOutputs;
}

export interface LoopOutputs {
  /** Where operators send signed requests. */
  operatorUrl: pulumi.Output<string>;
  /** Topic for the alerts of Alertmanager or Managed Prometheus. */
  alertTopicArn: pulumi.Output<string>;
  /** Queue for feedback and the loop's other messages. */
  intakeQueueArn: pulumi.Output<string>;
  /** Table of the ledger. */
  ledgerTableName: pulumi.Output<string>;
  /** Alias on which runs are started. */
  workflowAliasArn: pulumi.Output<string>;
}

/** Names of the data buckets, by what lies in them. */
export interface BucketNames {
  rawLogs: pulumi.Output<string>;
  processedData: pulumi.Output<string>;
  dvcRemote: pulumi.Output<string>;
  mlflowArtifacts: pulumi.Output<string>;
  models: pulumi.Output<string>;
}

/** Pulumi warns of outputs that are undefined, and a warning that is always there hides the others. */
export function withoutAbsent(outputs: PlatformOutputs): PlatformOutputs {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined)) as unknown as PlatformOutputs;
}
