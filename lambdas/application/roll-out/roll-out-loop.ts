/** What the steps of a roll-out work with, and what several of them do alike. */
import type { TrafficView } from "../../domain/ledger-view";
import { notice } from "../../domain/notices";
import type { RollOutOrder } from "../../domain/run/steps";
import { hoursAfter } from "../../domain/time";
import type { Cluster, RouterPlace, SlotPlace } from "../../ports/cluster";
import type { Subject } from "../../ports/ledger";
import type { ModelPods } from "../../ports/model-pods";
import type { ReleaseFiles } from "../../ports/release-files";
import type { RollOutRuns, ServedLines } from "../../ports/roll-out-runs";
import type { StageMetrics } from "../../ports/stage-metrics";
import type { Loop } from "../loop";

export interface RollOutLoop extends Omit<Loop, "environment" | "models"> {
  leaseHours: number;
  cluster: Cluster;
  pods: ModelPods;
  releases: ReleaseFiles;
  metrics: StageMetrics;
  lines: ServedLines;
}

export interface RollBackLoop extends Omit<RollOutLoop, "metrics"> {
  runs: RollOutRuns;
}

/** Ends of a step after which the machine gives up, whatever step it was. */
export type GivenUp =
  | { kind: "refused"; reason: string }
  /** A roll-back, or another run, has raised the fence. */
  | { kind: "stale"; reason: string }
  /** The lock is another run's. */
  | { kind: "overtaken"; reason: string };

/** Nothing was done, and nothing is lost: the machine asks again, for as long as a roll-out may be paused. */
export interface NotNow {
  kind: "not-now";
  reason: string;
}

/** Why the loop does nothing of its own accord, where that is so: it records and tells. A person's pause of one roll-out is another thing. */
export function whyWithheld({ stopped, mode }: Pick<TrafficView, "stopped" | "mode">): string | undefined {
  if (stopped) return "the stop switch is on";
  return mode === "act" ? undefined : `the loop is in mode ${mode}`;
}

/** A step that cannot be done now. Told once, however often it is asked for: a stop is a matter of hours or days. */
export interface Deferred {
  /** As people call it: `stage 1`. */
  step: string;
  /** Whether it was asked for before. */
  again: boolean | undefined;
}

export async function notNow(
  order: RollOutOrder,
  { step, again = false }: Deferred,
  why: string,
  { logbook, notifier, clock }: RollOutLoop,
): Promise<NotNow> {
  const { run, model, release } = order;
  const reason = `${why}: ${step} of ${release} waits`;
  logbook.decided({ event: "roll-out.not-now", model, reason, values: { run, release, step } });
  const said = notice({
    ...{
      model,
      key: `${run}/${step}/not-now`.slice(0, 250),
      group: `${model}/roll-out`,
      severity: "warning",
      page: false,
      repeated: again,
    },
    ...{ at: clock.now(), title: `${model}: roll-out of ${release}: not now`, lines: [reason] },
  });
  if (said !== undefined) await notifier.tell(said);
  return { kind: "not-now", reason };
}

/** Where the loop may not act at all. */
export async function withheldStep(order: RollOutOrder, step: Deferred, loop: RollOutLoop): Promise<NotNow | undefined> {
  const why = whyWithheld(await loop.ledger.trafficView(subjectOf(order)));
  return why === undefined ? undefined : notNow(order, step, why, loop);
}

export function subjectOf({ line, model }: Pick<RollOutOrder, "line" | "model">): Subject {
  return { line, model };
}

export function routerOf({ serving: { namespace, router } }: Pick<RollOutOrder, "serving">): RouterPlace {
  return { namespace, router };
}

export function slotOf({ serving: { namespace, server } }: Pick<RollOutOrder, "serving">, slot: SlotPlace["slot"]): SlotPlace {
  return { namespace, server, slot };
}

/** As a slot is told it: within the bucket, which is the server's own (`releases/r42`). */
export function prefixOf({ releases }: { releases: string }, release: string): string {
  return `${releases.replace(/^s3:\/\/[^/]+\//, "")}${release}`;
}

/** The run lives. Asked at each step that may be followed by a wait: the lease outlives every wait between two checks. */
export async function keepLease(order: RollOutOrder, { ledger, clock, leaseHours }: RollOutLoop): Promise<GivenUp | undefined> {
  const outcome = await ledger.renew(order.line, order.run, hoursAfter(clock.now(), leaseHours));
  if (outcome.kind === "renewed") return undefined;
  return { kind: "overtaken", reason: `${order.run} has lost its lock${outcome.by === undefined ? "" : ` to ${outcome.by}`}` };
}

export function stale(fence: number, current: number): GivenUp {
  return { kind: "stale", reason: `the fence is ${current} by now, and this run's is ${fence}: somebody else decides about traffic` };
}
