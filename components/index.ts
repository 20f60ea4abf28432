export {
  BackupPlan,
  type BackupPlanArgs,
  type BackupRuleArgs,
  type BackupTagArgs,
  type VaultLockArgs,
} from "./data/backup-plan/backup-plan.pulumi";
export { BackupFrequency, VaultLockMode } from "./data/backup-plan/backup-plan";
export {
  Bucket,
  type BucketAccessLogArgs,
  type BucketArgs,
  type BucketLifecycleArgs,
  type ObjectLockArgs,
} from "./data/bucket/bucket.pulumi";
export { BucketWriter, ObjectLockMode } from "./data/bucket/bucket";
export { Cache, type CacheArgs, type CacheReference, type CacheUserArgs } from "./data/cache/cache.pulumi";
export { CacheEngine, EvictionPolicy } from "./data/cache/cache";
export { CacheAccess } from "./data/cache/cache-users";
export { ContainerRegistry, type ContainerRegistryArgs } from "./data/container-registry/container-registry.pulumi";
export { ManagedSecret, type ManagedSecretArgs, type SecretRotationArgs } from "./data/managed-secret/managed-secret.pulumi";
export {
  type ConnectionPoolingArgs,
  type DatabaseArgs,
  type DatabaseBackupArgs,
  type DatabaseLogsArgs,
  type DatabaseReference,
  type DatabaseStorageArgs,
  PostgresDatabase,
  type PostgresDatabaseArgs,
} from "./data/postgres-database/postgres-database.pulumi";
export type { ClientArgs } from "./shared/private-access.pulumi";
export { AuditTrail, type AuditTrailArgs, type AuditTrailLogsArgs } from "./foundation/audit-trail/audit-trail.pulumi";
export { Budget, type BudgetArgs, type CostAllocationTagArgs } from "./foundation/budget/budget.pulumi";
export { DeployRunner, type DeployRunnerArgs } from "./foundation/deploy-runner/deploy-runner.pulumi";
export { RunnerSize } from "./foundation/deploy-runner/deploy-runner";
export { EncryptionKey, type EncryptionKeyArgs } from "./foundation/encryption-key/encryption-key.pulumi";
export { KeyService } from "./foundation/encryption-key/encryption-key";
export {
  type DeployedEnvironmentArgs,
  GitHubDeployRoles,
  type GitHubDeployRolesArgs,
  type StateBackendReference,
} from "./foundation/github-deploy-roles/github-deploy-roles.pulumi";
export {
  Network,
  type FlowLogsArgs,
  type NetworkArgs,
  type ReservedCidrArgs,
  type VpcReference,
} from "./foundation/network/network.pulumi";
export { FlowLogDestination, InterfaceEndpoint, NatGateways } from "./foundation/network/network";
export { Cluster } from "./compute/cluster/cluster.pulumi";
export {
  type AddOnVersionsArgs,
  type ClusterAccessArgs,
  type ClusterArgs,
  type ClusterReference,
  type ControlPlaneLogsArgs,
  type SystemNodesArgs,
  type VolumesArgs,
} from "./compute/cluster/cluster-arguments.pulumi";
export { ClusterAccessLevel, ControlPlaneLog } from "./compute/cluster/cluster";
export { KubernetesVersion } from "./compute/cluster/kubernetes-version";
export { GpuNodeGroup, type GpuNodeGroupArgs } from "./compute/gpu-node-group/gpu-node-group.pulumi";
export { GpuImageStorage } from "./compute/gpu-node-group/gpu-node-group";
export { GpuInstanceType } from "./compute/gpu-node-group/gpu-instances";
export { NodeGroup, type NodeGroupArgs, type NodeTaintArgs } from "./compute/node-group/node-group.pulumi";
export { Capacity, TaintEffect } from "./compute/node-group/managed-groups";
export { AddOns, type AddOnsArgs } from "./compute/add-ons/add-ons.pulumi";
export { AddOn } from "./compute/add-ons/add-ons";
export { type GatewayRouteArgs, InternalGateway, type InternalGatewayArgs } from "./compute/internal-gateway/internal-gateway.pulumi";
export {
  type ContainerDefaultsArgs,
  type HttpsEgressArgs,
  type NamespaceQuotaArgs,
  Namespaces,
  type NamespacesArgs,
  type NamespaceSettingsArgs,
} from "./compute/namespaces/namespaces.pulumi";
export { PlatformNamespace, PodSecurity } from "./compute/namespaces/namespaces";
export { NodeAutoscaling, type NodeAutoscalingArgs } from "./compute/node-autoscaling/node-autoscaling.pulumi";
export { WebService } from "./serving/web-service/web-service.pulumi";
export {
  type PodRoleReference,
  type WebServiceArgs,
  type WebServiceEgressArgs,
  type WebServiceJwtArgs,
  type WebServiceJwtClaimArgs,
  type WebServiceLoadBalancerArgs,
  type WebServiceProbesArgs,
  type WebServiceResourcesArgs,
  type WebServiceSecretArgs,
  type WebServiceSecretsArgs,
} from "./serving/web-service/web-service-arguments.pulumi";
export { Exposure } from "./serving/web-service/load-balancer";
export { VllmServer } from "./serving/vllm-server/vllm-server.pulumi";
export {
  type LanguageModelArgs,
  type ModelWeightsArgs,
  type VllmApiKeyArgs,
  type VllmCacheClaimArgs,
  type VllmMonitoringArgs,
  type VllmServerArgs,
  type VllmWakeQueueArgs,
} from "./serving/vllm-server/vllm-server-arguments.pulumi";
export { GpuModel, LanguageModel, Quantization } from "./serving/fit";
export { TritonServer } from "./serving/triton-server/triton-server.pulumi";
export {
  type TritonCallerArgs,
  type TritonModelArgs,
  type TritonMonitoringArgs,
  type TritonReleaseReference,
  type TritonServerArgs,
} from "./serving/triton-server/triton-server-arguments.pulumi";
export { Accelerator, ModelKind } from "./serving/triton-server/triton-server";
export { ModelRouter } from "./serving/model-router/model-router.pulumi";
export {
  type ModelRouterArgs,
  type ModelRouterExperimentArgs,
  type ModelRouterLimitsArgs,
  type ModelRouterReference,
  type ModelRouterServiceMonitorArgs,
  type ModelRouterSignInArgs,
  type ModelRouterUserArgs,
  type ModelRouterVariantArgs,
} from "./serving/model-router/model-router-arguments.pulumi";
export { MissingUser, UserIdSource } from "./serving/model-router/model-router";
export type { ModelServerReference } from "./serving/shared/model-server-reference.pulumi";
export { TlsPolicy } from "./shared/tls-policy";
export { JwtClaimFormat } from "./serving/web-service/jwt";
export { ModelLoop } from "./learning/model-loop/model-loop.pulumi";
export type { LoopChannelsArgs, LoopModelArgs, ModelLoopArgs } from "./learning/model-loop/model-loop-arguments.pulumi";
export type { LoopPlaceArgs } from "./learning/model-loop/loop-place.pulumi";
export {
  type FeatureArgs,
  type GateArgs,
  GateKind,
  GateMeasure,
  type GovernanceArgs,
  type ModelTrainingArgs,
  type RollOutArgs,
  type ServedByArgs,
  type StageArgs,
  TrainedKind,
  type TrainingComputeArgs,
  type TrainingDataArgs,
  type VariantArgs,
  VariantRole,
} from "./learning/model-loop/training-arguments";
export { LoopMode } from "./learning/model-loop/model-loop";
export { ServingSignals } from "./learning/drift-alarms/drift-alarms";
