import { PlatformNamespace, VllmServer } from "../components";
import type { Compute } from "./compute";
import { languageModelSettings } from "./config/language-model-settings";
import type { LanguageModelConfig, MonitoringConfig } from "./config/schema";
import type { LayerContext } from "./context";
import type { Data } from "./data";
import type { Foundation } from "./foundation";
import type { LanguageModelOutputs } from "./outputs";

export function createLanguageModel(
  context: LayerContext,
  config: LanguageModelConfig,
  { dataKey }: Foundation,
  { buckets, secrets }: Data,
  { cluster, namespaces, addOns }: Compute,
  monitoring?: MonitoringConfig,
): VllmServer {
  const { weightsPrefix, apiKeySecret } = config;
  const secretName = secrets.get(apiKeySecret)?.secretArn ?? apiKeySecret;
  return new VllmServer(
    context.name("language-model"),
    {
      ...languageModelSettings(config, monitoring),
      // The same address in every stack: callers move between them unchanged.
      serviceName: "llm",
      cluster: cluster.reference(),
      namespace: namespaces.nameOf(PlatformNamespace.Serving),
      weights: { bucketName: buckets.models.bucketName, prefix: weightsPrefix, kmsKeyArn: dataKey.keyArn },
      apiKey: { clusterSecretStoreName: addOns.secretStoreName, secretName },
      tags: context.tags,
    },
    // Whose definitions its secrets and its autoscaler need.
    { providers: { kubernetes: cluster.kubernetesProvider() }, dependsOn: [addOns] },
  );
}

export function languageModelOutputs({ clusterUrl, servedName, namespace }: VllmServer): LanguageModelOutputs {
  return { clusterUrl, servedName, namespace };
}
