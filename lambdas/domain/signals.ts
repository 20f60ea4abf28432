/**
 * A signal: one alarm, schedule, push or click, in our own words. Every source is translated into it at the door, so that nothing behind the
 * door knows where a signal came from.
 */
import { z } from "zod";
import { strongestAsks, type Ask, type RetrainAsk } from "./asks";
import { modelNameSchema } from "./names";
import { EVENT_RULES, MEASURED_RULES, RULE_NAMES, type EventRule, type MeasuredRule, type RuleName } from "./rules";
import { compareSeverities, severitySchema } from "./severity";
import { instantSchema } from "./time";

export const SIGNAL_SOURCES = ["cloudwatch", "alertmanager", "schedule", "feedback", "ci", "person", "loop"] as const;

export const signalSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    model: modelNameSchema,
    rule: z.enum(RULE_NAMES),
    severity: severitySchema,
    source: z.enum(SIGNAL_SOURCES),
    /** When the alarm went off, not when the message arrived: redelivery must not make a second signal of it. */
    firedAt: instantSchema,
    /** One sentence for the audit line and the person who is told. */
    reason: z.string().min(1).max(1_000),
    /** The feature or metric that was worst, where there is one. */
    subject: z.string().min(1).max(200).optional(),
    value: z.number().optional(),
    /** Who asked: an IAM principal with its session name. */
    askedBy: z.string().min(1).max(500).optional(),
    /** A person's own choice of days of data. */
    windowDays: z.int().min(1).max(365).optional(),
  })
  .refine(({ rule, askedBy }) => rule !== "manual" || askedBy !== undefined, {
    path: ["askedBy"],
    error: "a manual signal must name who asked for it, because nobody approves their own run: set askedBy to the caller's ARN",
  });

export type Signal = z.infer<typeof signalSchema>;

const RULES: Readonly<Record<RuleName, MeasuredRule | EventRule>> = { ...MEASURED_RULES, ...EVENT_RULES };

/**
 * What a signal asks for. An alarm carries its rule and severity, because whoever sent it has already judged; a severity that the rule has no
 * line for gets the next milder line, so that a mislabelled alarm still does the part that is certain.
 */
export function asksOf(signal: Signal): Ask[] {
  return strongestAsks(asksOfRule(signal).map((ask) => (ask.kind === "retrain" ? chosenWindow(ask, signal) : ask)));
}

/** The part of it that needs the lock, if any. */
export function retrainingAskedBy(signal: Signal): RetrainAsk | undefined {
  return asksOf(signal).find((ask) => ask.kind === "retrain");
}

function asksOfRule({ rule, severity }: Signal): readonly Ask[] {
  const row = RULES[rule];
  if ("asks" in row) return row.asks;
  return row.tiers.find((tier) => compareSeverities(tier.severity, severity) <= 0)?.asks ?? [{ kind: "record" }];
}

function chosenWindow(ask: RetrainAsk, { windowDays }: Signal): RetrainAsk {
  return windowDays === undefined ? ask : { ...ask, windowDays };
}
