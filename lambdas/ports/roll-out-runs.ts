/** The machines that roll out, and what they are told about models. Types only. */
import type { RollOutSpec, ServingSpec } from "../domain/run/model-spec";

export interface RollOutRuns {
  /** Stops what rolls out for this run, if anything does. Traffic does not rely on it: the fence keeps a run that goes on from writing. */
  stop(run: string, reason: string): Promise<void>;
}

export interface ServedLine {
  line: string;
  model: string;
  serving: ServingSpec;
  rollOut: RollOutSpec;
}

export interface ServedLines {
  all(): Promise<ServedLine[]>;
}
