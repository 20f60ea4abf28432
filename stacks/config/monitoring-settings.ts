import type { MonitoringConfig } from "./schema";

export interface MonitoringSettings {
  triton: { prometheusUrl: string; serviceMonitor: boolean };
  /** Made of the operator's kinds: without them there is none. */
  languageModel?: { prometheusUrl: string; waitingPerReplica?: number };
}

/** As the servers' arguments name it. */
export function monitoringSettings({ prometheusUrl, serviceMonitors }: MonitoringConfig): MonitoringSettings {
  const triton = { prometheusUrl, serviceMonitor: serviceMonitors };
  return serviceMonitors ? { triton, languageModel: { prometheusUrl } } : { triton };
}
