/**
 * The one place where traffic is written.
 *
 * Read, decide, ask the ledger for the fence, write with the version that was read: in this order. Then either the fence was raised before it was
 * asked for, and the answer is `stale`; or whoever raises it writes after us; or it has written between, and our version is refused.
 */
import type { Ladder } from "../../domain/split/ladder";
import type { Split } from "../../domain/split/split";
import { splitChangeFaults } from "../../domain/split/split-changes";
import type { RouterPlace } from "../../ports/cluster";
import { stale, type GivenUp, type RollOutLoop } from "./roll-out-loop";

export interface Writer {
  line: string;
  fence: number;
  router: RouterPlace;
  ladder: Ladder;
}

export type WishedTraffic = { kind: "there" } | { kind: "write"; split: Split } | { kind: "refused"; reason: string };
export type WrittenTraffic = { kind: "set"; split: Split; before: Split } | Exclude<GivenUp, { kind: "overtaken" }>;

/** Others were quicker: autoscalers, people, another roll-back. Beyond it whoever called tries again. */
const ATTEMPTS = 5;

/**
 * @param wish pure: called again with what is there by then
 * @param before done once there is something to write, and before it is written
 * @throws where others were quicker too often, or the cluster does not answer
 */
export async function writeTraffic(
  { line, fence, router, ladder }: Writer,
  wish: (split: Split) => WishedTraffic,
  { ledger, cluster }: Pick<RollOutLoop, "ledger" | "cluster">,
  before: (split: Split) => Promise<GivenUp | undefined> = () => Promise.resolve(undefined),
): Promise<WrittenTraffic | GivenUp> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await cluster.split(router);
    if (found.kind === "refused") return found;
    const wished = wish(found.split);
    if (wished.kind === "refused") return wished;
    const next = wished.kind === "there" ? found.split : wished.split;
    if (wished.kind === "write") {
      if (found.split.fence > fence) return stale(fence, found.split.fence);
      const faults = splitChangeFaults(found.split, next, ladder);
      if (faults.length > 0) return { kind: "refused", reason: faults.join("; ") };
      const stopped = await before(found.split);
      if (stopped !== undefined) return stopped;
      const checked = await ledger.checkFence(line, fence);
      if (checked.kind === "stale") return stale(fence, checked.fence);
      const outcome = await cluster.writeSplit(router, next, found.resourceVersion);
      if (outcome.kind === "conflict") continue;
      if (outcome.kind === "refused") return outcome;
    }
    // Whoever died between the two writes has left pods that were not told; what they are told of is what is there, whoever tells them.
    const announced = await cluster.announceSplit(router, next);
    if (announced.kind === "refused") return announced;
    if (announced.kind === "written") return { kind: "set", split: next, before: found.split };
  }
  throw new Error(`the split of ${router.namespace}/${router.router} was written by others ${ATTEMPTS} times in a row: try again`);
}
