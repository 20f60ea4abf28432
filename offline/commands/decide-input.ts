/** What a person hands to `modelloop decide`: a signal or a raw message, and perhaps what the ledger is to know. Pure. */
import { z } from "zod";
import { type RetrainingView, type Running, type TrafficView, MODES } from "../../lambdas/domain/ledger-view";
import { judge } from "../../lambdas/domain/judge";
import { faultsOf, foreignTimeSchema, type Reading, type ReadMessage, unreadable } from "../../lambdas/domain/messages/reading";
import { parseTemplatedJson } from "../../lambdas/domain/messages/templated-json";
import { readMessage } from "../../lambdas/domain/messages/read-message";
import { pendingOf, type RunOutcome, RUN_OUTCOMES } from "../../lambdas/domain/pending";
import { EVENT_RULES, MEASURED_RULES, type MeasuredRuleName, RULE_NAMES } from "../../lambdas/domain/rules";
import { type Signal, SIGNAL_SOURCES, signalSchema } from "../../lambdas/domain/signals";
import { severitySchema } from "../../lambdas/domain/severity";
import { hoursAfter, type Instant } from "../../lambdas/domain/time";
import { modelsNamedIn } from "./decide-models";

/** States of the ledger that people speak of, by one word each. */
export const LEDGER_WORDS = ["idle", "locked", "cool-down", "stopped", "observe", "broken-data"] as const;

const ledgerSchema = z.strictObject({
  mode: z.enum(MODES).default("act"),
  stopped: z.boolean().default(false),
  handled: z.boolean().default(false),
  fence: z.int().min(0).default(0),
  brokenData: z.string().min(1).optional(),
  running: z.strictObject({ run: z.string().min(1), leaseUntil: foreignTimeSchema.optional() }).optional(),
  lastRun: z
    .strictObject({
      endedAt: foreignTimeSchema,
      outcome: z.enum(Object.keys(RUN_OUTCOMES) as [RunOutcome, ...RunOutcome[]]).default("promoted"),
    })
    .optional(),
  automaticStarts: z.array(foreignTimeSchema).default([]),
  rollOut: z.strictObject({ run: z.string(), candidate: z.string(), champion: z.string(), paused: z.boolean().default(false) }).optional(),
  promotion: z
    .strictObject({
      version: z.string(),
      previousVersion: z.string(),
      promotedAt: foreignTimeSchema,
      oldSlotKeptUntil: foreignTimeSchema,
      rolledBack: z.boolean().default(false),
    })
    .optional(),
});

export type LedgerState = z.output<typeof ledgerSchema>;

const IDLE = ledgerSchema.parse({});

const caseSchema = z.strictObject({
  signal: z.looseObject({}).optional(),
  message: z.union([z.string(), z.looseObject({})]).optional(),
  ledger: z.union([z.enum(LEDGER_WORDS), ledgerSchema]).optional(),
  now: foreignTimeSchema.optional(),
  environment: z.string().min(1).optional(),
  models: z.array(z.string()).min(1).optional(),
});

/** What a person may leave out of a signal is filled in. */
const givenSignalSchema = z.looseObject({
  rule: z.enum(RULE_NAMES, { error: ({ input }) => `is ${JSON.stringify(input)}; the loop's rules are ${RULE_NAMES.join(", ")}` }),
  severity: severitySchema.optional(),
  source: z.enum(SIGNAL_SOURCES).default("person"),
  value: z.number().optional(),
  /** How long the value has been so; without it, for as long as the rule asks. */
  minutes: z.number().min(0).optional(),
  /** How many rows, labels or requests lie behind it; without it, enough. */
  evidence: z.number().min(0).optional(),
});

export interface DecideCase {
  readonly kind: "signal" | "message";
  readonly read: ReadMessage;
  readonly ledger: LedgerState;
  readonly ledgerGiven: boolean;
  readonly now: Instant;
  /** Where the time comes from, in words. */
  readonly nowIs: string;
}

export interface Given {
  readonly text: string;
  readonly clock: Instant;
  readonly environment?: string;
  readonly models?: readonly string[];
  readonly ledgerWord?: (typeof LEDGER_WORDS)[number];
}

export function readCase({ text, clock, ...options }: Given): DecideCase {
  const content = parseTemplatedJson(text);
  const wrapped = isRecord(content) && ("signal" in content || "message" in content) ? caseSchema.safeParse(content) : undefined;
  if (wrapped?.success === false) return refused(clock, faultsOf(wrapped.error));
  const given = wrapped?.data ?? {};
  const environment = given.environment ?? options.environment ?? "dev";
  const signal = given.signal ?? (isRecord(content) && wrapped === undefined && isSignal(content) ? content : undefined);
  const body = typeof given.message === "string" ? given.message : given.message === undefined ? text : JSON.stringify(given.message);
  const models = given.models ?? options.models ?? modelsNamedIn(body, environment);
  const read = signal === undefined ? readMessage(body, { environment, models }) : signalOf(signal, given.now ?? clock);
  const { now, nowIs } = timeOf(given.now, read.readings, clock);
  const word = typeof given.ledger === "string" ? given.ledger : options.ledgerWord;
  const ledger = typeof given.ledger === "object" ? given.ledger : stateOf(word, now);
  const ledgerGiven = given.ledger !== undefined || options.ledgerWord !== undefined;
  return { kind: signal === undefined ? "message" : "signal", read, ledger, ledgerGiven, now, nowIs };
}

