import type { PlatformConfig } from "./config/parse";
import { platformTags } from "./tags";

/** What every layer is given. */
export interface LayerContext {
  config: PlatformConfig;
  tags: Record<string, string>;
  /** Whether `pulumi destroy` may take everything with it, data and backups too. */
  disposable: boolean;
  /** The name of a component. It starts with the stack's, because two stacks may share an account and people see AWS's lists. */
  name: (noun: string) => string;
}

export function layerContext(config: PlatformConfig, project: string): LayerContext {
  return {
    config,
    tags: platformTags(config, project),
    disposable: config.foundation.destroyDeletesAllData,
    name: (noun) => `${config.stack}-${noun}`,
  };
}
