import { LOOP_METRICS } from "../domain/loop-metrics";
import type { Logbook } from "../ports/logbook";
import type { Quarantine } from "../ports/quarantine";
import type { Message } from "./loop";

export interface QuarantiningLoop {
  quarantine: Quarantine;
  logbook: Logbook;
}

/** Kept as it came, told once, and never tried again by itself. Does nothing where there is no fault. */
export async function quarantined({ id, body }: Message, faults: readonly string[], loop: QuarantiningLoop): Promise<void> {
  if (faults.length === 0) return;
  await loop.quarantine.keep({ id, body, faults });
  // Not the body: what nobody has understood may hold anything.
  loop.logbook.counted(LOOP_METRICS.quarantined, { message: id, characters: body.length, faults: faults.join("; ").slice(0, 2_000) });
}
