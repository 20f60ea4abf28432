/**
 * IAM actions that CloudFormation calls, as whoever deploys a template, for each type in it. Pure. Where the API is the one that Pulumi's own
 * type calls, the row names that type. By hand, like the table beside it, from CloudFormation's registry ("handlers", "permissions").
 */

/** CloudFormation's type → Pulumi's. */
export const SAME_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "AWS::CDK::Metadata": [],
  "AWS::CloudFormation::Stack": ["aws:cloudformation/stack:Stack"],
  "AWS::CloudWatch::Alarm": ["aws:cloudwatch/metricAlarm:MetricAlarm"],
  "AWS::CloudWatch::Dashboard": ["aws:cloudwatch/dashboard:Dashboard"],
  "AWS::DynamoDB::Table": ["aws:dynamodb/table:Table"],
  "AWS::EC2::SecurityGroup": ["aws:ec2/securityGroup:SecurityGroup"],
  "AWS::EC2::SecurityGroupEgress": ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"],
  "AWS::EC2::SecurityGroupIngress": ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"],
  "AWS::Events::Rule": ["aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"],
  "AWS::IAM::ManagedPolicy": ["aws:iam/policy:Policy"],
  "AWS::IAM::Policy": ["aws:iam/rolePolicy:RolePolicy"],
  "AWS::IAM::Role": ["aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
  "AWS::KMS::Alias": ["aws:kms/alias:Alias"],
  "AWS::KMS::Key": ["aws:kms/key:Key"],
  "AWS::Lambda::EventSourceMapping": ["aws:lambda/eventSourceMapping:EventSourceMapping"],
  "AWS::Lambda::Function": ["aws:lambda/function:Function"],
  "AWS::Lambda::Permission": ["aws:lambda/permission:Permission"],
  "AWS::Logs::LogGroup": ["aws:cloudwatch/logGroup:LogGroup"],
  "AWS::S3::Bucket": ["aws:s3/bucket:Bucket"],
  "AWS::S3::BucketPolicy": ["aws:s3/bucketPolicy:BucketPolicy"],
  "AWS::SecretsManager::Secret": ["aws:secretsmanager/secret:Secret"],
  "AWS::SNS::Subscription": ["aws:sns/topicSubscription:TopicSubscription"],
  "AWS::SNS::Topic": ["aws:sns/topic:Topic"],
  "AWS::SNS::TopicPolicy": ["aws:sns/topicPolicy:TopicPolicy"],
  "AWS::SQS::Queue": ["aws:sqs/queue:Queue"],
  "AWS::SQS::QueuePolicy": ["aws:sqs/queuePolicy:QueuePolicy"],
  "AWS::SSM::Parameter": ["aws:ssm/parameter:Parameter"],
};

/** API Gateway has no action for each thing, but one for each verb of HTTP. */
const API_GATEWAY = "apigateway: POST GET PUT PATCH DELETE TagResource UntagResource";

/** Those that Pulumi's program of ours does not have. */
export const TEMPLATE_ACTIONS: Readonly<Record<string, string>> = {
  "AWS::ApiGatewayV2::Api": API_GATEWAY,
  "AWS::ApiGatewayV2::Authorizer": API_GATEWAY,
  "AWS::ApiGatewayV2::Integration": API_GATEWAY,
  "AWS::ApiGatewayV2::Route": API_GATEWAY,
  "AWS::ApiGatewayV2::Stage": `${API_GATEWAY}; logs: CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries PutResourcePolicy DescribeResourcePolicies`,
  "AWS::CloudWatch::CompositeAlarm": "cloudwatch: PutCompositeAlarm DescribeAlarms DeleteAlarms TagResource UntagResource",
  "AWS::Lambda::Alias": "lambda: CreateAlias GetAlias UpdateAlias DeleteAlias",
  "AWS::Lambda::LayerVersion": "lambda: PublishLayerVersion GetLayerVersion DeleteLayerVersion",
  "AWS::Lambda::Version": "lambda: PublishVersion ListVersionsByFunction GetFunction DeleteFunction",
  "AWS::Scheduler::Schedule": "scheduler: CreateSchedule GetSchedule UpdateSchedule DeleteSchedule; iam: PassRole",
  "AWS::Scheduler::ScheduleGroup":
    "scheduler: CreateScheduleGroup GetScheduleGroup DeleteScheduleGroup ListTagsForResource TagResource UntagResource",
  "AWS::StepFunctions::StateMachine":
    "states: CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine ListTagsForResource TagResource UntagResource; iam: PassRole",
  "AWS::StepFunctions::StateMachineAlias":
    "states: CreateStateMachineAlias DescribeStateMachineAlias UpdateStateMachineAlias DeleteStateMachineAlias",
  "AWS::StepFunctions::StateMachineVersion":
    "states: PublishStateMachineVersion DescribeStateMachine ListStateMachineVersions DeleteStateMachineVersion",
};
