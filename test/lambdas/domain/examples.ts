import fc from "fast-check";
import { SEVERITIES } from "../../../lambdas/domain/severity";
import type { RetrainingView, Running, TrafficView } from "../../../lambdas/domain/ledger-view";
import { pendingOf, RUN_OUTCOMES, type Pending, type RunOutcome } from "../../../lambdas/domain/pending";
import { RULE_NAMES } from "../../../lambdas/domain/rules";
import { SIGNAL_SOURCES, signalSchema, type Signal } from "../../../lambdas/domain/signals";
import { hoursAfter, instant, type Instant } from "../../../lambdas/domain/time";

/** A Monday morning. */
export const NOW: Instant = "2026-03-02T14:15:00.000Z";

export function inHours(hours: number): Instant {
  return hoursAfter(NOW, hours);
}

/** The one that starts a retraining unless something stands in its way. */
export function signal(change: Partial<Signal> = {}): Signal {
  return signalSchema.parse({
    schemaVersion: 1,
    model: "log-anomaly",
    rule: "data-drift",
    severity: "critical",
    source: "cloudwatch",
    firedAt: NOW,
    reason: "psi of the worst feature 0.34 is above 0.3 for 60 min: critical",
    subject: "cpu_utilization",
    value: 0.34,
    ...change,
  });
}

export function manualSignal(change: Partial<Signal> = {}): Signal {
  return signal({
    rule: "manual",
    severity: "info",
    source: "person",
    reason: "asked by Ada",
    askedBy: "arn:aws:sts::1:assumed-role/ml-lead/ada",
    ...change,
  });
}

export function pending(...signals: [Signal, ...Signal[]]): Pending {
  const [only, ...none] = signals.map((asked) => pendingOf(asked, NOW));
  if (only === undefined || none.length > 0) throw new Error("an example of one pending retraining needs one signal that asks for one");
  return only;
}

/** Nothing stands in the way. */
export function freeView(change: Partial<RetrainingView> = {}): RetrainingView {
  return { mode: "act", stopped: false, handled: false, fence: 6, automaticStarts: [], dataQuality: { kind: "sound" }, ...change };
}

export function trafficView(change: Partial<TrafficView> = {}): TrafficView {
  return { mode: "act", stopped: false, handled: false, fence: 6, ...change };
}

export function running(change: Partial<Running> = {}): Running {
  return {
    schemaVersion: 1,
    model: "log-anomaly",
    run: "log-anomaly-weekly-2026030202-0123abcd",
    fence: 6,
    startedAt: inHours(-1),
    leaseUntil: inHours(2),
    confirmed: true,
    demand: pending(signal({ rule: "weekly", severity: "info", firedAt: inHours(-1), reason: "weekly" })),
    ...change,
  };
}

const anInstant = fc.integer({ min: -200, max: 200 }).map((hours) => inHours(hours));

export const anySignal: fc.Arbitrary<Signal> = fc
  .record({
    rule: fc.constantFrom(...RULE_NAMES),
    severity: fc.constantFrom(...SEVERITIES),
    source: fc.constantFrom(...SIGNAL_SOURCES),
    // Often the same few instants: ties are where a merge shows whether it minds the order.
    firedAt: fc
      .oneof(fc.constantFrom(-8, -4, 0), fc.integer({ min: -400, max: 4 }))
      .map((quarters) => instant(Date.parse(NOW) + quarters * 900_000)),
    reason: fc.constantFrom("one", "another", "a third"),
    subject: fc.option(fc.constantFrom("cpu", "memory"), { nil: undefined }),
    askedBy: fc.constantFrom("arn:aws:sts::1:assumed-role/ml-lead/ada", "arn:aws:sts::1:assumed-role/qa-lead/bob"),
  })
  .map((fields) => signalSchema.parse({ schemaVersion: 1, model: "log-anomaly", ...fields }));

export const anyPending: fc.Arbitrary<Pending> = anySignal.map((asked) => pendingOf(asked, NOW)).filter((asked) => asked !== undefined);

const anyRunning: fc.Arbitrary<Running> = fc.record({ leaseUntil: anInstant, confirmed: fc.boolean(), demand: anyPending }).map(running);

export const anyView: fc.Arbitrary<RetrainingView> = fc.record({
  mode: fc.constantFrom("observe" as const, "act" as const),
  stopped: fc.boolean(),
  handled: fc.boolean(),
  fence: fc.nat(1_000),
  running: fc.option(anyRunning, { nil: undefined }),
  lastRun: fc.option(
    fc.record({
      startedAt: fc.constant(inHours(-300)),
      endedAt: fc.integer({ min: -250, max: 0 }).map(inHours),
      outcome: fc.constantFrom(...(Object.keys(RUN_OUTCOMES) as RunOutcome[])),
    }),
    { nil: undefined },
  ),
  automaticStarts: fc.array(fc.integer({ min: -200, max: 0 }).map(inHours), { maxLength: 5 }),
  pending: fc.option(anyPending, { nil: undefined }),
  dataQuality: fc.constantFrom({ kind: "sound" as const }, { kind: "unknown" as const }, { kind: "broken" as const, reason: "rows is 3" }),
});
