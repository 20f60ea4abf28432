/**
 * IAM actions that the AWS provider calls to create, read, tag, change and delete each type. Pure.
 *
 * From the service authorization reference and from the calls in hashicorp/terraform-provider-aws (which the Pulumi provider bridges), by
 * hand: an action too many only asks for more than needed; one too few is found by `pulumi up`.
 */

import { SAME_ACTIONS, TEMPLATE_ACTIONS } from "./template-permissions";

/** Type → actions, each list behind its service. */
const ACTIONS: Readonly<Record<string, string>> = {
  "aws:acm/certificate:Certificate":
    "acm: RequestCertificate DescribeCertificate ListTagsForCertificate AddTagsToCertificate RemoveTagsFromCertificate DeleteCertificate",
  "aws:acm/certificateValidation:CertificateValidation": "acm: DescribeCertificate",
  "aws:backup/plan:Plan": "backup: CreateBackupPlan GetBackupPlan UpdateBackupPlan DeleteBackupPlan ListTags TagResource UntagResource",
  "aws:backup/selection:Selection": "backup: CreateBackupSelection GetBackupSelection DeleteBackupSelection; iam: PassRole",
  "aws:backup/vault:Vault":
    "backup: CreateBackupVault DescribeBackupVault DeleteBackupVault ListTags TagResource UntagResource; backup-storage: MountCapsule; kms: CreateGrant DescribeKey",
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration":
    "backup: PutBackupVaultLockConfiguration DescribeBackupVault DeleteBackupVaultLockConfiguration",
  "aws:budgets/budget:Budget": "budgets: ModifyBudget ViewBudget ListTagsForResource TagResource UntagResource",
  "aws:cloudformation/stack:Stack":
    "cloudformation: CreateStack DescribeStacks DescribeStackEvents GetTemplate UpdateStack DeleteStack SetStackPolicy TagResource UntagResource",
  "aws:cloudtrail/trail:Trail":
    "cloudtrail: CreateTrail DescribeTrails GetTrailStatus GetEventSelectors GetInsightSelectors PutEventSelectors StartLogging StopLogging UpdateTrail DeleteTrail ListTags AddTags RemoveTags; iam: PassRole",
  "aws:cloudwatch/dashboard:Dashboard": "cloudwatch: PutDashboard GetDashboard DeleteDashboards",
  "aws:cloudwatch/eventRule:EventRule": "events: PutRule DescribeRule DeleteRule ListTagsForResource TagResource UntagResource",
  "aws:cloudwatch/eventTarget:EventTarget": "events: PutTargets ListTargetsByRule RemoveTargets; iam: PassRole",
  "aws:cloudwatch/logGroup:LogGroup":
    "logs: CreateLogGroup DescribeLogGroups PutRetentionPolicy AssociateKmsKey DeleteLogGroup ListTagsForResource TagResource UntagResource",
  "aws:cloudwatch/metricAlarm:MetricAlarm":
    "cloudwatch: PutMetricAlarm DescribeAlarms DeleteAlarms ListTagsForResource TagResource UntagResource",
  "aws:codebuild/project:Project": "codebuild: CreateProject BatchGetProjects UpdateProject DeleteProject; iam: PassRole",
  "aws:codebuild/webhook:Webhook": "codebuild: CreateWebhook BatchGetProjects UpdateWebhook DeleteWebhook",
  "aws:dynamodb/table:Table":
    "dynamodb: CreateTable DescribeTable DescribeContinuousBackups DescribeTimeToLive UpdateTable UpdateContinuousBackups UpdateTimeToLive DeleteTable ListTagsOfResource TagResource UntagResource",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":
    "ec2: DescribeSecurityGroups RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateTags DeleteTags",
  "aws:ec2/eip:Eip":
    "ec2: AllocateAddress DescribeAddresses DescribeAddressesAttribute DisassociateAddress ReleaseAddress CreateTags DeleteTags",
  "aws:ec2/flowLog:FlowLog":
    "ec2: CreateFlowLogs DescribeFlowLogs DeleteFlowLogs CreateTags DeleteTags; iam: PassRole; logs: CreateLogDelivery DeleteLogDelivery",
  "aws:ec2/internetGateway:InternetGateway":
    "ec2: CreateInternetGateway AttachInternetGateway DescribeInternetGateways DetachInternetGateway DeleteInternetGateway CreateTags DeleteTags",
  "aws:ec2/launchTemplate:LaunchTemplate":
    "ec2: CreateLaunchTemplate CreateLaunchTemplateVersion DescribeLaunchTemplates DescribeLaunchTemplateVersions ModifyLaunchTemplate DeleteLaunchTemplate CreateTags DeleteTags",
  "aws:ec2/natGateway:NatGateway": "ec2: CreateNatGateway DescribeNatGateways DeleteNatGateway CreateTags DeleteTags",
  "aws:ec2/route:Route": "ec2: CreateRoute DescribeRouteTables ReplaceRoute DeleteRoute",
  "aws:ec2/routeTable:RouteTable": "ec2: CreateRouteTable DescribeRouteTables DeleteRouteTable CreateTags DeleteTags",
  "aws:ec2/routeTableAssociation:RouteTableAssociation": "ec2: AssociateRouteTable DescribeRouteTables DisassociateRouteTable",
  "aws:ec2/securityGroup:SecurityGroup":
    "ec2: CreateSecurityGroup DescribeSecurityGroups DescribeNetworkInterfaces RevokeSecurityGroupEgress DeleteSecurityGroup CreateTags DeleteTags",
  "aws:ec2/subnet:Subnet":
    "ec2: CreateSubnet DescribeSubnets ModifySubnetAttribute DescribeNetworkInterfaces DeleteSubnet CreateTags DeleteTags",
  "aws:ec2/vpc:Vpc":
    "ec2: CreateVpc DescribeVpcs DescribeVpcAttribute ModifyVpcAttribute DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups DeleteVpc CreateTags DeleteTags",
  "aws:ec2/vpcEndpoint:VpcEndpoint":
    "ec2: CreateVpcEndpoint DescribeVpcEndpoints DescribePrefixLists ModifyVpcEndpoint DeleteVpcEndpoints CreateTags DeleteTags; route53: AssociateVPCWithHostedZone",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": "ecr: PutLifecyclePolicy GetLifecyclePolicy DeleteLifecyclePolicy",
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration":
    "ecr: PutRegistryScanningConfiguration GetRegistryScanningConfiguration",
  "aws:ecr/repository:Repository":
    "ecr: CreateRepository DescribeRepositories PutImageScanningConfiguration PutImageTagMutability DeleteRepository ListTagsForResource TagResource UntagResource",
  "aws:ecr/repositoryPolicy:RepositoryPolicy": "ecr: SetRepositoryPolicy GetRepositoryPolicy DeleteRepositoryPolicy",
  "aws:eks/accessEntry:AccessEntry":
    "eks: CreateAccessEntry DescribeAccessEntry UpdateAccessEntry DeleteAccessEntry TagResource UntagResource",
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation":
    "eks: AssociateAccessPolicy ListAssociatedAccessPolicies DisassociateAccessPolicy",
  "aws:eks/addon:Addon":
    "eks: CreateAddon DescribeAddon UpdateAddon DeleteAddon TagResource UntagResource CreatePodIdentityAssociation; iam: PassRole",
  "aws:eks/cluster:Cluster":
    "eks: CreateCluster DescribeCluster DescribeUpdate UpdateClusterConfig UpdateClusterVersion DeleteCluster TagResource UntagResource; iam: PassRole CreateServiceLinkedRole; kms: CreateGrant DescribeKey",
  "aws:eks/fargateProfile:FargateProfile":
    "eks: CreateFargateProfile DescribeFargateProfile DeleteFargateProfile TagResource UntagResource; iam: PassRole",
  "aws:eks/nodeGroup:NodeGroup":
    "eks: CreateNodegroup DescribeNodegroup DescribeUpdate UpdateNodegroupConfig UpdateNodegroupVersion DeleteNodegroup TagResource UntagResource; ec2: RunInstances DescribeLaunchTemplateVersions; iam: PassRole CreateServiceLinkedRole",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation":
    "eks: CreatePodIdentityAssociation DescribePodIdentityAssociation ListPodIdentityAssociations UpdatePodIdentityAssociation DeletePodIdentityAssociation TagResource UntagResource; iam: PassRole",
  "aws:elasticache/parameterGroup:ParameterGroup":
    "elasticache: CreateCacheParameterGroup DescribeCacheParameterGroups DescribeCacheParameters ModifyCacheParameterGroup DeleteCacheParameterGroup ListTagsForResource AddTagsToResource RemoveTagsFromResource",
  "aws:elasticache/replicationGroup:ReplicationGroup":
    "elasticache: CreateReplicationGroup DescribeReplicationGroups DescribeCacheClusters ModifyReplicationGroup DeleteReplicationGroup ListTagsForResource AddTagsToResource RemoveTagsFromResource; iam: CreateServiceLinkedRole",
  "aws:elasticache/subnetGroup:SubnetGroup":
    "elasticache: CreateCacheSubnetGroup DescribeCacheSubnetGroups ModifyCacheSubnetGroup DeleteCacheSubnetGroup ListTagsForResource AddTagsToResource RemoveTagsFromResource",
  "aws:elasticache/user:User":
    "elasticache: CreateUser DescribeUsers ModifyUser DeleteUser ListTagsForResource AddTagsToResource RemoveTagsFromResource",
  "aws:elasticache/userGroup:UserGroup":
    "elasticache: CreateUserGroup DescribeUserGroups ModifyUserGroup DeleteUserGroup ListTagsForResource AddTagsToResource RemoveTagsFromResource",
  "aws:iam/instanceProfile:InstanceProfile":
    "iam: CreateInstanceProfile GetInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile DeleteInstanceProfile TagInstanceProfile UntagInstanceProfile PassRole",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
    "iam: CreateOpenIDConnectProvider GetOpenIDConnectProvider DeleteOpenIDConnectProvider TagOpenIDConnectProvider UntagOpenIDConnectProvider",
  "aws:iam/policy:Policy":
    "iam: CreatePolicy GetPolicy GetPolicyVersion CreatePolicyVersion ListPolicyVersions DeletePolicyVersion DeletePolicy TagPolicy UntagPolicy",
  "aws:iam/role:Role":
    "iam: CreateRole GetRole ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole UpdateAssumeRolePolicy UpdateRole DeleteRole TagRole UntagRole",
  "aws:iam/rolePolicy:RolePolicy": "iam: PutRolePolicy GetRolePolicy DeleteRolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "iam: AttachRolePolicy ListAttachedRolePolicies DetachRolePolicy",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream":
    "firehose: CreateDeliveryStream DescribeDeliveryStream UpdateDestination DeleteDeliveryStream ListTagsForDeliveryStream TagDeliveryStream UntagDeliveryStream; iam: PassRole",
  "aws:kms/alias:Alias": "kms: CreateAlias ListAliases UpdateAlias DeleteAlias",
  "aws:kms/key:Key":
    "kms: CreateKey DescribeKey GetKeyPolicy GetKeyRotationStatus PutKeyPolicy EnableKeyRotation DisableKeyRotation UpdateKeyDescription ScheduleKeyDeletion ListResourceTags TagResource UntagResource",
  "aws:lambda/eventSourceMapping:EventSourceMapping":
    "lambda: CreateEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping",
  "aws:lambda/function:Function":
    "lambda: CreateFunction GetFunction GetFunctionConfiguration ListVersionsByFunction GetFunctionCodeSigningConfig UpdateFunctionCode UpdateFunctionConfiguration PutFunctionConcurrency DeleteFunction TagResource UntagResource; iam: PassRole",
  "aws:lambda/invocation:Invocation": "lambda: InvokeFunction",
  "aws:lambda/permission:Permission": "lambda: AddPermission GetPolicy RemovePermission",
  "aws:lb/listener:Listener":
    "elasticloadbalancing: CreateListener DescribeListeners DescribeListenerAttributes ModifyListener DeleteListener DescribeTags AddTags RemoveTags",
  "aws:lb/listenerRule:ListenerRule":
    "elasticloadbalancing: CreateRule DescribeRules ModifyRule DeleteRule DescribeTags AddTags RemoveTags",
  "aws:lb/loadBalancer:LoadBalancer":
    "elasticloadbalancing: CreateLoadBalancer DescribeLoadBalancers DescribeLoadBalancerAttributes ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets DeleteLoadBalancer DescribeTags AddTags RemoveTags; iam: CreateServiceLinkedRole",
  "aws:lb/targetGroup:TargetGroup":
    "elasticloadbalancing: CreateTargetGroup DescribeTargetGroups DescribeTargetGroupAttributes ModifyTargetGroup ModifyTargetGroupAttributes DeleteTargetGroup DescribeTags AddTags RemoveTags",
  "aws:rds/instance:Instance":
    "rds: CreateDBInstance DescribeDBInstances ModifyDBInstance DeleteDBInstance ListTagsForResource AddTagsToResource RemoveTagsFromResource; iam: CreateServiceLinkedRole PassRole; kms: CreateGrant DescribeKey; secretsmanager: CreateSecret TagResource UntagResource",
  "aws:rds/parameterGroup:ParameterGroup":
    "rds: CreateDBParameterGroup DescribeDBParameterGroups DescribeDBParameters ModifyDBParameterGroup DeleteDBParameterGroup ListTagsForResource AddTagsToResource RemoveTagsFromResource",
  "aws:rds/proxy:Proxy":
    "rds: CreateDBProxy DescribeDBProxies ModifyDBProxy DeleteDBProxy ListTagsForResource AddTagsToResource RemoveTagsFromResource; iam: PassRole",
  "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": "rds: DescribeDBProxyTargetGroups ModifyDBProxyTargetGroup",
  "aws:rds/proxyTarget:ProxyTarget": "rds: RegisterDBProxyTargets DescribeDBProxyTargets DeregisterDBProxyTargets",
  "aws:rds/subnetGroup:SubnetGroup":
    "rds: CreateDBSubnetGroup DescribeDBSubnetGroups ModifyDBSubnetGroup DeleteDBSubnetGroup ListTagsForResource AddTagsToResource RemoveTagsFromResource",
  "aws:route53/record:Record": "route53: ChangeResourceRecordSets ListResourceRecordSets GetHostedZone GetChange",
  "aws:route53/zone:Zone":
    "route53: CreateHostedZone GetHostedZone AssociateVPCWithHostedZone GetChange DeleteHostedZone ListTagsForResource ChangeTagsForResource; ec2: DescribeVpcs",
  "aws:s3/bucket:Bucket":
    "s3: CreateBucket ListBucket GetBucketLocation GetBucketAcl GetBucketCORS GetBucketLogging GetBucketPolicy GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetAccelerateConfiguration GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration GetBucketObjectLockConfiguration PutBucketTagging PutBucketVersioning PutBucketObjectLockConfiguration DeleteBucket",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "s3: PutLifecycleConfiguration GetLifecycleConfiguration",
  "aws:s3/bucketLogging:BucketLogging": "s3: PutBucketLogging GetBucketLogging",
  "aws:s3/bucketNotification:BucketNotification": "s3: PutBucketNotification GetBucketNotification",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration":
    "s3: PutBucketObjectLockConfiguration GetBucketObjectLockConfiguration",
  "aws:s3/bucketObjectv2:BucketObjectv2": "s3: PutObject GetObject DeleteObject GetObjectTagging PutObjectTagging",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "s3: PutBucketOwnershipControls GetBucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy": "s3: PutBucketPolicy GetBucketPolicy DeleteBucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "s3: PutBucketPublicAccessBlock GetBucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    "s3: PutEncryptionConfiguration GetEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning": "s3: PutBucketVersioning GetBucketVersioning",
  "aws:secretsmanager/secret:Secret":
    "secretsmanager: CreateSecret DescribeSecret GetResourcePolicy UpdateSecret DeleteSecret TagResource UntagResource; kms: GenerateDataKey Decrypt",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "secretsmanager: PutResourcePolicy GetResourcePolicy DeleteResourcePolicy",
  "aws:secretsmanager/secretRotation:SecretRotation": "secretsmanager: RotateSecret DescribeSecret CancelRotateSecret",
  "aws:secretsmanager/secretVersion:SecretVersion":
    "secretsmanager: PutSecretValue GetSecretValue ListSecretVersionIds UpdateSecretVersionStage; kms: GenerateDataKey Decrypt",
  "aws:sns/topic:Topic": "sns: CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic ListTagsForResource TagResource UntagResource",
  "aws:sns/topicPolicy:TopicPolicy": "sns: SetTopicAttributes GetTopicAttributes",
  "aws:sns/topicSubscription:TopicSubscription": "sns: Subscribe GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe",
  "aws:sqs/queue:Queue": "sqs: CreateQueue GetQueueAttributes SetQueueAttributes DeleteQueue ListQueueTags TagQueue UntagQueue",
  "aws:sqs/queuePolicy:QueuePolicy": "sqs: SetQueueAttributes GetQueueAttributes",
  "aws:ssm/parameter:Parameter":
    "ssm: PutParameter GetParameter GetParameters DescribeParameters DeleteParameter ListTagsForResource AddTagsToResource RemoveTagsFromResource",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":
    "ec2: AuthorizeSecurityGroupEgress DescribeSecurityGroupRules ModifySecurityGroupRules RevokeSecurityGroupEgress CreateTags DeleteTags",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
    "ec2: AuthorizeSecurityGroupIngress DescribeSecurityGroupRules ModifySecurityGroupRules RevokeSecurityGroupIngress CreateTags DeleteTags",
};

