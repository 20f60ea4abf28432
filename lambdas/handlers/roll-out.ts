import { rollOutPorts } from "../adapters/roll-out-ports";
import { rollOut, type RollOutAnswer } from "../application/roll-out/roll-out";
import { readEnvironment } from "../runtime/environment";
import { rollOutEnvironmentSchema } from "../runtime/loop-environment";
import { once } from "../runtime/once";

const loop = once(() => rollOutPorts(readEnvironment(rollOutEnvironmentSchema)));

/** One step of a roll-out, from its machine; and every hour the look at old slots. */
export async function handler(request: unknown): Promise<RollOutAnswer> {
  return rollOut(request, loop());
}
