import type { PlatformConfig } from "./config/parse";
import { platformTags } from "./tags";

/** What every layer is given. */
export interface LayerContext {
  config: PlatformConfig;
  tags: Record<string, string>;
  /** What `pulumi destroy` may take with it, as the arguments of the components that keep things. */
  onDestroy: { allowDelete: boolean; deleteWithContents: boolean };
  /** The name of a component. It starts with the stack's, because two stacks may share an account and people see AWS's lists. */
  name: (noun: string) => string;
}

export function layerContext(config: PlatformConfig, project: string): LayerContext {
  const { destroyDeletesAllData } = config.foundation;
  return {
    config,
    tags: platformTags(config, project),
    onDestroy: { allowDelete: destroyDeletesAllData, deleteWithContents: destroyDeletesAllData },
    name: (noun) => `${config.stack}-${noun}`,
  };
}
