import type { LoopMetric } from "../domain/loop-metrics";
import type { Values } from "../domain/values";

export interface LoggedDecision {
  /** The part of the loop that decided, and the kind of decision: `retraining.start`. */
  event: string;
  model?: string | undefined;
  reason: string;
  values: Values;
}

/** What is told to whoever looks after the loop itself: one structured line and one metric for each decision, refusals included. */
export interface Logbook {
  decided(decision: LoggedDecision): void;
  counted(metric: LoopMetric, what: Values): void;
}
