import { z } from "zod";

/** The figures a decision was made with, by name: what the audit line keeps, so that the decision can be made again by hand. */
export const valuesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export type Values = z.infer<typeof valuesSchema>;

/** Four significant digits: enough to judge by, few enough to read aloud. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}
