/** Whether every pod of the router runs the split that was written. Only from then on do a stage's hours count. */
import type { RequestTo } from "../../domain/roll-out/requests";
import { POLLS } from "../../domain/roll-out/roll-out-plan";
import { firstWatch, type Watch } from "../../domain/roll-out/watch";
import type { Split } from "../../domain/split/split";
import { minutesBetween } from "../../domain/time";
import { figure } from "../../domain/values";
import type { RouterPlace } from "../../ports/cluster";
import { keepLease, routerOf, stale, type GivenUp, type RollOutLoop } from "./roll-out-loop";

export type InForceAnswer = { kind: "in-force"; watch: Watch } | { kind: "waiting" | "late"; reason: string } | GivenUp;

export async function inForce({ order, fence, stage, since, watch }: RequestTo<"in-force">, loop: RollOutLoop): Promise<InForceAnswer> {
  const lost = await keepLease(order, loop);
  if (lost !== undefined) return lost;
  const { ledger, cluster, clock } = loop;
  const checked = await ledger.checkFence(order.line, fence);
  if (checked.kind === "stale") return stale(fence, checked.fence);
  const found = await cluster.split(routerOf(order));
  if (found.kind === "refused") return found;
  const placed = found.split.candidate ?? found.split.stable;
  if (placed?.release !== order.release)
    return { kind: "stale", reason: `${order.release} is in the split no longer: somebody has taken it out` };
  const behind = await podsBehind(routerOf(order), found.split, loop);
  const now = clock.now();
  if (behind === undefined) return { kind: "in-force", watch: firstWatch(stage, now, watch) };
  if (behind.kind === "refused") return behind;
  const waited = minutesBetween(since, now);
  if (waited < POLLS.inForce.minutes) return { kind: "waiting", reason: behind.reason };
  return { kind: "late", reason: `${behind.reason}, after ${figure(waited)} minutes: the router is half replaced` };
}

/** Undefined where all run it. */
export async function podsBehind(
  router: RouterPlace,
  split: Split,
  { cluster, pods }: Pick<RollOutLoop, "cluster" | "pods">,
): Promise<{ kind: "behind"; reason: string } | { kind: "refused"; reason: string } | undefined> {
  const announced = await cluster.announceSplit(router, split);
  if (announced.kind === "refused") return announced;
  const state = await cluster.routerPods(router);
  if (state.kind === "refused") return state;
  if (state.addresses.length === 0) return { kind: "behind", reason: `${router.router} has no pod` };
  if (!state.settled) return { kind: "behind", reason: `${router.router}'s pods are being replaced` };
  for (const address of state.addresses) {
    const answer = await pods.generationOf(address);
    if (answer.kind === "silent") return { kind: "behind", reason: `${address} does not say what it runs: ${answer.reason}` };
    if (answer.value < split.generation) {
      return { kind: "behind", reason: `${address} runs generation ${answer.value}, and ${split.generation} was written` };
    }
  }
  return undefined;
}
