import type { ComputeConfig, DataConfig, FoundationConfig, LearningConfig, ServingConfig } from "./schema";

/** The configuration of one stack, judged or about to be. */
export interface InvariantContext {
  stack: string;
  region: string;
  /** Day of the plan, `YYYY-MM-DD`: what AWS supports today it may not support tomorrow. */
  today: string;
  foundation: FoundationConfig;
  data: DataConfig;
  compute: ComputeConfig;
  /** Absent where the stack has no loop. */
  serving?: ServingConfig;
  learning?: LearningConfig;
}

/** A rule across keys. It says which keys it reads, so that it stays silent while one of them is itself at fault. */
export interface Invariant {
  id: string;
  /** Keys as they stand in the file, from the top. */
  reads: string[][];
  /** Whole sentences: key, value got, rule, cure. None when the rule holds. */
  check: (context: InvariantContext) => string[];
}

/** Keys of the file as a list of steps: `"data.postgres.multiAz"` becomes `["modelloop:data", "postgres", "multiAz"]`. */
export function readsOf(...keys: string[]): string[][] {
  return keys.map((key) => `modelloop:${key}`.split("."));
}

export function unless(holds: boolean, sentence: string): string[] {
  return holds ? [] : [sentence];
}
