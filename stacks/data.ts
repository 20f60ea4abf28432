import { Bucket } from "../components";
import type { LayerContext } from "./context";
import type { Foundation } from "./foundation";
import type { BucketNames } from "./outputs";

/** The buckets of I6, in the order in which data flows through them. */
export type DataBuckets = Record<keyof BucketNames, Bucket>;

export function createData(context: LayerContext, { dataKey }: Foundation): DataBuckets {
  const { buckets } = context.config.data;
  const bucket = (noun: string, lifecycle: (typeof buckets)["models"]): Bucket =>
    new Bucket(context.name(noun), { kmsKeyArn: dataKey.keyArn, lifecycle, ...context.onDestroy, tags: context.tags });
  return {
    rawLogs: bucket("raw-logs", buckets.rawLogs),
    processedData: bucket("processed-data", buckets.processedData),
    dvcRemote: bucket("dvc-remote", buckets.dvcRemote),
    mlflowArtifacts: bucket("mlflow-artifacts", buckets.mlflowArtifacts),
    models: bucket("models", buckets.models),
  };
}

export function bucketNames({ rawLogs, processedData, dvcRemote, mlflowArtifacts, models }: DataBuckets): BucketNames {
  return {
    rawLogs: rawLogs.bucketName,
    processedData: processedData.bucketName,
    dvcRemote: dvcRemote.bucketName,
    mlflowArtifacts: mlflowArtifacts.bucketName,
    models: models.bucketName,
  };
}
