import type { LanguageModelConfig } from "./schema";

/** As the component's arguments name it. What other layers give is left out. */
export function languageModelSettings(config: LanguageModelConfig) {
  const { weightsPrefix: _prefix, apiKeySecret: _secret, wakeQueueUrl, callerNamespaces, ...settings } = config;
  return {
    ...settings,
    ...(wakeQueueUrl !== undefined && { wakeQueue: { queueUrl: wakeQueueUrl } }),
    ...(callerNamespaces.length > 0 && { callerNamespaces }),
  };
}
