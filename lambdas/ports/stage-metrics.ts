/** What is measured of a release while it is rolled out. Types only. */
import type { MeasuredWindow } from "../domain/roll-out/stage-windows";
import type { VariantOutcome } from "../domain/roll-out/variant-look";
import type { Instant } from "../domain/time";

export interface MeasuredRelease {
  model: string;
  release: string;
}

export interface WindowsWanted {
  minutes: number;
  /** So many, one after the other. */
  count: number;
  /** End of the newest; an adapter whose source is late may take a little less. */
  until: Instant;
}

export interface StageMetrics {
  /** NaN for what was not measured. @throws where the source does not answer. */
  windows(of: MeasuredRelease, wanted: WindowsWanted): Promise<MeasuredWindow[]>;
  variants(of: MeasuredRelease, variants: readonly string[], since: Instant, until: Instant): Promise<VariantOutcome[]>;
}