export interface NeededActions {
  /** Sorted, each once. */
  readonly actions: readonly string[];
  /** AWS types without a row. */
  readonly untold: readonly string[];
}

/** @param types Pulumi's, and CloudFormation's of the templates that the plan sends. */
export function actionsOf(types: readonly string[]): NeededActions {
  const known = types.filter((type) => /^(aws:|AWS::|Custom::)/.test(type)).map((type) => ({ type, rows: rowsOf(type) }));
  const actions = known.flatMap(({ rows = [] }) => rows).flatMap(parsed);
  return { actions: [...new Set(actions)].sort(), untold: known.filter(({ rows }) => rows === undefined).map(({ type }) => type) };
}

/** What programs ask AWS while they run, by `aws.get…`: no resource has these for a type. */
const LOOK_UPS =
  "ec2: DescribeAvailabilityZones DescribeManagedPrefixLists DescribePrefixLists DescribeSubnets; eks: DescribeAddonVersions";

/** Whatever a program of these types may call: the list that the deploy roles' rights are made of. */
export function everyAction(): string[] {
  return [
    ...new Set(
      [ACTIONS, TEMPLATE_ACTIONS]
        .flatMap((table) => Object.values(table))
        .concat(LOOK_UPS)
        .flatMap(parsed),
    ),
  ].sort();
}

function rowsOf(type: string): string[] | undefined {
  const same = Object.hasOwn(SAME_ACTIONS, type) ? SAME_ACTIONS[type] : undefined;
  if (same !== undefined) return same.flatMap((other) => rowsOf(other) ?? []);
  const row = [ACTIONS, TEMPLATE_ACTIONS].find((table) => Object.hasOwn(table, type))?.[type];
  return row === undefined ? undefined : [row];
}

/** `ec2: CreateVpc DeleteVpc; iam: PassRole` */
function parsed(row: string): string[] {
  return row.split("; ").flatMap((part) => {
    const [service = "", names = ""] = part.split(": ");
    return names.split(" ").map((name) => `${service}:${name}`);
  });
}
