import * as pulumi from "@pulumi/pulumi";
import { type PlatformConfig, parseStackConfig } from "./parse";

/** In the SDK but not in its declarations. The public `Config` only warns, when the decrypted value is already out. */
const { isConfigSecret } = pulumi.runtime as typeof pulumi.runtime & { isConfigSecret: (key: string) => boolean };

/** The only place that reads Pulumi's configuration. Throws one `ConfigurationError` with every fault of the stack's file. */
export function loadConfig(): PlatformConfig {
  const values = pulumi.runtime.allConfig();
  const secretKeys = Object.keys(values).filter(isConfigSecret);
  return parseStackConfig({ stack: pulumi.getStack(), values, secretKeys, today: new Date().toISOString().slice(0, 10) });
}
