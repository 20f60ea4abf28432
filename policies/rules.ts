/** All rules, and the policies that Pulumi makes of them: `modelloop/policies`. Importing it constructs no policy pack. */
import { asPolicy, type Policy } from "./as-policy";
import { initialConfigOf } from "./levels";
import type { Rule } from "./rule";
import { budgetsLimitMonthlyCost } from "./rules/budgets/limit-monthly-cost";
import { budgetsRequireBudget } from "./rules/budgets/require-budget";
import { cloudtrailRequireWholeTrail } from "./rules/cloudtrail/require-whole-trail";
import { cloudwatchRequireAlarmActions } from "./rules/cloudwatch/require-alarm-actions";
import { cloudwatchRequireRetention } from "./rules/cloudwatch/require-retention";
import { dynamodbRequireRecovery } from "./rules/dynamodb/require-recovery";
import { ec2DisallowOpenIngress } from "./rules/ec2/disallow-open-ingress";
import { ec2RequireEncryptedDisks } from "./rules/ec2/require-encrypted-disks";
import { ec2RequireFlowLogs } from "./rules/ec2/require-flow-logs";
import { ec2RequireGpuDisk } from "./rules/ec2/require-gpu-disk";
import { ec2RequireImdsv2 } from "./rules/ec2/require-imdsv2";
import { ecrRequireScanning } from "./rules/ecr/require-scanning";
import { eksLimitGpuSpot } from "./rules/eks/limit-gpu-spot";
import { eksRequireGpuTaints } from "./rules/eks/require-gpu-taints";
import { eksRequireLogs } from "./rules/eks/require-logs";
import { eksRequireSecretsEncryption } from "./rules/eks/require-secrets-encryption";
import { eksRequireSupportedVersion } from "./rules/eks/require-supported-version";
import { eksRestrictPublicEndpoint } from "./rules/eks/restrict-public-endpoint";
import { elasticacheRequireEncryption } from "./rules/elasticache/require-encryption";
import { iamDisallowAccessKeys } from "./rules/iam/disallow-access-keys";
import { iamDisallowFullAccess } from "./rules/iam/disallow-full-access";
import { iamRestrictTrust } from "./rules/iam/restrict-trust";
import { kmsRequireRotation } from "./rules/kms/require-rotation";
import { kubernetesDisallowDeadIngress } from "./rules/kubernetes/disallow-dead-ingress";
import { kubernetesDisallowPlainSecrets } from "./rules/kubernetes/disallow-plain-secrets";
import { kubernetesDisallowPublicServices } from "./rules/kubernetes/disallow-public-services";
import { kubernetesRequireNonRoot } from "./rules/kubernetes/require-non-root";
import { kubernetesRequirePinnedCharts } from "./rules/kubernetes/require-pinned-charts";
import { kubernetesRequirePodSecurity } from "./rules/kubernetes/require-pod-security";
import { kubernetesRequireProbes } from "./rules/kubernetes/require-probes";
import { kubernetesRequireResources } from "./rules/kubernetes/require-resources";
import { kubernetesRestrictImages } from "./rules/kubernetes/restrict-images";
import { lambdaLimitConcurrency } from "./rules/lambda/limit-concurrency";
import { lambdaRequireFailureDestination } from "./rules/lambda/require-failure-destination";
import { lambdaRequireSupportedRuntime } from "./rules/lambda/require-supported-runtime";
import { lbRequireTls } from "./rules/lb/require-tls";
import { rdsDisallowPlainPasswords } from "./rules/rds/disallow-plain-passwords";
import { rdsDisallowPublicAccess } from "./rules/rds/disallow-public-access";
import { rdsRequireBackups } from "./rules/rds/require-backups";
import { rdsRequireDeletionProtection } from "./rules/rds/require-deletion-protection";
import { rdsRequireEncryption } from "./rules/rds/require-encryption";
import { rdsRequireTls } from "./rules/rds/require-tls";
import { s3DisallowForceDestroy } from "./rules/s3/disallow-force-destroy";
import { s3DisallowPublicAccess } from "./rules/s3/disallow-public-access";
import { s3DisallowPublicPolicies } from "./rules/s3/disallow-public-policies";
import { s3RequireEncryption } from "./rules/s3/require-encryption";
import { s3RequireVersioning } from "./rules/s3/require-versioning";
import { secretsmanagerDisallowPlainValues } from "./rules/secretsmanager/disallow-plain-values";
import { secretsmanagerRequireRecoveryWindow } from "./rules/secretsmanager/require-recovery-window";
import { servingRequireTritonFlags } from "./rules/serving/require-triton-flags";
import { servingRequireVllmFlags } from "./rules/serving/require-vllm-flags";
import { sfnRequireLogging } from "./rules/sfn/require-logging";
import { sqsRequireEncryption } from "./rules/sqs/require-encryption";
import { stackDisallowPlainSecrets } from "./rules/stack/disallow-plain-secrets";
import { stackRequireProtection } from "./rules/stack/require-protection";
import { stackRequireTags } from "./rules/stack/require-tags";
import { stackRestrictRegions } from "./rules/stack/restrict-regions";

