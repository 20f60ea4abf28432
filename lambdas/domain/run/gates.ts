/** R3: what a candidate must pass before anybody is asked about it. The gates are data; how one is judged is here. */
import { z } from "zod";
import { figure } from "../values";
import type { Evaluation, GateOutcome, Scores } from "./steps";

/** Measured on the holdout, by the evaluation's own names. */
export const GATE_MEASURES = ["f1", "precision", "recall", "accuracy", "auc", "p95Milliseconds", "lossGap", "groupGap"] as const;
export type GateMeasure = (typeof GATE_MEASURES)[number];

/** A gate whose measure is missing fails, unless it says that it may be. */
const optional = z.boolean().optional();

export const gateSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("at-least"), measure: z.enum(GATE_MEASURES), bound: z.number(), optional }),
  z.strictObject({ kind: z.literal("above"), measure: z.enum(GATE_MEASURES), bound: z.number(), optional }),
  z.strictObject({ kind: z.literal("at-most"), measure: z.enum(GATE_MEASURES), bound: z.number(), optional }),
  z.strictObject({ kind: z.literal("below"), measure: z.enum(GATE_MEASURES), bound: z.number(), optional }),
  /** Than what serves today, on the same holdout: "2 % better" is 0.02 points, or 2 percent of the old value; they are two different tests. */
  z.strictObject({
    kind: z.literal("better"),
    measure: z.enum(GATE_MEASURES),
    by: z.number().min(0),
    meant: z.enum(["points", "relative"]).default("points"),
    optional,
  }),
]);

export type Gate = z.output<typeof gateSchema>;

/**
 * R3's own list. P's figures are strict ("above"), W's are not ("at least", "at most"). What "2 % better" means is said here, because the two
 * readings are two tests: to see 0.02 points at 0.90 takes 3,213 labels an arm, to see 2 percent of it 4,007.
 */
export const DEFAULT_GATES: readonly Gate[] = [
  { kind: "above", measure: "f1", bound: 0.85 },
  { kind: "above", measure: "precision", bound: 0.9 },
  { kind: "at-least", measure: "accuracy", bound: 0.9 },
  { kind: "at-most", measure: "p95Milliseconds", bound: 100 },
  { kind: "better", measure: "f1", by: 0.02, meant: "points" },
];

/** Less of these is better. */
const COSTS: readonly GateMeasure[] = ["p95Milliseconds", "lossGap", "groupGap"];

const COMPARISONS = {
  "at-least": { sign: "≥", holds: (value: number, limit: number) => value >= limit },
  above: { sign: ">", holds: (value: number, limit: number) => value > limit },
  "at-most": { sign: "≤", holds: (value: number, limit: number) => value <= limit },
  below: { sign: "<", holds: (value: number, limit: number) => value < limit },
} as const;

/** Every gate for every model of the release: one that fails is enough to refuse them all. */
export function judgeGates(gates: readonly Gate[], models: readonly string[], evaluation: Evaluation, firstDay: boolean): GateOutcome[] {
  return models.flatMap((model) => gates.map((gate) => judgeGate(gate, model, evaluation, firstDay)));
}

/** What was not measured, and had to be, fails like what was too low: a job that lost a metric must not open a gate. */
export function gatesFailed(outcomes: readonly GateOutcome[]): GateOutcome[] {
  return outcomes.filter(({ outcome }) => outcome === "failed" || outcome === "not-measured");
}

function judgeGate(gate: Gate, model: string, evaluation: Evaluation, firstDay: boolean): GateOutcome {
  const { verifiedLabels } = evaluation.holdout;
  const about = { model, gate: gateText(gate), verifiedLabels };
  if (gate.kind === "better" && firstDay)
    return { ...about, outcome: "not-applicable", reason: "nothing serves yet that it could be better than" };
  const value = evaluation.candidates[model]?.[gate.measure];
  const limit = limitOf(gate, model, evaluation);
  if (value === undefined || limit === undefined) return unmeasured(gate, about, value === undefined ? model : "what serves today");
  const { sign, holds } = COMPARISONS[comparisonOf(gate)];
  const passed = holds(rounded(value), rounded(limit));
  const [figures, bound] = [`${gate.measure} of ${model} is ${figure(value)}`, `${sign} ${figure(limit)} is asked`];
  return { ...about, value, limit, outcome: passed ? "passed" : "failed", reason: `${figures}; ${bound}` };
}

function unmeasured(
  { measure, optional }: Gate,
  about: Pick<GateOutcome, "model" | "gate" | "verifiedLabels">,
  whose: string,
): GateOutcome {
  const reason = `the evaluation has no ${measure} of ${whose}`;
  return optional === true
    ? { ...about, outcome: "not-applicable", reason: `${reason}, and the gate may do without` }
    : { ...about, outcome: "not-measured", reason: `${reason}; what is not measured is not passed` };
}

function comparisonOf(gate: Gate): keyof typeof COMPARISONS {
  if (gate.kind !== "better") return gate.kind;
  return COSTS.includes(gate.measure) ? "at-most" : "at-least";
}

function limitOf(gate: Gate, model: string, { champion }: Evaluation): number | undefined {
  if (gate.kind !== "better") return gate.bound;
  const old = servedToday(gate.measure, model, champion);
  if (old === undefined) return undefined;
  const better = gate.meant === "points" ? gate.by : old * gate.by;
  return COSTS.includes(gate.measure) ? old - better : old + better;
}

/** The model of the same name; of a new one, the best that serves. */
function servedToday(measure: GateMeasure, model: string, champion: Readonly<Record<string, Scores>> | undefined): number | undefined {
  const same = champion?.[model];
  if (same !== undefined) return same[measure];
  const values = Object.values(champion ?? {}).flatMap((scores) => scores[measure] ?? []);
  if (values.length === 0) return undefined;
  return COSTS.includes(measure) ? Math.min(...values) : Math.max(...values);
}

/** As people read it in a report: `f1 > 0.85`. */
export function gateText(gate: Gate): string {
  if (gate.kind !== "better") return `${gate.measure} ${COMPARISONS[gate.kind].sign} ${gate.bound}`;
  const by = gate.meant === "points" ? `${gate.by} points` : `${figure(gate.by * 100)} %`;
  return `${gate.measure} better by ${by}`;
}

/** 0.83 + 0.02 is 0.8500000000000001 in binary: a candidate of exactly two points more would fail. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
