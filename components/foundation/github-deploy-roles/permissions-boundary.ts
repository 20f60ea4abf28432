/** The most that any role of one environment can do, whoever gave it which policies. Pure. */
import { type ExceptStatement, type PolicyStatement } from "../../shared/policy-document";
import { bucketsOf, type DeployFacts, leaveOtherStacksAlone, LINKED_SERVICES, ROLES_ARE_PASSED_TO, secretsOf } from "./deploy-permissions";

/**
 * What nodes, pods, functions and workflows of a machine-learning platform speak to. No IAM, no organisation, no billing; and no `execute-api`: APIs
 * have ids and no tags there, and the operator's endpoint of another environment would be open to every role of this one.
 */
export const WORKLOAD_SERVICES: readonly string[] = [
  ...["acm", "airflow", "aps", "athena", "autoscaling", "backup", "backup-storage", "batch", "bedrock", "cloudformation"],
  ...["cloudwatch", "cognito-idp", "dynamodb", "ebs", "ec2", "ec2messages", "ecr", "eks", "eks-auth", "elasticache"],
  ...["elasticfilesystem", "elasticloadbalancing", "es", "events", "firehose", "fsx", "glue", "kinesis", "kms", "lakeformation"],
  ...["lambda", "logs", "rds", "rds-data", "rds-db", "redshift", "redshift-data", "s3", "sagemaker", "scheduler", "secretsmanager"],
  ...["servicequotas", "ses", "sns", "sqs", "ssm", "ssmmessages", "states", "sts", "tag", "waf-regional", "wafv2", "xray"],
];

/** What the load balancers' controller asks once, in one place for all Regions. */
const GLOBAL_ACTIONS: readonly string[] = ["iam:GetServerCertificate", "iam:ListServerCertificates", "route53:*", "shield:*"];

export function boundaryStatements(facts: DeployFacts): (PolicyStatement | ExceptStatement)[] {
  const { partition, accountId, region, environment, state } = facts;
  const iam = `arn:${partition}:iam::${accountId}`;
  return [
    {
      Sid: "WorkInTheRegion",
      Effect: "Allow",
      Action: WORKLOAD_SERVICES.map((service) => `${service}:*`),
      Resource: "*",
      // A boundary gives nothing by itself; with the account in it, nor does it where somebody attaches it to whom it was not made for.
      Condition: { StringEquals: { "aws:RequestedRegion": region, "aws:PrincipalAccount": accountId } },
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
    ...othersStatements(facts),
  ];
}

/** Actions on one secret: lists and random passwords are of none, and a deny by resource would take them too. */
const OF_A_SECRET: readonly string[] = ["*Secret", "*SecretValue", "*SecretVersion*", "*ResourcePolicy", "*TagResource"].map(
  (name) => `secretsmanager:${name}`,
);

/**
 * A deployment may write any policy for a role that it makes, within this. So what it may not touch itself is denied here again; and by names too,
 * because S3 and Secrets Manager do not tell IAM the tags of all that they hold.
 */
function othersStatements(facts: DeployFacts): (PolicyStatement | ExceptStatement)[] {
  const { partition, accountId, region, environment } = facts;
  const buckets = bucketsOf(facts);
  return [
    leaveOtherStacksAlone(environment),
    {
      ...{ Sid: "OwnBucketsOnly", Effect: "Deny", Action: "s3:*" },
      NotResource: [...buckets, ...buckets.map((bucket) => `${bucket}/*`)],
      // AWS's own buckets (layers of images, packages, models of SageMaker) are of other accounts.
      Condition: { StringEquals: { "aws:ResourceAccount": accountId } },
    },
    { Sid: "OwnSecretsOnly", Effect: "Deny", Action: OF_A_SECRET, NotResource: secretsOf(facts) },
    {
      // RDS names them by ids, without the database's tags, but says whose they are.
      ...{ Sid: "OwnDatabasesSecrets", Effect: "Deny", Action: OF_A_SECRET },
      Resource: `arn:${partition}:secretsmanager:${region}:${accountId}:secret:rds!*`,
      Condition: {
        StringNotLike: {
          "aws:ResourceTag/aws:rds:primaryDBInstanceArn": `arn:${partition}:rds:${region}:${accountId}:db:${environment}-*`,
        },
      },
    },
    {
      ...{ Sid: "OwnRolesOnly", Effect: "Deny", Action: "sts:AssumeRole" },
      NotResource: `arn:${partition}:iam::${accountId}:role/${environment}-*`,
    },
  ];
}
