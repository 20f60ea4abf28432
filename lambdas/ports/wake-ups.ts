import type { Instant } from "../domain/time";

/** Alarm clocks, one a model. None is needed for correctness: the sweep finds what is due within the hour. */
export interface WakeUps {
  /** Replaces the one that was ordered before. One that rings for nothing does no harm, so none is ever called off. */
  order(model: string, at: Instant, now: Instant): Promise<void>;
}
