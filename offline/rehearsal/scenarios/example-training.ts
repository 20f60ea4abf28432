/** How the example model is trained and rolled out, where a scenario is played without an environment: two variants, an hour's ladder. */
import type { Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { ModelLoopProps } from "../../../components/cdk";
import { type ModelTrainingArgs, TrainedKind, VariantRole } from "../../../components/learning/model-loop/training-arguments";
import { CLUSTER_ENDPOINT } from "../standins/kubernetes";

/** The columns of `examples/models`. */
const MEASURED = ["lines", "errors", "warnings", "latency_ms", "payload_bytes", "retries", "cpu", "memory", "connections"];
const FEATURES = [...MEASURED.flatMap((name) => ["mean", "max", "p95", "slope"].map((of) => `${name}_${of}`)), "seconds_since_deploy"];

export const EXAMPLE_TRAINING: ModelTrainingArgs = {
  data: { database: "lake", table: "windows", labelColumn: "label", features: FEATURES.map((name) => ({ name })) },
  variants: [
    { model: "anomaly_xgboost", role: VariantRole.Champion, kind: TrainedKind.Xgboost },
    { model: "anomaly_catboost", role: VariantRole.Challenger, kind: TrainedKind.Catboost },
  ],
  governance: { automaticApproval: true, approvers: ["arn:aws:iam::123456789012:role/approvers"], timeoutHours: 24 },
  rollOut: {
    stages: [
      { percent: 5, hours: 0.5 },
      { percent: 20, hours: 0.5 },
      { percent: 50, hours: 1 },
      { percent: 100, hours: 1 },
    ],
  },
  servedBy: { namespace: "models", server: "triton", splitMap: "router-split" },
};

/** Around it, what no stack declares: its buckets, registry, network and cluster. */
export function exampleRuns(stack: Stack): NonNullable<ModelLoopProps["runs"]> {
  const bucket = (name: string) => Bucket.fromBucketName(stack, `Given-${name}`, name);
  return {
    ...{ artifacts: bucket("artifacts"), data: [bucket("data")], releases: bucket("releases") },
    registry: { url: "http://mlflow.rehearsal" },
    network: { subnetIds: ["subnet-0aaa", "subnet-0bbb"], securityGroupIds: ["sg-0aaa"] },
    cluster: { clusterName: "example", endpoint: CLUSTER_ENDPOINT, certificateAuthority: "eA==" },
    prometheus: { url: "http://prometheus.rehearsal" },
  };
}
