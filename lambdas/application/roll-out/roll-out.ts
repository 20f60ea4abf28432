/** The steps of a roll-out, each by its name. */
import { rollOutRequestSchema } from "../../domain/roll-out/requests";
import { check, type CheckAnswer } from "./check";
import { fill, type FillAnswer } from "./fill";
import { inForce, type InForceAnswer } from "./in-force";
import { promote, type PromoteAnswer } from "./promote";
import { ready, type ReadyAnswer } from "./ready";
import type { RollOutLoop } from "./roll-out-loop";
import { setTraffic, type SetTrafficAnswer } from "./set-traffic";
import { sleepOld, type SleepOldAnswer } from "./sleep-old";
import { trySlot, type TryAnswer } from "./try-slot";

export type RollOutAnswer =
  FillAnswer | ReadyAnswer | TryAnswer | SetTrafficAnswer | InForceAnswer | CheckAnswer | PromoteAnswer | SleepOldAnswer;

/** @throws ZodError for what is no request; whatever else trying again may help */
export async function rollOut(request: unknown, loop: RollOutLoop): Promise<RollOutAnswer> {
  const asked = rollOutRequestSchema.parse(request);
  switch (asked.do) {
    case "fill":
      return fill(asked.order, loop, asked.again);
    case "ready":
      return ready(asked, loop);
    case "try":
      return trySlot(asked, loop);
    case "set-traffic":
      return setTraffic(asked, loop);
    case "in-force":
      return inForce(asked, loop);
    case "check":
      return check(asked, loop);
    case "promote":
      return promote(asked, loop);
    case "sleep-old":
      return sleepOld(loop);
  }
}
