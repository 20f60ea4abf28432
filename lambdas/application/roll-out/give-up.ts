/** A roll-out's own run takes its release back: from the failure path of its machine. */
import { THE_LOOP } from "../../domain/ledger-audit";
import { standingOrder } from "../../domain/ledger-view";
import type { GiveUp } from "../../domain/roll-out/requests";
import type { RollOutOrder } from "../../domain/run/steps";
import { NOBODYS } from "../../domain/split/split";
import { hoursAfter } from "../../domain/time";
import { putAside, rollBack, type RollBackAnswer, told } from "./roll-back";
import { routerOf, type RollBackLoop, subjectOf, whyWithheld } from "./roll-out-loop";

export type GiveUpAnswer =
  | RollBackAnswer
  /** Traffic had not been touched by this run, or somebody else had taken it back. */
  | { kind: "untouched"; reason: string }
  /** Nobody is moved while the loop is stopped or only observes: users stay between two releases until a person moves them. */
  | { kind: "withheld"; reason: string }
  /** It had got as far as that everybody has it: what was left to do was done. */
  | { kind: "promoted"; reason: string };

/**
 * From the failure path of the machine, until every pod of the router follows: whatever was done is brought to an end that is declared.
 *
 * The first turn raises the fence and writes the split, also where nobody has the release: whoever had asked for the older fence just before is
 * refused by the version alone. The turns after it find both there, and look at the pods. Where a person has ordered traffic back just before, the
 * fence is raised already, and theirs is the way that is gone: also where their order was lost before it came to a queue.
 */
export async function giveUp({ order, reason }: GiveUp, loop: RollBackLoop): Promise<GiveUpAnswer> {
  const { ledger, cluster, clock } = loop;
  const found = await cluster.split(routerOf(order));
  if (found.kind === "refused") throw new Error(found.reason);
  const { stable, candidate } = found.split;
  const view = await ledger.trafficView(subjectOf(order));
  const { rollOut, promotion } = view;
  const ours = rollOut?.run === order.run;
  const begun = view.givingUp?.run === order.run;
  const climbs = candidate?.release === order.release;
  const ordered = begun ? undefined : standingOrder(view, clock.now());
  // What it has begun it brings to its end: between two releases, with pods of both, is nothing to stop at. Nor is a person's order.
  const why = begun || ordered !== undefined || !climbs ? undefined : whyWithheld(view);
  if (why !== undefined) return { kind: "withheld", reason: `${why}: users of ${order.release} stay where they are; ${reason}` };
  // Checked, approved, written, and then somebody died before the ledger knew it.
  const isLeft = ours && (begun || ordered !== undefined);
  if (stable?.release === order.release && (ours || promotion?.version === order.release) && !isLeft) return finished(order, loop);
  // A step of ours that was taken for dead may still be at work as long as the lock is ours: it is shut out too. Where the lock is another's, a
  // raised fence would shut out the other; a person's is raised already.
  const lease = await ledger.renew(order.line, order.run, hoursAfter(clock.now(), loop.leaseHours));
  const [from, to] = [order.release, stable?.release ?? NOBODYS];
  const untouched = { kind: "untouched", reason: `${to} serves, and ${from} has no users: ${because(reason, ordered)}` } as const;
  // So it is where somebody has raised it since: a step of ours is shut out by that, and a roll-back whose pods still follow would be overtaken.
  const isShutOut = lease.kind === "lost" || ordered !== undefined || lease.fence < view.fence;
  if (!begun && !climbs && !ours && isShutOut) return untouched;

  const values = { from, to, run: order.run };
  const record = {
    schemaVersion: 1,
    event: "traffic.roll-back",
    model: order.model,
    version: to,
    user: THE_LOOP,
    time: clock.now(),
  } as const;
  const wish = { run: order.run, hadUsers: climbs || stable?.release === from, from, to };
  const givingUp = await ledger.raiseFenceToGiveUp(order.line, wish, { ...record, reason: reason.slice(0, 1_000), values });
  const { line, model, serving, rollOut: plan } = order;
  // A release that was promoted while a person ordered is what they leave, whatever they took for it.
  const left = givingUp.user !== undefined && stable?.release === order.release ? from : givingUp.from;
  const aim = { from: left ?? from, to: givingUp.to ?? to, fence: givingUp.fence, line, model, serving, rollOut: plan };
  const answer = await rollBack(aim, loop);
  if (answer.kind === "rolled-back") await putAside(order, loop);
  if (answer.kind === "stale") return answer;
  if (givingUp.hadUsers || answer.kind === "refused") return told({ ...aim, reason: because(reason, givingUp) }, answer, loop);
  return answer.kind === "rolled-back" ? untouched : answer;
}

function because(reason: string, { user }: { user?: string | undefined } = {}): string {
  return user === undefined ? reason : `${user} has ordered traffic back just before; ${reason}`;
}

async function finished(order: RollOutOrder, { ledger, clock, logbook }: RollBackLoop): Promise<GiveUpAnswer> {
  const { rollOut } = await ledger.trafficView(subjectOf(order));
  const reason = `${order.release} had everybody before its run could say so`;
  if (rollOut?.run === order.run) {
    const taken = await ledger.takeFence(order.line, order.run);
    if (taken.kind === "lost") return { kind: "untouched", reason: `${order.run} has lost its lock; ${order.release} serves` };
    const change = {
      kind: "promoted",
      fence: taken.fence,
      version: order.release,
      oldSlotKeptHours: order.rollOut.oldSlotKeptHours,
    } as const;
    const outcome = await ledger.recordTraffic(subjectOf(order), change, THE_LOOP, clock.now());
    if (outcome.kind === "stale" || outcome.kind === "refused")
      return { kind: "untouched", reason: `${reason}; the ledger is another's by now` };
  }
  logbook.decided({ event: "roll-out.promoted", model: order.model, reason, values: { run: order.run, release: order.release } });
  return { kind: "promoted", reason };
}
