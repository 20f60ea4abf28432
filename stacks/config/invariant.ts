import type { DataConfig, FoundationConfig } from "./schema";

/** The configuration of one stack, judged or about to be. */
export interface InvariantContext {
  stack: string;
  region: string;
  foundation: FoundationConfig;
  data: DataConfig;
}

/** A rule across keys. It says which keys it reads, so that it stays silent while one of them is itself at fault. */
export interface Invariant {
  id: string;
  /** Keys as they stand in the file, from the top. */
  reads: string[][];
  /** Whole sentences: key, value got, rule, cure. None when the rule holds. */
  check: (context: InvariantContext) => string[];
}
