/** What passes between the engine that deploys the template and the template. */

export const ASSET_BUCKET = "AssetBucket";

/** Values that are known only while deploying. Each parameter stands in the template only where a value is given. */
export const PARAMETERS = {
  KmsKeyArn: "Key that encrypts what the loop stores, logs and sends",
  RetrainingFunctionArn: "Function that does the retraining",
  TrafficQueueArn: "Queue that takes orders to roll back",
  SlackWebhookSecretArn: "Secret with the URL of a Slack webhook",
  PagerDutySecretArn: "Secret with the integration key of a PagerDuty service",
  SecretsKmsKeyArn: "Key that encrypts the secrets of Slack and PagerDuty",
  PermissionsBoundaryArn: "The most that each of the loop's roles can do",
  ArtifactsBucket: "Bucket for data sets, trained models and evaluations",
  DataBucket: "Bucket with the data that models are trained on",
  DataKeyArn: "Key that encrypts these buckets",
  ReleasesBucket: "Bucket of the releases",
  RegistryUrl: "Address of MLflow",
  RegistrySecretArn: "Secret with the user and password of MLflow",
  FunctionSubnetIds: "Subnets of the functions that reach MLflow and the cluster, with commas",
  FunctionSecurityGroupIds: "Security groups of these functions, with commas",
  ClusterName: "EKS cluster of the model servers and the router",
  ClusterEndpoint: "Address of its Kubernetes API",
  ClusterAuthority: "Certificate of its Kubernetes API, base64",
  PrometheusUrl: "Prometheus that judges the stages of a roll-out",
} as const;

/** Those that hold several values. */
export const LISTS: readonly ParameterName[] = ["FunctionSubnetIds", "FunctionSecurityGroupIds"];

export type ParameterName = keyof typeof PARAMETERS;

export type LoopOutput =
  "OperatorUrl" | "AlertTopicArn" | "IntakeQueueArn" | "LedgerTableName" | "WorkflowAliasArn" | "RollOutRoleArn" | "RollBackRoleArn";

/** CloudFormation takes a template by the URL of an S3 object, and reads it with the rights of whoever deploys. */
export function templateUrl(bucketName: string, key: string, { region, partition }: { region: string; partition: string }): string {
  return `https://${bucketName}.s3.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}/${key}`;
}
