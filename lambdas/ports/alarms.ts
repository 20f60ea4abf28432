import type { Instant } from "../domain/time";

export interface FiringAlarm {
  name: string;
  since: Instant;
  reason: string;
  /** As CloudWatch keeps it: JSON, or nothing. */
  reasonData?: string | undefined;
}

/** Alarms as they stand now, whether or not anybody was told. */
export interface Alarms {
  /** Those whose names begin so. */
  firing(beginning: string): Promise<FiringAlarm[]>;
}
