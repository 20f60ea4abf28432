/** A stage's share of users on the candidate; on the first day everybody, because there is nobody to be compared with. */
import { THE_LOOP } from "../../domain/ledger-audit";
import type { RequestTo } from "../../domain/roll-out/requests";
import type { RollOutOrder } from "../../domain/run/steps";
import { hundredths } from "../../domain/split/share";
import { NOBODYS, type Split } from "../../domain/split/split";
import { withCandidate, withFirstRelease } from "../../domain/split/split-changes";
import { keepLease, routerOf, stale, subjectOf, withheldStep, type GivenUp, type NotNow, type RollOutLoop } from "./roll-out-loop";
import { writeTraffic, type WishedTraffic } from "./write-traffic";

/** `first`: nothing served before, and nothing is to be watched against. */
export type SetTrafficAnswer = { kind: "set"; first: boolean; percent: number; generation: number } | NotNow | GivenUp;

export async function setTraffic({ order, fence, stage, again }: RequestTo<"set-traffic">, loop: RollOutLoop): Promise<SetTrafficAnswer> {
  const { ledger, clock, logbook } = loop;
  const lost = await keepLease(order, loop);
  if (lost !== undefined) return lost;
  const ladder = order.rollOut.stages.map(({ percent }) => percent);
  const percent = ladder[stage];
  if (percent === undefined) return { kind: "refused", reason: `stage ${stage} is not among the ${ladder.length} of the roll-out` };

  const withheld = await withheldStep(order, { step: `stage ${stage + 1}`, again }, loop);
  if (withheld !== undefined) return withheld;

  const writer = { line: order.line, fence, router: routerOf(order), ladder };
  const written = await writeTraffic(
    writer,
    (split) => wish(split, order, hundredths(percent), fence),
    loop,
    // Before the first write: a candidate that nobody knows to be climbing would be found by nobody when this run dies.
    (split) => (stage === 0 ? remembered(split, order, fence, loop) : Promise.resolve(undefined)),
  );
  if (written.kind !== "set") return written;
  const { split, before } = written;
  const first = split.candidate === undefined;
  const shown = first ? 100 : percent;
  const values = { run: order.run, release: order.release, stage, percent: shown, generation: split.generation, fence };
  if (before.generation !== split.generation) {
    const reason = first
      ? `${order.release} is the first release, and gets everybody`
      : `${order.release} gets ${shown} % of users: stage ${stage + 1} of ${ladder.length}`;
    const record = { schemaVersion: 1, event: "roll-out.stage", model: order.model, version: order.release, user: THE_LOOP } as const;
    await ledger.audit({ ...record, time: clock.now(), reason, values });
    logbook.decided({ event: "roll-out.stage", model: order.model, reason, values });
  }
  return { kind: "set", first, percent: shown, generation: split.generation };
}

function wish(split: Split, { release }: RollOutOrder, share: number, fence: number): WishedTraffic {
  const { stable, candidate } = split;
  if (stable === undefined) return { kind: "write", split: withFirstRelease(split, release, fence) };
  if (stable.release === release && candidate === undefined) return { kind: "there" };
  if (candidate?.release === release && candidate.hundredths === share) return { kind: "there" };
  return { kind: "write", split: withCandidate(split, release, share, fence) };
}

async function remembered(split: Split, order: RollOutOrder, fence: number, { ledger, clock }: RollOutLoop): Promise<GivenUp | undefined> {
  const champion = split.stable?.release ?? NOBODYS;
  const change = { kind: "begun", fence, run: order.run, candidate: order.release, champion } as const;
  const outcome = await ledger.recordTraffic(subjectOf(order), change, THE_LOOP, clock.now());
  if (outcome.kind === "stale") return stale(fence, outcome.fence);
  return outcome.kind === "refused" ? outcome : undefined;
}
