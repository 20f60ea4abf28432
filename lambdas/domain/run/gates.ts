/** R3: what a candidate must pass before anybody is asked about it. The gates are data; how one is judged is here. */
import { z } from "zod";

/** Measured on the holdout, by the evaluation's own names. */
export const GATE_MEASURES = ["f1", "precision", "recall", "accuracy", "auc", "p95Milliseconds", "lossGap", "groupGap"] as const;
export type GateMeasure = (typeof GATE_MEASURES)[number];

export const gateSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("at-least"), measure: z.enum(GATE_MEASURES), bound: z.number() }),
  z.strictObject({ kind: z.literal("above"), measure: z.enum(GATE_MEASURES), bound: z.number() }),
  z.strictObject({ kind: z.literal("at-most"), measure: z.enum(GATE_MEASURES), bound: z.number() }),
  z.strictObject({ kind: z.literal("below"), measure: z.enum(GATE_MEASURES), bound: z.number() }),
  /** Than what serves today, on the same holdout: "2 % better" is 0.02 points, or 2 percent of the old value; they are two different tests. */
  z.strictObject({
    kind: z.literal("better"),
    measure: z.enum(GATE_MEASURES),
    by: z.number().min(0),
    meant: z.enum(["points", "relative"]).default("points"),
  }),
]);

export type Gate = z.output<typeof gateSchema>;