export { type Policy } from "./as-policy";
export { type Level } from "./levels";
export { Harm, type Rule, Severity } from "./rule";

export const RULES: readonly Rule[] = [
  budgetsLimitMonthlyCost,
  budgetsRequireBudget,
  cloudtrailRequireWholeTrail,
  cloudwatchRequireAlarmActions,
  cloudwatchRequireRetention,
  dynamodbRequireRecovery,
  ec2DisallowOpenIngress,
  ec2RequireEncryptedDisks,
  ec2RequireFlowLogs,
  ec2RequireGpuDisk,
  ec2RequireImdsv2,
  ecrRequireScanning,
  eksLimitGpuSpot,
  eksRequireGpuTaints,
  eksRequireLogs,
  eksRequireSecretsEncryption,
  eksRequireSupportedVersion,
  eksRestrictPublicEndpoint,
  elasticacheRequireEncryption,
  iamDisallowAccessKeys,
  iamDisallowFullAccess,
  iamRestrictTrust,
  kmsRequireRotation,
  kubernetesDisallowDeadIngress,
  kubernetesDisallowPlainSecrets,
  kubernetesDisallowPublicServices,
  kubernetesRequireNonRoot,
  kubernetesRequirePinnedCharts,
  kubernetesRequirePodSecurity,
  kubernetesRequireProbes,
  kubernetesRequireResources,
  kubernetesRestrictImages,
  lambdaLimitConcurrency,
  lambdaRequireFailureDestination,
  lambdaRequireSupportedRuntime,
  lbRequireTls,
  rdsDisallowPlainPasswords,
  rdsDisallowPublicAccess,
  rdsRequireBackups,
  rdsRequireDeletionProtection,
  rdsRequireEncryption,
  rdsRequireTls,
  s3DisallowForceDestroy,
  s3DisallowPublicAccess,
  s3DisallowPublicPolicies,
  s3RequireEncryption,
  s3RequireVersioning,
  secretsmanagerDisallowPlainValues,
  secretsmanagerRequireRecoveryWindow,
  servingRequireTritonFlags,
  servingRequireVllmFlags,
  sfnRequireLogging,
  sqsRequireEncryption,
  stackDisallowPlainSecrets,
  stackRequireProtection,
  stackRequireTags,
  stackRestrictRegions,
];

/** For a pack of your own: `new PolicyPack("ours", { policies: [...policiesFor("prod"), ...] }, initialConfig("prod"))`. */
export function policiesFor(environment: string): Policy[] {
  return RULES.map((rule) => asPolicy(rule, environment));
}

/** Settings of these rules that are right for this platform, for the last argument of `new PolicyPack`. */
export function initialConfig(environment: string): Record<string, Record<string, number | string | boolean | string[]>> {
  return initialConfigOf(RULES, environment);
}
