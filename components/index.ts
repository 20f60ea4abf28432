export {
  Bucket,
  type BucketAccessLogArgs,
  type BucketArgs,
  type BucketLifecycleArgs,
  type ObjectLockArgs,
} from "./data/bucket/bucket.pulumi";
export { BucketWriter, ObjectLockMode } from "./data/bucket/bucket";
export { AuditTrail, type AuditTrailArgs, type AuditTrailLogsArgs } from "./foundation/audit-trail/audit-trail.pulumi";
export { Budget, type BudgetArgs, type CostAllocationTagArgs } from "./foundation/budget/budget.pulumi";
export { EncryptionKey, type EncryptionKeyArgs } from "./foundation/encryption-key/encryption-key.pulumi";
export { KeyService } from "./foundation/encryption-key/encryption-key";
export {
  Network,
  type FlowLogsArgs,
  type NetworkArgs,
  type ReservedCidrArgs,
  type VpcReference,
} from "./foundation/network/network.pulumi";
export { FlowLogDestination, InterfaceEndpoint, NatGateways } from "./foundation/network/network";
