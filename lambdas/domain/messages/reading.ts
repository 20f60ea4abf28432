/** What a message turns out to say. Types, and the few helpers that all sources of messages share. */
import { z } from "zod";
import type { RuleName } from "../rules";
import { signalSchema, type Signal } from "../signals";
import { instant, type Instant } from "../time";

export type Reading =
  | { kind: "signal"; signal: Signal }
  /** Something changed that asks for nothing: it is written down. `over` says that what was bad has ended. */
  | { kind: "news"; model: string; rule: RuleName; at: Instant; over: boolean; reason: string }
  | { kind: "feedback"; model: string; batch: string; corrections: number }
  /** What is pending for the model is due, and to be examined again. */
  | { kind: "wake-up"; model: string };

/** One message may hold several alerts, some of them readable: those are acted on, and the message is kept for the others. */
export interface ReadMessage {
  readings: Reading[];
  /** Whole sentences; one is enough for the message to be kept with its raw body. */
  faults: string[];
  /** Of another loop, in whole sentences: no fault of anybody, and nothing of ours. */
  foreign?: string[];
}

export interface ReadingContext {
  environment: string;
  /** The models of this loop. */
  models: readonly string[];
  /** When the message was published, where its envelope says so; the same at each delivery. */
  sentAt?: Instant | undefined;
}

export function unreadable(...faults: string[]): ReadMessage {
  return { readings: [], faults };
}

export function together(parts: readonly ReadMessage[]): ReadMessage {
  const foreign = parts.flatMap((part) => part.foreign ?? []);
  return {
    readings: parts.flatMap(({ readings }) => readings),
    faults: parts.flatMap(({ faults }) => faults),
    ...(foreign.length > 0 && { foreign }),
  };
}

/** A name that nobody declared is a typing error or another loop's; acting on it would keep a ledger for a model that is not there. */
export function onlyIfKnown(reading: Reading, { models }: ReadingContext): ReadMessage {
  const model = reading.kind === "signal" ? reading.signal.model : reading.model;
  if (models.includes(model)) return { readings: [reading], faults: [] };
  return unreadable(
    `model is ${JSON.stringify(model)}; this loop looks after ${models.join(", ")}: declare the model, or correct the name`,
  );
}

export function knownSignal(parts: Omit<Signal, "schemaVersion">, context: ReadingContext): ReadMessage {
  const { success, data, error } = signalSchema.safeParse({ ...parts, schemaVersion: 1 });
  return success ? onlyIfKnown({ kind: "signal", signal: data }, context) : unreadable(...faultsOf(error));
}

/** A sender may write a page; a signal keeps what fits into its reason. */
export function briefly(text: string): string {
  return text.trim().slice(0, 1_000) || "no reason was given";
}

export function faultsOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${path.length === 0 ? "the message" : path.join(".")}: ${message}`);
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)? ?(Z|[+-]\d\d:?\d\d)/;

/** Times as others write them: `2026-03-02T14:15:00.123+0000` (CloudWatch), `2026-03-02 14:15:00.123456789 +0000 UTC` (Go's templates). */
export const foreignTimeSchema = z.string().transform((text, context): Instant => {
  const [, day, time, fraction = "0", zone = ""] = TIME.exec(text) ?? [];
  const offset = zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  // V8 makes a date of almost anything that has a number in it, so only what was recognised is handed to it.
  const milliseconds = day === undefined ? NaN : Date.parse(`${day}T${time}.${fraction.padEnd(3, "0")}${offset}`);
  if (!Number.isNaN(milliseconds)) return instant(milliseconds);
  context.addIssue(`${JSON.stringify(text)} is not a time; write it as 2026-03-02T14:15:00.000Z`);
  return z.NEVER;
});
