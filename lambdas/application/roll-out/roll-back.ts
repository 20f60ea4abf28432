/**
 * Everybody back to another release: by order of a signal, of the hourly look or of a person, and where a roll-out's own run gives it
 * up. Waits for no lock, and needs neither the registry nor a measurement.
 *
 * Whoever orders has raised the fence before, so that whatever still writes for the other release is refused. Every step leaves a whole state of
 * traffic behind it, and begins with what is there: a roll-back that dies is gone on with by its next delivery.
 */
import { THE_LOOP } from "../../domain/ledger-audit";
import { notice } from "../../domain/notices";
import { nextRollBackStep, type RollBackAim, type RollBackStep } from "../../domain/roll-out/plan-roll-back";
import type { RollBackOrderMessage } from "../../domain/roll-out/requests";
import type { RollOutOrder } from "../../domain/run/steps";
import { idleSlot } from "../../domain/split/split-changes";
import { checkedRelease, fillSlot } from "./fill";
import { podsBehind } from "./in-force";
import { slotReady } from "./ready";
import { prefixOf, routerOf, slotOf, subjectOf, type RollBackLoop } from "./roll-out-loop";
import { writeTraffic } from "./write-traffic";

export type RollBackAnswer =
  /** Every pod of the router sends everybody to the other release. */
  | { kind: "rolled-back"; reason: string }
  /** Written, or being loaded: ask again. */
  | { kind: "waiting"; reason: string }
  /** A newer order is being carried out. */
  | { kind: "stale"; reason: string }
  | { kind: "refused"; reason: string };

/** A candidate is left, a release is loaded, everybody is switched; and one to see that it is so. */
const MOST_STEPS = 5;

/** @throws where trying again may help */
export async function carryOutRollBack(order: RollBackOrderMessage, loop: RollBackLoop): Promise<RollBackAnswer> {
  const served = (await loop.lines.all()).find(({ line }) => line === order.line);
  if (served === undefined)
    return told(order, { kind: "refused", reason: `${order.line} is no line that this loop serves: nothing was touched` }, loop);
  if (order.aborts !== undefined) await loop.runs.stop(order.aborts, order.reason);
  const answer = await rollBack({ ...order, serving: served.serving, rollOut: served.rollOut }, loop);
  if (answer.kind === "waiting") return answer;
  if (answer.kind === "rolled-back") await putAside({ release: order.from, serving: served.serving }, loop);
  return told(order, answer, loop);
}

export interface Aim extends RollBackAim, Pick<RollOutOrder, "line" | "model" | "serving" | "rollOut"> {}

export async function rollBack(aim: Aim, loop: RollBackLoop): Promise<RollBackAnswer> {
  const { cluster } = loop;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const found = await cluster.split(routerOf(aim));
    if (found.kind === "refused") return found;
    const step = nextRollBackStep(found.split, aim);
    if (step.kind === "refused") return step;
    if (step.kind === "done") return settled(aim, loop);
    const notYet = await prepared(step, aim, loop);
    if (notYet !== undefined) return notYet;
    const writer = { line: aim.line, fence: aim.fence, router: routerOf(aim), ladder: aim.rollOut.stages.map(({ percent }) => percent) };
    const written = await writeTraffic(writer, (split) => wish(nextRollBackStep(split, aim), step.kind), loop);
    if (written.kind === "overtaken") throw new Error(written.reason);
    if (written.kind !== "set") return written;
    loop.logbook.decided({
      event: "roll-out.traffic-back",
      model: aim.model,
      reason: step.says,
      values: { ...fenceOf(aim), step: step.kind },
    });
  }
  throw new Error(`${aim.from} is not left for ${aim.to} after ${MOST_STEPS} steps: others write too; try again`);
}

/** Only the step that was prepared; where the split has become another one, the next turn prepares that. */
function wish(step: RollBackStep, kind: RollBackStep["kind"]) {
  if (step.kind === "refused") return step;
  return step.kind === kind && "split" in step ? ({ kind: "write", split: step.split } as const) : ({ kind: "there" } as const);
}

