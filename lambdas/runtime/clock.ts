import { instant } from "../domain/time";
import type { Clock } from "../ports/clock";

/** Asked at each call, never at load: a function lives for hours, and a rehearsal sets the time. */
export const systemClock: Clock = { now: () => instant(Date.now()) };
