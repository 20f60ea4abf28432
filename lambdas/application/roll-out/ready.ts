/** Whether every pod of the slot has loaded every model of the release. Asked again and again, for as long as the plan allows. */
import type { RequestTo } from "../../domain/roll-out/requests";
import type { RollOutOrder } from "../../domain/run/steps";
import { idleSlot } from "../../domain/split/split-changes";
import { figure } from "../../domain/values";
import { minutesBetween } from "../../domain/time";
import type { Refusal, SlotPlace, SlotState } from "../../ports/cluster";
import { keepLease, prefixOf, routerOf, slotOf, stale, type GivenUp, type RollOutLoop } from "./roll-out-loop";

export type SlotReadiness = { kind: "ready" } | { kind: "waiting"; reason: string } | Refusal;
export type ReadyAnswer = SlotReadiness | { kind: "late"; reason: string } | GivenUp;

export async function ready({ order, fence, since }: RequestTo<"ready">, loop: RollOutLoop): Promise<ReadyAnswer> {
  const lost = await keepLease(order, loop);
  if (lost !== undefined) return lost;
  const checked = await loop.ledger.checkFence(order.line, fence);
  if (checked.kind === "stale") return stale(fence, checked.fence);
  const place = await placeOf(order, loop);
  if ("kind" in place) return place;
  const answer = await slotReady(place, prefixOf(order.serving, order.release), order.models, loop);
  if (answer.kind !== "waiting") return answer;
  const waited = minutesBetween(since, loop.clock.now());
  if (waited < order.rollOut.readyMinutes) return answer;
  return { kind: "late", reason: `${answer.reason}; waited ${figure(waited)} minutes of ${order.rollOut.readyMinutes}` };
}

/** The slot that this release belongs to. */
export async function placeOf(order: RollOutOrder, { cluster }: Pick<RollOutLoop, "cluster">): Promise<SlotPlace | GivenUp> {
  const found = await cluster.split(routerOf(order));
  if (found.kind === "refused") return found;
  return slotOf(order, found.split.candidate?.slot ?? idleSlot(found.split));
}

/** @param models those that are called */
export async function slotReady(
  place: SlotPlace,
  prefix: string,
  models: readonly string[],
  { cluster, pods }: Pick<RollOutLoop, "cluster" | "pods">,
): Promise<SlotReadiness> {
  const state = await cluster.slot(place);
  if (state.kind === "refused") return state;
  const unsettled = whyUnsettled(state, prefix);
  // Somebody has put it to sleep since it was filled: the hourly look, or a person.
  if (state.asleep) {
    const woken = await cluster.setSleep(place, false, state.sleepVersion);
    if (woken.kind === "refused") return woken;
  }
  if (unsettled !== undefined) return { kind: "waiting", reason: `slot ${place.slot} ${unsettled}` };
  for (const address of state.addresses) {
    for (const model of models) {
      if (!(await pods.isReady(address, model))) return { kind: "waiting", reason: `${model} is not ready on ${address}` };
    }
  }
  return { kind: "ready" };
}

function whyUnsettled({ releasePrefix, asleep, settled, addresses }: SlotState, prefix: string): string | undefined {
  if (releasePrefix !== prefix) return `holds ${releasePrefix ?? "nothing"}, and not ${prefix}`;
  if (asleep) return "is asleep";
  if (addresses.length === 0) return "has no pod yet";
  return settled ? undefined : "has pods that are not available yet";
}
