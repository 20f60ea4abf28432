import { CHAT_TEMPLATES } from "./chat-templates";
import { monitoringSettings } from "./monitoring-settings";
import type { LanguageModelConfig, MonitoringConfig } from "./schema";

/** As the component's arguments name it. What other layers give is left out. */
export function languageModelSettings(config: LanguageModelConfig, monitoring?: MonitoringConfig) {
  const { weightsPrefix: _prefix, apiKeySecret: _secret, wakeQueueUrl, callerNamespaces, ...others } = config;
  const { chatTemplate = CHAT_TEMPLATES[config.model], maxReplicas = asleep(config) ? 0 : undefined, ...settings } = others;
  const watched = monitoring && monitoringSettings(monitoring).languageModel;
  return {
    ...settings,
    ...(chatTemplate !== undefined && { chatTemplate }),
    ...(maxReplicas !== undefined && { maxReplicas }),
    ...(watched && { monitoring: watched }),
    ...(wakeQueueUrl !== undefined && { wakeQueue: { queueUrl: wakeQueueUrl } }),
    ...(callerNamespaces.length > 0 && { callerNamespaces }),
  };
}

/** Until somebody writes another number: a metric of its own, which is not there at zero, would never wake it. */
function asleep({ minReplicas, wakeQueueUrl }: LanguageModelConfig): boolean {
  return minReplicas === 0 && wakeQueueUrl === undefined;
}
