/** The most that any role of one environment can do, whoever gave it which policies. Pure. */
import { type PolicyStatement } from "../../shared/policy-document";
import { type DeployFacts, LINKED_SERVICES, ROLES_ARE_PASSED_TO } from "./deploy-permissions";

/** What nodes, pods, functions and workflows of a machine-learning platform speak to. No IAM, no organisation, no billing. */
export const WORKLOAD_SERVICES: readonly string[] = [
  ...["acm", "airflow", "aps", "athena", "autoscaling", "backup", "backup-storage", "batch", "bedrock", "cloudformation", "cloudwatch"],
  ...["cognito-idp", "dynamodb", "ebs", "ec2", "ec2messages", "ecr", "eks", "eks-auth", "elasticache", "elasticfilesystem"],
  ...[
    "elasticloadbalancing",
    "es",
    "events",
    "execute-api",
    "firehose",
    "fsx",
    "glue",
    "kinesis",
    "kms",
    "lakeformation",
    "lambda",
    "logs",
  ],
  ...["rds", "rds-data", "rds-db", "redshift", "redshift-data", "s3", "sagemaker", "scheduler", "secretsmanager", "servicequotas", "ses"],
  ...["sns", "sqs", "ssm", "ssmmessages", "states", "sts", "tag", "waf-regional", "wafv2", "xray"],
];

/** What the load balancers' controller asks once, in one place for all Regions. */
const GLOBAL_ACTIONS: readonly string[] = ["iam:GetServerCertificate", "iam:ListServerCertificates", "route53:*", "shield:*"];

export function boundaryStatements({ partition, accountId, region, environment, state }: DeployFacts): PolicyStatement[] {
  const iam = `arn:${partition}:iam::${accountId}`;
  return [
    {
      Sid: "WorkInTheRegion",
      Effect: "Allow",
      Action: WORKLOAD_SERVICES.map((service) => `${service}:*`),
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      Sid: "AskGlobalServices",
      Effect: "Allow",
      Action: GLOBAL_ACTIONS,
      Resource: "*",
      Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
    },
    { Sid: "SeeRoles", Effect: "Allow", Action: ["iam:GetRole", "iam:GetInstanceProfile"], Resource: "*" },
    {
      Sid: "HandOverOwnRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: `${iam}:role/${environment}-*`,
      Condition: { StringEquals: { "iam:PassedToService": ROLES_ARE_PASSED_TO } },
    },
    {
      Sid: "LetAwsMakeItsRoles",
      Effect: "Allow",
      Action: "iam:CreateServiceLinkedRole",
      Resource: `${iam}:role/aws-service-role/*`,
      Condition: { StringEquals: { "iam:AWSServiceName": LINKED_SERVICES } },
    },
    // A pod that is taken over reads no state, of whatever stack: everything about the platform stands in it.
    { Sid: "NotTheState", Effect: "Deny", Action: "s3:*", Resource: [state.bucketArn, `${state.bucketArn}/*`] },
    { Sid: "NotTheStatesKey", Effect: "Deny", Action: "kms:*", Resource: state.kmsKeyArn },
  ];
}
