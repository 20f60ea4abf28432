/** The release goes into the slot that answers nobody. Nothing is touched before everything that can be known of it was looked at. */
import { manifestSchema, MANIFEST_FILE, releaseFaults, type Manifest } from "../../domain/packages/manifest";
import { slotFaults } from "../../domain/packages/slot-fit";
import { rollOutFaults } from "../../domain/roll-out/roll-out-plan";
import type { RollOutOrder } from "../../domain/run/steps";
import type { Slot, Split } from "../../domain/split/split";
import { idleSlot } from "../../domain/split/split-changes";
import type { SlotPlace } from "../../ports/cluster";
import {
  keepLease,
  notNow,
  prefixOf,
  routerOf,
  slotOf,
  stale,
  withheldStep,
  type GivenUp,
  type NotNow,
  type RollOutLoop,
} from "./roll-out-loop";
import { writeTraffic, type WishedTraffic } from "./write-traffic";

export type FillAnswer = { kind: "filled"; fence: number; slot: Slot } | NotNow | GivenUp;

const ATTEMPTS = 5;

export async function fill(order: RollOutOrder, loop: RollOutLoop, again?: boolean): Promise<FillAnswer> {
  const { ledger, cluster } = loop;
  const lost = await keepLease(order, loop);
  if (lost !== undefined) return lost;
  const manifest = await checkedRelease(order, loop);
  if (Array.isArray(manifest)) return refused(manifest);
  const deferred = { step: "the roll-out", again };
  const withheld = await withheldStep(order, deferred, loop);
  if (withheld !== undefined) return withheld;

  const found = await cluster.split(routerOf(order));
  if (found.kind === "refused") return found;
  const busy = climbingFault(order.release, found.split);
  if (busy !== undefined) return notNow(order, deferred, busy, loop);
  const faults = placeFaults(order.release, found.split);
  if (faults.length > 0) return refused(faults);
  const slot = found.split.candidate?.slot ?? idleSlot(found.split);
  const state = await cluster.slot(slotOf(order, slot));
  if (state.kind === "refused") return state;
  const misfits = slotFaults(manifest, state.traits);
  if (misfits.length > 0) return refused(misfits);

  const taken = await ledger.takeFence(order.line, order.run);
  if (taken.kind === "lost") return { kind: "overtaken", reason: `${order.run} has lost its lock` };
  const { fence } = taken;
  // The slot is about to hold something else: nobody may return to what the split says it holds.
  const writer = { line: order.line, fence, router: routerOf(order), ladder: order.rollOut.stages.map(({ percent }) => percent) };
  const forgotten = await writeTraffic(writer, (split) => withoutPrevious(split, fence, order.release), loop);
  if (forgotten.kind !== "set") return forgotten;
  const filled = await fillSlot(slotOf(order, slot), prefixOf(order.serving, order.release), { line: order.line, fence }, loop);
  return filled ?? { kind: "filled", fence, slot };
}

/** The release if it is whole; else all that is wrong with it. */
export async function checkedRelease(
  { release, models, serving: { releases }, rollOut }: Pick<RollOutOrder, "release" | "models" | "serving" | "rollOut">,
  loop: Pick<RollOutLoop, "releases">,
): Promise<Manifest | string[]> {
  const cure = "package the model anew";
  const bytes = await loop.releases.read(releases, release, MANIFEST_FILE);
  if (bytes === undefined) return [`${release} has no ${MANIFEST_FILE} at ${releases}${release}/, so it is no whole release: ${cure}`];
  const read = manifestSchema.safeParse(parsed(bytes));
  if (!read.success || read.data.release !== release) {
    return [`${release}'s ${MANIFEST_FILE} is not that of a release of this name: ${cure}`];
  }
  const names = read.data.variants.flatMap(({ models: held }) => held);
  const missing = models.filter((model) => !names.includes(model));
  return orFaults(read.data, [
    ...rollOutFaults("rollOut", rollOut),
    ...missing.map((model) => `${release} holds ${names.join(", ") || "no model"}, and not ${model}: ${cure}`),
    ...releaseFaults(read.data, await loop.releases.checksums(releases, release)),
  ]);
}

function orFaults(manifest: Manifest, faults: string[]): Manifest | string[] {
  return faults.length === 0 ? manifest : faults;
}

/** Puts the release into the slot and wakes it. Undefined once that is done. @throws where others were quicker too often */
export async function fillSlot(
  place: SlotPlace,
  prefix: string,
  { line, fence }: { line: string; fence: number },
  { cluster, ledger }: Pick<RollOutLoop, "cluster" | "ledger">,
): Promise<GivenUp | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const state = await cluster.slot(place);
    if (state.kind === "refused") return state;
    const checked = await ledger.checkFence(line, fence);
    if (checked.kind === "stale") return stale(fence, checked.fence);
    if (state.releasePrefix !== prefix) {
      const outcome = await cluster.fillSlot(place, prefix, state.resourceVersion);
      if (outcome.kind === "refused") return outcome;
      if (outcome.kind === "conflict") continue;
    }
    if (!state.asleep) return undefined;
    const woken = await cluster.setSleep(place, false, state.sleepVersion);
    if (woken.kind === "refused") return woken;
    if (woken.kind === "written") return undefined;
  }
  throw new Error(`slot ${place.slot} of ${place.namespace}/${place.server} was written by others ${ATTEMPTS} times in a row: try again`);
}

/** Somebody brings it to an end, or the hourly look does; a release that took days to train is not rejected for that. */
function climbingFault(release: string, { candidate }: Split): string | undefined {
  if (candidate === undefined || candidate.release === release) return undefined;
  return `${candidate.release} is still climbing, and both slots are taken`;
}

function placeFaults(release: string, split: Split): string[] {
  const { stable } = split;
  const busy = climbingFault(release, split);
  if (busy !== undefined) return [`${busy}: wait for its end, or roll it back`];
  return stable?.release === release ? [`${release} serves already: there is nothing to roll out`] : [];
}

function withoutPrevious(split: Split, fence: number, release: string): WishedTraffic {
  const faults = placeFaults(release, split);
  if (faults.length > 0) return { kind: "refused", reason: faults.join("; ") };
  if (split.previous === undefined) return { kind: "there" };
  const { previous: _forgotten, ...rest } = split;
  return { kind: "write", split: { ...rest, generation: split.generation + 1, fence } };
}

function refused(faults: readonly string[]): GivenUp {
  return { kind: "refused", reason: faults.join("; ") };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
