/** How the private subnets reach the internet. */
export enum NatGateways {
  /** Not at all: only what has an endpoint is reachable. */
  None = "none",
  /** One gateway for all zones: cheap, and its zone's failure cuts off the others. */
  Single = "single",
  /** One gateway in each zone. */
  PerZone = "perZone",
}

export enum FlowLogDestination {
  CloudWatch = "cloudWatch",
  S3 = "s3",
  /** Nobody can tell afterwards who spoke to whom. */
  None = "none",
}

/** AWS services that can be reached privately, by the short name in `com.amazonaws.<region>.<short name>`. */
export enum InterfaceEndpoint {
  Autoscaling = "autoscaling",
  CloudFormation = "cloudformation",
  CloudTrail = "cloudtrail",
  Ec2 = "ec2",
  Ec2Messages = "ec2messages",
  EcrApi = "ecr.api",
  EcrDocker = "ecr.dkr",
  Eks = "eks",
  EksAuth = "eks-auth",
  ElasticLoadBalancing = "elasticloadbalancing",
  EventBridge = "events",
  Kms = "kms",
  Lambda = "lambda",
  Logs = "logs",
  Monitoring = "monitoring",
  RdsData = "rds-data",
  SageMakerApi = "sagemaker.api",
  SageMakerRuntime = "sagemaker.runtime",
  SecretsManager = "secretsmanager",
  Sns = "sns",
  Sqs = "sqs",
  Ssm = "ssm",
  SsmMessages = "ssmmessages",
  StepFunctions = "states",
  Sts = "sts",
}
