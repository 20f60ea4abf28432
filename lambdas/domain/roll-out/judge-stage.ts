/**
 * One check of a stage (O2, O3): on, back, or wait? What is broken counts before everything else, a pause included: who pauses stops the climb,
 * not the harm. Only the stop switch and mode observe stop both: then nobody's traffic is moved, whatever is broken and however long it takes.
 * Whatever waits has a limit, and behind each limit stands a declared end.
 */
import type { RollOutSpec } from "../run/model-spec";
import type { Instant } from "../time";
import { figure, type Values } from "../values";
import { judgeWindows, type WindowsVerdict } from "../windows";
import { compared, type StageWindows, supplyOf } from "./stage-windows";
import { bookedUntil, type Watch } from "./watch";

export interface StageView {
  spec: RollOutSpec;
  watch: Watch;
  /** Why the climb is stopped, where it is: somebody paused it. */
  paused?: string | undefined;
  /** Why the loop may move nobody's traffic, where it may not: it is stopped, or only observes. */
  withheld?: string | undefined;
  windows: StageWindows;
  now: Instant;
}

export type StageDecision = {
  reason: string;
  values: Values;
  /** To be given to the next check. */
  watch: Watch;
} & (
  | { kind: "stay" }
  | { kind: "next" }
  /** Nothing to judge by. */
  | { kind: "hold" }
  /** Also where the loop may not act: a roll-out that began before keeps its machine, and that one knows no other word for it. */
  | { kind: "paused" }
  /** The loop may not act, for as long as a pause may be: traffic stays as it is, and a person brings it to an end. */
  | { kind: "left" }
  | { kind: "wait-for-labels" }
  /** Labels did not come in time: a person decides whether it is promoted without. */
  | { kind: "ask" }
  | { kind: "promote" }
  | { kind: "roll-back" }
);

/** Of which nobody but a person expects anything to change within five minutes. */
const PAUSED_CHECK_MINUTES = 15;

export function minutesUntilNextCheck(spec: Pick<RollOutSpec, "checkMinutes">, kind: StageDecision["kind"]): number {
  return kind === "paused" ? Math.max(PAUSED_CHECK_MINUTES, spec.checkMinutes) : spec.checkMinutes;
}

export function judgeStage({ spec, watch: before, paused, withheld, windows, now }: StageView): StageDecision {
  const watch = bookedUntil(now, before);
  const stage = spec.stages[watch.stage];
  if (stage === undefined) throw new RangeError(`stage ${watch.stage} is not among the ${spec.stages.length} of the roll-out`);
  const alone = stage.percent >= 100;
  const { errorRate, p95Milliseconds, accuracy } = stage.limits;
  const byLabels = { ...spec.breach, fewestEvidence: spec.fewestLabels };
  const traffic = [
    judgeWindows("error rate", compared(windows, "errorRate", alone, spec.breach), errorRate, spec.breach),
    judgeWindows("p95 milliseconds", compared(windows, "p95Milliseconds", alone, spec.breach), p95Milliseconds, spec.breach),
  ];
  const labels = judgeWindows("accuracy", compared(windows, "accuracy", alone, spec.breach), accuracy, byLabels);
  const values: Values = { stage: watch.stage, percent: stage.percent, minutes: windows.minutes, ...figuresOf([...traffic, labels]) };
  const decide = (kind: StageDecision["kind"], reason: string, doing: Watch["doing"] = "watching"): StageDecision => ({
    ...{ kind, values: { ...values, watchedMinutes: Math.round(watch.watchedMinutes) }, watch: { ...watch, doing } },
    reason: `${stage.percent} %: ${reason}`,
  });

  const broken = [...traffic, labels].filter(({ kind }) => kind === "breach");
  const harm = broken.map(({ reason }) => reason).join("; ");
  if (withheld !== undefined) {
    const told = harm === "" ? withheld : `${withheld}, and the release would be taken back: ${harm}`;
    if (watch.pausedMinutes < spec.pauseHours * 60) return decide("paused", told, harm === "" ? "stopped" : "withheld");
    const left = `nobody has gone on for ${hours(watch.pausedMinutes)}; traffic stays as it is: roll back, or roll out again`;
    return decide("left", `${told}; ${left}`, "stopped");
  }
  if (harm !== "") return decide("roll-back", harm);

  if (paused !== undefined) {
    if (watch.pausedMinutes < spec.pauseHours * 60) return decide("paused", paused, "paused");
    return decide("roll-back", `${paused}, and nobody has gone on with it for ${hours(watch.pausedMinutes)}`);
  }

  const over = watch.watchedMinutes >= stage.hours * 60;
  const seen = traffic.map(({ reason }) => reason).join("; ");
  if (traffic.some(({ kind }) => kind === "not-observed")) {
    const supply = supplyOf(windows, alone, spec.breach);
    const young = watch.watchedMinutes < (spec.breach.breaches + 1) * spec.checkMinutes;
    if (young || (supply !== "none" && !over)) return decide("stay", seen);
    const what = supply === "none" ? "nothing is measured of the candidate" : "too little is measured to judge by";
    if (watch.heldMinutes < spec.holdHours * 60) return decide("hold", `${what}; ${seen}`, "held");
    return decide("roll-back", `${what}, for ${hours(watch.heldMinutes)} in this stage; ${seen}`);
  }
  if (!over) return decide("stay", seen);
  if (watch.stage < spec.stages.length - 1) return decide("next", seen);
  if (labels.kind === "holds") return decide("promote", `${seen}; ${labels.reason}`);
  if (watch.waitedMinutes < spec.waitForLabelsHours * 60) return decide("wait-for-labels", labels.reason, "waiting-for-labels");
  return decide("ask", `${labels.reason}; waited ${hours(watch.waitedMinutes)} for labels`);
}

function figuresOf(verdicts: readonly WindowsVerdict[]): Values {
  return Object.fromEntries(
    verdicts.flatMap(({ values: { measure, candidate, champion, breaches } }) =>
      Object.entries({ "": candidate, " of the old": champion, " breaches": breaches }).flatMap(([name, value]) =>
        value === undefined ? [] : [[`${String(measure)}${name}`, value]],
      ),
    ),
  );
}

function hours(minutes: number): string {
  return `${figure(minutes / 60)} h`;
}
