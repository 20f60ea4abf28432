/** R1, R10: which days a run trains on, and which later ones it is judged by. */
import { hoursAfter, type Instant } from "../time";
import type { RunPlan } from "./steps";

export type DataWindow = RunPlan["window"];

/**
 * Of the order, `windowDays` days of training, and the spec's days of holdout after them: the holdout is not taken from the window, or a window
 * of one day would leave nothing to train on. The day of the start is not over, and so in neither.
 */
export function dataWindow(startedAt: Instant, windowDays: number, holdoutDays: number): DataWindow {
  const back = (days: number): string => hoursAfter(startedAt, -24 * days).slice(0, 10);
  return {
    trainFrom: back(holdoutDays + windowDays),
    trainUntil: back(holdoutDays + 1),
    holdoutFrom: back(holdoutDays),
    holdoutUntil: back(1),
  };
}
