/** One look at a stage. What is measured is asked for afresh; what was decided is written down where it changes anything. */
import { THE_LOOP } from "../../domain/ledger-audit";
import { notice } from "../../domain/notices";
import { judgeStage, minutesUntilNextCheck, type StageDecision } from "../../domain/roll-out/judge-stage";
import type { RequestTo } from "../../domain/roll-out/requests";
import { MOST_WINDOWS, supplyOf, WINDOW_LENGTHS, windowsSince, type StageWindows } from "../../domain/roll-out/stage-windows";
import { lookAtVariants } from "../../domain/roll-out/variant-look";
import type { Split } from "../../domain/split/split";
import type { Severity } from "../../domain/severity";
import { hoursAfter } from "../../domain/time";
import type { Values } from "../../domain/values";
import { keepLease, routerOf, stale, subjectOf, whyWithheld, type GivenUp, type RollOutLoop } from "./roll-out-loop";

export type CheckAnswer = (StageDecision & { waitSeconds: number }) | GivenUp;

/** Ends of a stage: the looks at the experiment between variants are planned there. */
const ENDS: readonly StageDecision["kind"][] = ["next", "promote", "ask"];

const SEVERITIES: Partial<Record<string, Severity>> = { hold: "warning", stopped: "warning" };

export async function check(request: RequestTo<"check">, loop: RollOutLoop): Promise<CheckAnswer> {
  const { order, fence, watch } = request;
  const { ledger, cluster, clock, leaseHours } = loop;
  const lost = await keepLease(order, loop);
  if (lost !== undefined) return lost;
  const checked = await ledger.checkFence(order.line, fence);
  if (checked.kind === "stale") return stale(fence, checked.fence);
  const found = await cluster.split(routerOf(order));
  if (found.kind === "refused") return found;
  const { candidate, stable } = found.split;
  if (candidate?.release !== order.release || stable === undefined) {
    return { kind: "stale", reason: `${order.release} is in the split no longer: somebody has taken it out` };
  }

  const now = clock.now();
  const view = await ledger.trafficView(subjectOf(order));
  const paused = view.rollOut?.paused === true ? "the roll-out is paused" : undefined;
  const withheld = whyWithheld(view);
  const { windows, silence } = await measured(request, stable.release, now, loop);
  const judged = judgeStage({ spec: order.rollOut, watch, windows, now, paused, withheld });
  const decision = silence === undefined ? judged : { ...judged, reason: `${judged.reason}; ${silence}` };
  // Nothing renews the lease while people think; another run that took the lock meanwhile would have this one's traffic rolled back.
  if (decision.kind === "ask") await ledger.renew(order.line, order.run, hoursAfter(now, leaseHours + order.governance.timeoutHours));
  await told(request, decision, loop);
  if (ENDS.includes(decision.kind)) await lookAtExperiment(request, found.split, now, loop);
  return { ...decision, waitSeconds: minutesUntilNextCheck(order.rollOut, decision.kind) * 60 };
}

interface Measured {
  windows: StageWindows;
  /** Why nothing is measured, where the source itself said so. */
  silence?: string;
}

/** The shortest windows that have enough in them; where none has, the longest ones that fit into the stage. */
async function measured({ order, watch }: RequestTo<"check">, champion: string, now: string, { metrics }: RollOutLoop): Promise<Measured> {
  const { stages, checkMinutes, breach } = order.rollOut;
  const alone = (stages[watch.stage]?.percent ?? 0) >= 100;
  let windows: StageWindows = { minutes: checkMinutes, candidate: [], champion: [] };
  try {
    for (const minutes of WINDOW_LENGTHS.map((times) => times * checkMinutes)) {
      const count = windowsSince(watch.since, now, minutes);
      if (count === 0) break;
      const wanted = { minutes, count, until: now };
      // At the last stage nothing of the old release is measured any more: what was recorded before it counts.
      const earlier = { minutes, count: MOST_WINDOWS, until: watch.since };
      const [candidate, old] = await Promise.all([
        metrics.windows({ model: order.model, release: order.release }, wanted),
        metrics.windows({ model: order.model, release: champion }, alone ? earlier : wanted),
      ]);
      windows = { minutes, candidate, champion: old };
      if (supplyOf(windows, alone, breach) !== "thin") break;
    }
    return { windows };
  } catch (error) {
    const silence = `the measurements could not be read (${(error as Error).message.slice(0, 300)})`;
    return { windows: { minutes: checkMinutes, candidate: [], champion: [] }, silence };
  }
}

/** 500 checks that change nothing are log lines; whatever changes something stands in the trail. */
async function told({ order, watch, fence }: RequestTo<"check">, decision: StageDecision, loop: RollOutLoop): Promise<void> {
  const { ledger, logbook, notifier, clock } = loop;
  const { kind, reason, watch: next } = decision;
  const values: Values = { ...decision.values, run: order.run, release: order.release, decision: kind, fence };
  logbook.decided({ event: `roll-out.${kind}`, model: order.model, reason, values });
  if (kind === "stay" && watch.doing === "watching") return;
  if (next.doing === watch.doing && !ENDS.includes(kind) && kind !== "roll-back" && kind !== "left") return;
  // A person is woken where users have what breaks a limit, or are left between two releases, and the loop may do nothing about it.
  const page = kind === "left" || next.doing === "withheld";
  const what = kind === "paused" ? next.doing : kind;
  const time = clock.now();
  await ledger.audit({
    ...{ schemaVersion: 1, event: page ? "traffic.withhold" : "roll-out.stage", model: order.model, version: order.release },
    ...{ user: THE_LOOP, time },
    reason: `${what}: ${reason}`.slice(0, 1_000),
    values,
  });
  const said = notice({
    ...{ model: order.model, key: `${order.run}/${watch.stage}/${what}/${watch.since}`, group: `${order.model}/roll-out`, at: time },
    ...{ severity: page ? "critical" : (SEVERITIES[what] ?? "info"), page, repeated: false },
    ...{ title: `${order.model}: roll-out of ${order.release}: ${what}`, lines: [reason] },
  });
  if (said !== undefined) await notifier.tell(said);
}

/** Reported, never applied; and no reason to stop a roll-out where it cannot be read. */
async function lookAtExperiment(request: RequestTo<"check">, { experiment }: Split, now: string, loop: RollOutLoop): Promise<void> {
  const { order, watch } = request;
  const { metrics, logbook, ledger } = loop;
  const variants = experiment.arms.map(({ variant }) => variant);
  try {
    const outcomes = await metrics.variants({ model: order.model, release: order.release }, variants, watch.since, now);
    const look = lookAtVariants(order.rollOut, watch.stage, experiment.arms, outcomes);
    if (look === undefined) return;
    const reason = `look at ${variants.join(" and ")} after stage ${watch.stage + 1}: ${look.kind}; ${look.reason}; reported, not applied`;
    const values = { ...look.values, run: order.run, stage: watch.stage, experiment: experiment.name, decision: look.kind };
    logbook.decided({ event: "experiment.look", model: order.model, reason, values });
    const record = { schemaVersion: 1, event: "roll-out.stage", model: order.model, version: order.release, user: THE_LOOP } as const;
    await ledger.audit({ ...record, time: now, reason: reason.slice(0, 1_000), values });
  } catch (error) {
    const reason = `no look at the experiment: ${(error as Error).message.slice(0, 300)}`;
    logbook.decided({ event: "experiment.no-look", model: order.model, reason, values: { run: order.run, stage: watch.stage } });
  }
}