function refused(clock: Instant, faults: string[]): DecideCase {
  return { kind: "signal", read: unreadable(...faults), ledger: IDLE, ledgerGiven: false, now: clock, nowIs: "the clock" };
}

/** A rule is what messages of others do not have at their top. */
function isSignal(content: Record<string, unknown>): boolean {
  return "rule" in content && !("kind" in content);
}

function signalOf(given: object, now: Instant): ReadMessage {
  const { success, data, error } = givenSignalSchema.safeParse(given);
  if (!success) return unreadable(...faultsOf(error));
  const { minutes: _minutes, evidence: _evidence, ...rest } = data;
  const judged = judgedSeverity(data, now);
  if ("fault" in judged) return unreadable(judged.fault);
  const filled = { schemaVersion: 1, firedAt: now, reason: judged.reason, ...rest, severity: judged.severity };
  const signal = signalSchema.safeParse(filled);
  return signal.success ? { readings: [{ kind: "signal", signal: signal.data }], faults: [] } : unreadable(...faultsOf(signal.error));
}

type Judged = { severity: Signal["severity"]; reason: string } | { fault: string };

/** As the alarms do it: by the loop's table of rules. */
function judgedSeverity({ rule, severity, value, minutes, evidence }: z.output<typeof givenSignalSchema>, now: Instant): Judged {
  const shown = value === undefined ? rule : `${rule} at ${value}`;
  if (severity !== undefined) return { severity, reason: shown };
  if (rule in EVENT_RULES) return { severity: EVENT_RULES[rule as keyof typeof EVENT_RULES].severity, reason: shown };
  const measured = MEASURED_RULES[rule as MeasuredRuleName];
  if (value === undefined) return { fault: `severity is missing; ${rule} is judged by its value: give one of the two` };
  const longest = Math.max(...measured.tiers.map(({ forMinutes }) => forMinutes), 1);
  const window = { endedAt: now, minutes: minutes ?? longest, value, evidence: evidence ?? measured.fewest };
  const verdict = judge(rule as MeasuredRuleName, [window]);
  if (verdict.kind === "not-observed") return { fault: `evidence is ${evidence ?? 0}; ${verdict.reason}: there is no signal` };
  return { severity: verdict.severity, reason: verdict.reason };
}

function timeOf(given: Instant | undefined, readings: readonly Reading[], clock: Instant): { now: Instant; nowIs: string } {
  if (given !== undefined) return { now: given, nowIs: "as the file says" };
  const [first] = readings;
  if (first?.kind === "signal" && first.signal.firedAt !== clock) return { now: first.signal.firedAt, nowIs: "when the alarm went off" };
  return first?.kind === "news" ? { now: first.at, nowIs: "when it happened" } : { now: clock, nowIs: "the clock" };
}

function stateOf(word: (typeof LEDGER_WORDS)[number] | undefined, now: Instant): LedgerState {
  switch (word) {
    case undefined:
    case "idle":
      return IDLE;
    case "locked":
      return { ...IDLE, fence: 1, running: { run: "the-run-before", leaseUntil: hoursAfter(now, 4) } };
    case "cool-down":
      return { ...IDLE, fence: 1, lastRun: { endedAt: hoursAfter(now, -1), outcome: "promoted" } };
    case "stopped":
      return { ...IDLE, stopped: true };
    case "observe":
      return { ...IDLE, mode: "observe" };
    case "broken-data":
      return { ...IDLE, brokenData: "a required column is missing" };
  }
}

export function retrainingViewOf(state: LedgerState, model: string, signal: Signal | undefined, now: Instant): RetrainingView {
  const { mode, stopped, handled, fence, brokenData, lastRun, automaticStarts } = state;
  const running = runningOf(state, model, signal, now);
  return {
    ...{ mode, stopped, handled, fence, automaticStarts },
    dataQuality: brokenData === undefined ? { kind: "sound" } : { kind: "broken", reason: brokenData },
    ...(running && { running }),
    ...(lastRun && { lastRun: { startedAt: hoursAfter(lastRun.endedAt, -1), ...lastRun } }),
  };
}

/** What the run answers does not matter while its lease lasts; once it has ended, it is taken to be what is asked now. */
function runningOf({ running, fence }: LedgerState, model: string, signal: Signal | undefined, now: Instant): Running | undefined {
  const weekly: Signal = {
    ...{
      schemaVersion: 1,
      model,
      rule: "weekly",
      severity: "info",
      source: "schedule",
      firedAt: now,
      reason: "the weekly retraining is due",
    },
  };
  const demand = (signal && pendingOf(signal, now)) ?? pendingOf(weekly, now);
  if (running === undefined || demand === undefined) return undefined;
  const { run, leaseUntil = hoursAfter(now, 4) } = running;
  return {
    schemaVersion: 1,
    model,
    run,
    fence: Math.max(1, fence),
    startedAt: hoursAfter(leaseUntil, -6),
    leaseUntil,
    confirmed: true,
    demand,
  };
}

export function trafficViewOf({ mode, stopped, handled, fence, rollOut, promotion }: LedgerState): TrafficView {
  return { mode, stopped, handled, fence, ...(rollOut && { rollOut }), ...(promotion && { promotion }) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
