import type { RunOrder } from "../domain/run-order";

/** `already-started` is as good: somebody has started this very run, perhaps this function in an earlier life. */
export type StartOutcome = { kind: "started" } | { kind: "already-started" };

export interface RetrainingRuns {
  start(order: RunOrder): Promise<StartOutcome>;
}