/** Nobody is sent to a slot that does not hold the release, or is not ready. A candidate is left at once: its stable release serves already. */
async function prepared(step: RollBackStep, aim: Aim, loop: RollBackLoop): Promise<RollBackAnswer | undefined> {
  if (step.kind !== "switch" && step.kind !== "load") return undefined;
  const { serving, to, rollOut, line, fence } = aim;
  const place = slotOf(aim, step.slot);
  const prefix = prefixOf(serving, to);
  const state = await loop.cluster.slot(place);
  if (state.kind === "refused") return state;
  let models: readonly string[] = state.traits.models;
  if (state.releasePrefix !== prefix) {
    const manifest = await checkedRelease({ release: to, models: [], serving, rollOut }, loop);
    if (Array.isArray(manifest)) return { kind: "refused", reason: manifest.join("; ") };
    models = manifest.variants.map(({ name }) => name);
  }
  const filled = await fillSlot(place, prefix, { line, fence }, loop);
  if (filled !== undefined) return filled.kind === "overtaken" ? undefined : filled;
  const answer = await slotReady(place, prefix, models, loop);
  return answer.kind === "ready" ? undefined : answer;
}

/** Everybody has it in the split; in the ledger too, and in the pods. */
async function settled(aim: Aim, loop: RollBackLoop): Promise<RollBackAnswer> {
  const { ledger, clock, cluster } = loop;
  const { from, to, fence } = aim;
  const outcome = await ledger.recordTraffic(subjectOf(aim), { kind: "rolled-back", fence, from, to }, THE_LOOP, clock.now());
  if (outcome.kind === "stale") return { kind: "stale", reason: `the fence is ${outcome.fence} by now, and this order's is ${fence}` };
  const found = await cluster.split(routerOf(aim));
  if (found.kind === "refused") return found;
  const behind = await podsBehind(routerOf(aim), found.split, loop);
  if (behind === undefined) return { kind: "rolled-back", reason: `everybody has ${to} again` };
  return behind.kind === "refused" ? behind : { kind: "waiting", reason: behind.reason };
}

/** A release that nobody returns to needs no pods. What a promotion has left is kept ready, and sleeps when its time is over. */
export async function putAside(left: Pick<RollOutOrder, "release" | "serving">, { cluster, logbook }: RollBackLoop): Promise<void> {
  const found = await cluster.split(routerOf(left));
  if (found.kind === "refused") return;
  const { candidate, previous } = found.split;
  if (candidate !== undefined || previous !== undefined) return;
  const place = slotOf(left, idleSlot(found.split));
  const state = await cluster.slot(place);
  if (state.kind === "refused" || state.asleep || state.releasePrefix !== prefixOf(left.serving, left.release)) return;
  const outcome = await cluster.setSleep(place, true, state.sleepVersion);
  const reason = outcome.kind === "written" ? `slot ${place.slot} sleeps` : `slot ${place.slot} stays awake: ${outcome.reason}`;
  logbook.decided({ event: "roll-out.put-aside", reason, values: { slot: place.slot, release: left.release } });
}

interface Ordered extends RollBackAim {
  line: string;
  model: string;
  reason: string;
  user?: string | undefined;
}

const SAID: Record<RollBackAnswer["kind"], string> = {
  "rolled-back": "everybody is back",
  waiting: "the roll-back is under way",
  stale: "the roll-back was overtaken",
  refused: "the roll-back could not be carried out",
};

/** A person is woken where traffic stays on what was to be left; and a person who has ordered learns that another order came behind theirs. */
export async function told<Answer extends RollBackAnswer>(order: Ordered, answer: Answer, loop: RollBackLoop): Promise<Answer> {
  const { logbook, notifier, clock, ledger } = loop;
  const { model, from, to, reason } = order;
  const page = answer.kind === "refused";
  const overtaken = answer.kind === "stale" && order.user !== undefined;
  logbook.decided({ event: `roll-back.${answer.kind}`, model, reason: `${answer.reason}; ${reason}`, values: fenceOf(order) });
  if (answer.kind === "waiting" || (answer.kind === "stale" && !overtaken)) return answer;
  if (page || overtaken) {
    const record = { schemaVersion: 1, event: "traffic.withhold", model, version: to, user: THE_LOOP, time: clock.now() } as const;
    await ledger.audit({ ...record, reason: answer.reason.slice(0, 1_000), values: fenceOf(order) });
  }
  const said = notice({
    ...{ model, key: `${from}/${to}/${order.fence}/${answer.kind}`.slice(0, 250), group: `${model}/roll-back`, page },
    ...{
      severity: overtaken ? "warning" : "critical",
      repeated: false,
      at: clock.now(),
      title: `${model}: ${SAID[answer.kind]}`,
      lines: [`from ${from} to ${to}`, answer.reason, reason],
    },
  });
  if (said !== undefined) await notifier.tell(said);
  return answer;
}

function fenceOf({ from, to, fence }: RollBackAim) {
  return { from, to, fence };
}
