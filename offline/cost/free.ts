/**
 * What costs nothing by itself, each group with the reason. A type that is in no table is told as unknown: to take it for free would be the
 * one mistake that nobody finds before the bill.
 */
const FREE: Readonly<Record<string, readonly string[]>> = {
  "rights and names": [
    ...["aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
    ...["aws:iam/policy:Policy", "aws:iam/instanceProfile:InstanceProfile", "aws:iam/openIdConnectProvider:OpenIdConnectProvider"],
    ...["aws:kms/alias:Alias", "aws:secretsmanager/secretPolicy:SecretPolicy", "aws:secretsmanager/secretVersion:SecretVersion"],
    ...["aws:secretsmanager/secretRotation:SecretRotation", "aws:lambda/permission:Permission", "aws:sns/topicPolicy:TopicPolicy"],
    ...["aws:sqs/queuePolicy:QueuePolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy", "aws:acm/certificate:Certificate"],
    ...["aws:eks/accessEntry:AccessEntry", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"],
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  ],
  "parts of a network that is paid by its gateways and traffic": [
    ...["aws:ec2/subnet:Subnet", "aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"],
    ...["aws:ec2/routeTableAssociation:RouteTableAssociation", "aws:ec2/internetGateway:InternetGateway"],
    ...["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/tag:Tag"],
    ...["aws:ec2/securityGroupRule:SecurityGroupRule", "aws:ec2/eipAssociation:EipAssociation", "aws:route53/record:Record"],
    ...["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"],
    ...["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule", "aws:lb/targetGroup:TargetGroup"],
    ...["aws:lb/targetGroupAttachment:TargetGroupAttachment", "aws:wafv2/webAclAssociation:WebAclAssociation"],
  ],
  "settings of something that is paid": [
    ...["aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketLogging:BucketLogging"],
    ...["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws:s3/bucketOwnershipControls:BucketOwnershipControls"],
    ...["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "aws:s3/bucketNotification:BucketNotification"],
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    ...["aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject", "aws:ecr/lifecyclePolicy:LifecyclePolicy"],
    ...["aws:rds/subnetGroup:SubnetGroup", "aws:rds/parameterGroup:ParameterGroup", "aws:rds/proxy:Proxy"],
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
    ...["aws:elasticache/subnetGroup:SubnetGroup", "aws:elasticache/parameterGroup:ParameterGroup"],
    ...["aws:elasticache/user:User", "aws:elasticache/userGroup:UserGroup", "aws:ec2/launchTemplate:LaunchTemplate"],
    ...["aws:backup/plan:Plan", "aws:backup/selection:Selection", "aws:backup/vaultLockConfiguration:VaultLockConfiguration"],
    ...[
      "aws:backup/vaultNotifications:VaultNotifications",
      "aws:backup/vaultPolicy:VaultPolicy",
      "aws:sns/topicSubscription:TopicSubscription",
    ],
    ...["aws:lambda/invocation:Invocation", "aws:budgets/budget:Budget", "aws:eks/addon:Addon"],
    ...["aws:lambda/eventSourceMapping:EventSourceMapping", "aws:cloudwatch/eventRule:EventRule"],
    ...["aws:cloudwatch/eventTarget:EventTarget", "aws:scheduler/schedule:Schedule", "aws:codebuild/webhook:Webhook"],
  ],
  "what its template is paid for": ["aws:cloudformation/stack:Stack"],
  "what other resources of the plan are paid for": ["eks:index:Cluster", "eks:index:ServiceRole", "eks:index:VpcCniAddon"],
};

/** Of the loop's templates: rights, wiring, and calls that are counted with what they call. */
const FREE_IN_TEMPLATES = new Set([
  ...["AWS::SNS::TopicPolicy", "AWS::SNS::Subscription", "AWS::SQS::QueuePolicy", "AWS::IAM::Role", "AWS::IAM::Policy"],
  ...["AWS::IAM::ManagedPolicy", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission", "AWS::Lambda::Version"],
  ...["AWS::Lambda::Alias", "AWS::Events::Rule", "AWS::StepFunctions::StateMachineVersion", "AWS::StepFunctions::StateMachineAlias"],
  ...["AWS::Scheduler::ScheduleGroup", "AWS::Scheduler::Schedule", "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"],
  ...["AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Authorizer", "AWS::CloudFormation::Stack"],
  ...["AWS::KMS::Alias", "AWS::CDK::Metadata", "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupEgress"],
]);

const free = new Set(Object.values(FREE).flat());

/** Pods run on nodes that are paid; what of Kubernetes makes AWS bill has a meter. */
export function isFree(type: string): boolean {
  return free.has(type) || type.startsWith("kubernetes:") || type.startsWith("pulumi:") || FREE_IN_TEMPLATES.has(type);
}
