import { CfnParameter, type Stack } from "aws-cdk-lib";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { LISTS, type ParameterName, PARAMETERS } from "./deployment";
import type { ModelLoopProps } from "./model-loop.cdk";

/** What runs work with, as parameters of the template: its buckets, its key, MLflow, the network and the cluster. */
export function givenRuns(stack: Stack, given: readonly ParameterName[]): Pick<ModelLoopProps, "runs"> {
  if (!given.includes("ArtifactsBucket")) return {};
  const parameter = (name: ParameterName): CfnParameter =>
    new CfnParameter(stack, name, { type: LISTS.includes(name) ? "CommaDelimitedList" : "String", description: PARAMETERS[name] });
  const text = (name: ParameterName): string => parameter(name).valueAsString;
  const dataKey = Key.fromKeyArn(stack, "DataKey", text("DataKeyArn"));
  const bucket = (name: ParameterName): IBucket =>
    Bucket.fromBucketAttributes(stack, `Given${name}`, { bucketName: text(name), encryptionKey: dataKey });
  const optional = (name: ParameterName): string | undefined => (given.includes(name) ? text(name) : undefined);
  const secretArn = optional("RegistrySecretArn");
  const prometheusUrl = optional("PrometheusUrl");
  return {
    runs: {
      ...{ artifacts: bucket("ArtifactsBucket"), data: [bucket("DataBucket")], releases: bucket("ReleasesBucket"), dataKey },
      registry: { url: text("RegistryUrl"), ...(secretArn !== undefined && { secretArn }) },
      network: {
        subnetIds: parameter("FunctionSubnetIds").valueAsList,
        securityGroupIds: parameter("FunctionSecurityGroupIds").valueAsList,
      },
      ...(given.includes("ClusterName") && {
        cluster: { clusterName: text("ClusterName"), endpoint: text("ClusterEndpoint"), certificateAuthority: text("ClusterAuthority") },
      }),
      ...(prometheusUrl !== undefined && { prometheus: { url: prometheusUrl } }),
    },
  };
}
