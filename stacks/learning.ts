import { Bucket, type LoopPlaceArgs, ModelLoop } from "../components";
import type { Compute } from "./compute";
import type { LearningConfig } from "./config/schema";
import { trainingSettings } from "./config/training-settings";
import type { LayerContext } from "./context";
import type { Data } from "./data";
import type { Foundation } from "./foundation";
import type { LearningOutputs } from "./outputs";

export interface Learning {
  loop?: ModelLoop;
}

export function createLearning(context: LayerContext, foundation: Foundation, data: Data, compute: Compute): Learning {
  const { learning } = context.config;
  return learning === undefined ? {} : { loop: createLoop(context, learning, foundation, data, compute) };
}

/** With a key of its own making: its alarms and topics are written to by services that have no business with the data's key. */
function createLoop(context: LayerContext, learning: LearningConfig, foundation: Foundation, data: Data, compute: Compute): ModelLoop {
  const { models, retrainingFunctionArn, trafficQueueArn, runbooks } = learning;
  return new ModelLoop(context.name("loop"), {
    environment: context.config.stack,
    models: models.map(({ training, ...model }) => ({
      ...model,
      training: trainingSettings({ ...model, training }, context.config.serving),
    })),
    place: placeOf(context, learning, foundation, data, compute),
    channels: channels(learning, foundation, data),
    assetsBucketName: createAssetsBucket(context, foundation).bucketName,
    retrainingFunctionArn,
    trafficQueueArn,
    runbooks,
    permissionsBoundaryArn: context.config.foundation.permissionsBoundaryArn,
    allowDelete: context.disposable,
    tags: context.tags,
  });
}

/** What no model is trained for needs no place. */
function placeOf(
  { config }: LayerContext,
  { models, registry, prometheusUrl }: LearningConfig,
  { network, dataKey }: Foundation,
  { buckets }: Data,
  { cluster, gateway }: Compute,
): LoopPlaceArgs | undefined {
  if (registry === undefined || gateway === undefined || models.every(({ training }) => training === undefined)) return undefined;
  const isServed = config.serving?.triton !== undefined && config.serving.router !== undefined;
  return {
    vpc: network.reference(),
    dataBucketName: buckets.processedData.bucketName,
    artifactsBucketName: buckets.mlflowArtifacts.bucketName,
    releasesBucketName: buckets.models.bucketName,
    dataKmsKeyArn: dataKey.keyArn,
    registryUrl: gateway.urls.apply((urls) => urls[registry.route] ?? ""),
    gatewayClientSecurityGroupId: gateway.clientSecurityGroupId,
    cluster: isServed ? cluster.reference() : undefined,
    prometheusUrl,
  };
}

/** Apart from all data: who deploys the loop need not be able to read it, and no life cycle of data may take away what a roll-back of the stack needs. */
function createAssetsBucket(context: LayerContext, { dataKey }: Foundation): Bucket {
  return new Bucket(context.name("loop-assets"), {
    kmsKeyArn: dataKey.keyArn,
    allowDelete: context.disposable,
    deleteWithContents: context.disposable,
    tags: context.tags,
  });
}

function channels(
  { channels: { emailAddresses, slackWebhookSecret, pagerDutySecret } }: LearningConfig,
  { dataKey }: Foundation,
  data: Data,
) {
  const arnOf = (secret: string | undefined) => (secret === undefined ? undefined : data.secrets.get(secret)?.secretArn);
  const [slackWebhookSecretArn, pagerDutySecretArn] = [arnOf(slackWebhookSecret), arnOf(pagerDutySecret)];
  const hasSecrets = slackWebhookSecretArn !== undefined || pagerDutySecretArn !== undefined;
  return { emailAddresses, slackWebhookSecretArn, pagerDutySecretArn, secretsKmsKeyArn: hasSecrets ? dataKey.keyArn : undefined };
}

export function learningOutputs({ loop }: Learning): LearningOutputs {
  if (loop === undefined) return {};
  const { operatorUrl, alertTopicArn, intakeQueueArn, ledgerTableName, workflowAliasArn } = loop;
  return { loop: { operatorUrl, alertTopicArn, intakeQueueArn, ledgerTableName, workflowAliasArn } };
}
