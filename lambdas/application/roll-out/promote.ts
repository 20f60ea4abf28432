/** The candidate becomes what serves: in the split first, then in the ledger, which is never ahead of traffic. */
import { THE_LOOP } from "../../domain/ledger-audit";
import type { RequestTo } from "../../domain/roll-out/requests";
import type { Split } from "../../domain/split/split";
import { promoted } from "../../domain/split/split-changes";
import { hoursAfter } from "../../domain/time";
import { keepLease, routerOf, stale, subjectOf, withheldStep, type GivenUp, type NotNow, type RollOutLoop } from "./roll-out-loop";
import { writeTraffic, type WishedTraffic } from "./write-traffic";

export type PromoteAnswer = { kind: "promoted"; reason: string } | NotNow | GivenUp;

export async function promote({ order, fence, reason, again }: RequestTo<"promote">, loop: RollOutLoop): Promise<PromoteAnswer> {
  const { ledger, clock, logbook } = loop;
  const lost = await keepLease(order, loop);
  if (lost !== undefined) return lost;
  const withheld = await withheldStep(order, { step: "the promotion", again }, loop);
  if (withheld !== undefined) return withheld;
  const { stages, oldSlotKeptHours } = order.rollOut;
  const writer = { line: order.line, fence, router: routerOf(order), ladder: stages.map(({ percent }) => percent) };
  const written = await writeTraffic(writer, (split) => wish(split, order.release, fence), loop);
  if (written.kind !== "set") return written;

  const change = { kind: "promoted", fence, version: order.release, oldSlotKeptHours } as const;
  const outcome = await ledger.recordTraffic(subjectOf(order), change, THE_LOOP, clock.now());
  if (outcome.kind === "stale") return stale(fence, outcome.fence);
  if (outcome.kind === "refused") return outcome;
  const { previous } = written.split;
  const kept = previous === undefined ? "" : `; ${previous.release} is kept ready until ${hoursAfter(clock.now(), oldSlotKeptHours)}`;
  const told = `${order.release} is promoted: ${reason}${kept}`;
  logbook.decided({
    event: "roll-out.promoted",
    model: order.model,
    reason: told,
    values: { run: order.run, release: order.release, fence },
  });
  return { kind: "promoted", reason: told };
}

function wish(split: Split, release: string, fence: number): WishedTraffic {
  const { stable, candidate } = split;
  if (stable?.release === release && candidate === undefined) return { kind: "there" };
  if (candidate?.release === release) return { kind: "write", split: promoted(split, fence) };
  return { kind: "refused", reason: `${release} is in the split no longer: somebody has taken it out` };
}
