/**
 * What a signal does to traffic and to people, now. Decided here: roll back, pause, page, record. None of it looks at the retraining lock:
 * a failing model must not serve for four hours because another one is being trained.
 *
 * People are told in every mode; traffic is touched only in mode `act` with the stop switch off.
 */
import type { AtOnceAsk } from "./asks";
import type { AtOnceDecision } from "./decisions";
import { standingOrder, type TrafficView } from "./ledger-view";
import { dedupKey } from "./names";
import { asksOf, type Signal } from "./signals";
import { NOBODYS } from "./split/split";
import type { Instant } from "./time";
import type { Values } from "./values";

/** At least one decision, in the order in which they are to be carried out; at most one of a kind. */
export function decideAtOnce(signal: Signal, view: TrafficView, now: Instant): AtOnceDecision[] {
  const said = { schemaVersion: 1, model: signal.model, values: valuesOf(signal) } as const;
  if (view.handled) return [{ ...said, kind: "record", reason: `signal ${dedupKey(signal)} was dealt with before` }];
  const asks = asksOf(signal).filter((ask) => ask.kind !== "retrain");
  const decisions = asks.map((ask) => DECIDE[ask.kind]({ signal, view, now, said }));
  if (decisions.length === 0) return [{ ...said, kind: "record", reason: signal.reason }];
  return withPageForRefusedRollBack(decisions);
}

/**
 * What was decided when this signal came before, and whoever had decided it died over carrying it out. Where the traffic shows that it has been
 * carried out it stands: decided again, it would be withheld as done already, and somebody would be woken by "not rolled back" about a model that
 * was. Where it shows nothing of it, it is to be decided again: the stop switch may be on by now, and the fence has to be a new one.
 */
export function standsStill(before: readonly AtOnceDecision[], { rollOut, promotion }: TrafficView): boolean {
  return before.some((decision) => {
    if (decision.kind === "pause") return rollOut?.run === decision.run && rollOut.paused;
    if (decision.kind !== "roll-back") return false;
    if (decision.aborts !== undefined) return rollOut?.run !== decision.aborts && promotion?.version !== decision.from;
    return promotion?.version === decision.from && promotion.rolledBack;
  });
}

interface Case {
  signal: Signal;
  view: TrafficView;
  now: Instant;
  said: { schemaVersion: 1; model: string; values: Values };
}

const DECIDE: Record<AtOnceAsk["kind"], (asked: Case) => AtOnceDecision> = {
  "roll-back": decideRollBack,
  pause: decidePause,
  page: ({ signal, said }) => ({ ...said, kind: "page", reason: signal.reason }),
  "record-scaling": ({ signal, said }) => ({ ...said, kind: "record-scaling", reason: `${signal.reason}; KEDA scales within its bounds` }),
  "observe-more-often": ({ signal, said }) => ({ ...said, kind: "observe-more-often", reason: signal.reason }),
  record: ({ signal, said }) => ({ ...said, kind: "record", reason: signal.reason }),
};

function decideRollBack({ signal, view, now, said }: Case): AtOnceDecision {
  const ours = rollBackTarget(view, now);
  if ("withheld" in ours) return { ...said, kind: "withhold", action: "roll-back", reason: `not rolled back: ${ours.withheld}` };
  const fence = view.fence + 1;
  // Where a person has ordered traffic back just before, theirs is the way: the newer fence shuts their own order out.
  const { from, to } = standingOrder(view, now) ?? ours;
  const target = { ...ours, from, to };
  return { ...said, kind: "roll-back", ...target, fence, reason: signal.reason, values: { ...said.values, ...target, fence } };
}

type Target = { from: string; to: string; aborts?: string } | { withheld: string };

/**
 * A roll-out in progress is simply stopped. A finished one is taken back once, and only while the old slot is warm: when the world has
 * changed, the older model may be the worse one, and two versions that both fail would be swapped for ever. The last instant of the slot no
 * longer counts as kept.
 */
function rollBackTarget(view: TrafficView, now: Instant): Target {
  const { rollOut, promotion } = view;
  const withheld = untouchable(view);
  if (withheld !== undefined) return { withheld };
  if (rollOut !== undefined) return { from: rollOut.candidate, to: rollOut.champion, aborts: rollOut.run };
  if (promotion === undefined || promotion.previousVersion === NOBODYS) return { withheld: "there is no earlier version to return to" };
  const { version, previousVersion, oldSlotKeptUntil, rolledBack } = promotion;
  if (rolledBack) return { withheld: `${version} was rolled back once already, a second time is for a person to decide` };
  if (now >= oldSlotKeptUntil)
    return { withheld: `${previousVersion} was kept ready until ${oldSlotKeptUntil}, and may be the worse one by now` };
  return { from: version, to: previousVersion };
}

function decidePause({ signal, view, said }: Case): AtOnceDecision {
  const { rollOut } = view;
  if (rollOut === undefined) return { ...said, kind: "withhold", action: "pause", reason: "not paused: no roll-out is in progress" };
  if (rollOut.paused) return { ...said, kind: "withhold", action: "pause", reason: `not paused: ${rollOut.run} is paused already` };
  const withheld = untouchable(view);
  if (withheld !== undefined) return { ...said, kind: "withhold", action: "pause", reason: `not paused: ${withheld}` };
  return { ...said, kind: "pause", run: rollOut.run, reason: signal.reason, values: { ...said.values, run: rollOut.run } };
}

function untouchable({ stopped, mode }: TrafficView): string | undefined {
  if (stopped) return "the stop switch is on";
  return mode === "observe" ? "mode observe touches nothing" : undefined;
}

/** Whoever is woken learns in the same message that the loop has not helped; and somebody is woken whenever it has not. */
function withPageForRefusedRollBack(decisions: AtOnceDecision[]): AtOnceDecision[] {
  const withheld = decisions.find((decision) => decision.kind === "withhold" && decision.action === "roll-back");
  if (withheld === undefined) return decisions;
  const { schemaVersion, model, values } = withheld;
  const page = decisions.find(({ kind }) => kind === "page");
  const reason = page === undefined ? withheld.reason : `${page.reason}; ${withheld.reason}`;
  return [...decisions.filter(({ kind }) => kind !== "page"), { kind: "page", schemaVersion, model, reason, values }];
}

function valuesOf(signal: Signal): Values {
  const { rule, severity, subject, value } = signal;
  return { signal: dedupKey(signal), rule, severity, ...(subject !== undefined && { subject }), ...(value !== undefined && { value }) };
}
