/**
 * Every hour: a slot whose release is kept no longer goes to sleep (O7). It keeps what it holds, so that a person who wants it back waits for
 * pods, and not for a package.
 */
import { THE_LOOP } from "../../domain/ledger-audit";
import type { ServedLine } from "../../ports/roll-out-runs";
import { prefixOf, routerOf, slotOf, subjectOf, whyWithheld, type RollOutLoop } from "./roll-out-loop";

export interface SleepOldAnswer {
  kind: "swept";
  /** Lines whose old slot sleeps since now. */
  lines: string[];
}

/** @throws AggregateError at the end: one line that cannot be looked at must not keep the others awake */
export async function sleepOld(loop: RollOutLoop): Promise<SleepOldAnswer> {
  const lines: string[] = [];
  const failures: unknown[] = [];
  for (const line of await loop.lines.all()) {
    try {
      if (await putToSleep(line, loop)) lines.push(line.line);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} lines could not be looked at`);
  return { kind: "swept", lines };
}

async function putToSleep(line: ServedLine, loop: RollOutLoop): Promise<boolean> {
  const { ledger, cluster, clock, logbook } = loop;
  const view = await ledger.trafficView(subjectOf(line));
  const { promotion, rollOut } = view;
  if (whyWithheld(view) !== undefined || rollOut !== undefined || promotion === undefined || clock.now() < promotion.oldSlotKeptUntil)
    return false;
  // The slot before the split: a run that begins meanwhile takes `previous` out of the split before it touches the slot.
  const found = await cluster.split(routerOf(line));
  if (found.kind === "refused") throw new Error(found.reason);
  const { previous } = found.split;
  if (previous === undefined) return false;
  const place = slotOf(line, previous.slot);
  const state = await cluster.slot(place);
  if (state.kind === "refused") throw new Error(state.reason);
  if (state.asleep || state.releasePrefix !== prefixOf(line.serving, previous.release)) return false;
  const again = await cluster.split(routerOf(line));
  if (again.kind === "refused" || again.resourceVersion !== found.resourceVersion) return false;
  const outcome = await cluster.setSleep(place, true, state.sleepVersion);
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  if (outcome.kind === "conflict") return false;
  const reason = `${previous.release} was kept ready until ${promotion.oldSlotKeptUntil}; its slot sleeps`;
  const values = { slot: previous.slot, release: previous.release };
  await ledger.audit({
    schemaVersion: 1,
    event: "infrastructure.changed",
    model: line.model,
    user: THE_LOOP,
    time: clock.now(),
    reason,
    values,
  });
  logbook.decided({ event: "roll-out.slept", model: line.model, reason, values });
  return true;
}
