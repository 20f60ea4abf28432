import fc from "fast-check";
import { decideRetraining, reexamine } from "../../../lambdas/domain/decide-retraining";
import { retrainingDecisionSchema, type RetrainingDecision } from "../../../lambdas/domain/decisions";
import type { RetrainingView } from "../../../lambdas/domain/ledger-view";
import { dedupKey } from "../../../lambdas/domain/names";
import {
  mergePending,
  pendingAfterRun,
  pendingOf,
  RUN_OUTCOMES,
  summarise,
  type RunOutcome,
  wishDropped,
} from "../../../lambdas/domain/pending";
import { hoursAfter } from "../../../lambdas/domain/time";
import { anySignal, anyView, freeView, inHours, manualSignal, NOW, pending, running, signal } from "./examples";

const critical = signal();
const warning = signal({ severity: "warning", reason: "psi of the worst feature 0.22 is at or above 0.2: warning" });
const weekly = signal({
  rule: "weekly",
  severity: "info",
  source: "schedule",
  reason: "Sunday 02:00 UTC",
  subject: undefined,
  value: undefined,
});
const manual = manualSignal();

describe("a signal that asks for retraining", () => {
  it("A1 starts a run when nothing stands in its way", () => {
    expect(decideRetraining(critical, freeView(), NOW)).toEqual({
      kind: "start",
      schemaVersion: 1,
      model: "log-anomaly",
      run: expect.stringMatching(/^log-anomaly-data-drift-2026030214-[0-9a-f]{8}$/) as string,
      fence: 7,
      severity: "critical",
      windowDays: 14,
      automatic: true,
      resumed: false,
      demand: pending(critical),
      reason: "psi of the worst feature 0.34 is above 0.3 for 60 min: critical",
      values: { signal: dedupKey(critical), rule: "data-drift", severity: "critical", dueAt: NOW, windowDays: 14, reasons: 1, fence: 7 },
    });
  });

  it("A1 A2 is scheduled within 48 hours, or 24 for accuracy, when it only warns", () => {
    expect(decideRetraining(warning, freeView(), NOW)).toMatchObject({
      kind: "schedule",
      at: inHours(48),
      demand: pending(warning),
      reason: `psi of the worst feature 0.22 is at or above 0.2: warning; due at ${inHours(48)}`,
    });
    expect(decideRetraining(signal({ rule: "accuracy-drop", severity: "warning" }), freeView(), NOW)).toMatchObject({ at: inHours(24) });
  });

  // Else the scheduled run would follow the critical one a day later, on the same data.
  it("A1 takes what was scheduled along when it becomes critical", () => {
    const before = pending(signal({ severity: "warning", firedAt: inHours(-6) }));
    const decision = decideRetraining(critical, freeView({ pending: before }), NOW);
    expect(decision).toMatchObject({ kind: "start", severity: "critical", demand: mergePending(before, pending(critical)) });
  });

  it("A5 A6 asks for none when its rule asks for none", () => {
    expect(decideRetraining(signal({ rule: "error-rate" }), freeView(), NOW)).toMatchObject({
      kind: "ignore",
      because: "asks-no-retraining",
      reason: "error-rate at critical asks for no retraining",
    });
  });

  it("R6 is kept while another run has the lock, up to the lease's last instant", () => {
    const busy = freeView({ running: running({ leaseUntil: NOW }) });
    expect(decideRetraining(critical, busy, NOW)).toMatchObject({
      kind: "pend",
      blockedBy: "running",
      at: NOW,
      page: false,
      demand: pending(critical),
      reason: "log-anomaly-weekly-2026030202-0123abcd is running",
    });
  });

  // A run whose function died never tells how it ended. What it was to answer must not die with it.
  it("R6 takes over a lock whose lease has ended, with everything that run was to answer", () => {
    const lost = running({ leaseUntil: inHours(-0.25) });
    expect(decideRetraining(critical, freeView({ running: lost }), NOW)).toMatchObject({
      kind: "start",
      fence: 7,
      takesOver: lost.run,
      demand: mergePending(lost.demand, pending(critical)),
    });
    expect(reexamine("log-anomaly", freeView({ running: lost }), NOW)).toMatchObject({
      kind: "start",
      takesOver: lost.run,
      demand: lost.demand,
    });
  });

  // Models of one line share its server and so its lock, but not their reasons: training one answers nothing that the other was asked.
  it("R6 waits for another model's run, takes over its lock but not its demand, and never starts it", () => {
    const demand = pending(signal({ model: "trace-anomaly" }));
    const theirs = running({ model: "trace-anomaly", demand, confirmed: false });
    expect(decideRetraining(critical, freeView({ running: theirs }), NOW)).toMatchObject({ kind: "pend", blockedBy: "running" });
    expect(reexamine("log-anomaly", freeView({ running: theirs }), NOW)).toMatchObject({ kind: "ignore", because: "nothing-pending" });
    const lost = freeView({ running: { ...theirs, leaseUntil: inHours(-0.25) } });
    expect(decideRetraining(critical, lost, NOW)).toMatchObject({ kind: "start", takesOver: theirs.run, demand: pending(critical) });
    expect(reexamine("log-anomaly", lost, NOW)).toMatchObject({ kind: "ignore", because: "nothing-pending" });
  });

  it("R6 is kept during the cool-down and above the weekly limit; only the latter wakes a person", () => {
    const lastRun = { startedAt: inHours(-26), endedAt: inHours(-23), outcome: "promoted" as const };
    expect(decideRetraining(critical, freeView({ lastRun }), NOW)).toMatchObject({
      kind: "pend",
      blockedBy: "cool-down",
      at: inHours(1),
      page: false,
    });
    const automaticStarts = [inHours(-30), inHours(-60), inHours(-90)];
    expect(decideRetraining(critical, freeView({ automaticStarts }), NOW)).toMatchObject({
      kind: "pend",
      blockedBy: "weekly-limit",
      at: inHours(78),
      page: true,
    });
  });

  // Most large drift figures are broken pipelines; a model trained on what they deliver is the worse one.
  it("A3 is kept while the data are broken", () => {
    const decision = decideRetraining(
      critical,
      freeView({ dataQuality: { kind: "broken", reason: "rows is 3; at least 500 are expected" } }),
      NOW,
    );
    expect(decision).toMatchObject({
      kind: "pend",
      blockedBy: "data-quality",
      reason: "the data are broken, which is no drift: rows is 3; at least 500 are expected",
    });
    expect(decision).not.toHaveProperty("at");
  });

  it("is kept behind the stop switch, whatever else stands in its way", () => {
    expect(decideRetraining(critical, freeView({ stopped: true, running: running() }), NOW)).toMatchObject({
      kind: "pend",
      blockedBy: "stop-switch",
    });
  });

  // Saturday's drift run has done what Sunday's schedule asks; running again would train on the same week twice.
  it("R1 of the week is answered by a run that has just finished, and only of the week", () => {
    const lastRun = { startedAt: inHours(-8), endedAt: inHours(-6), outcome: "rejected" as const };
    expect(decideRetraining(weekly, freeView({ lastRun }), NOW)).toMatchObject({
      kind: "ignore",
      because: "already-answered",
      values: { answered: dedupKey(weekly), endedAt: inHours(-6) },
      reason: `the run that ended at ${inHours(-6)} has just done what is asked`,
    });
    expect(decideRetraining(weekly, freeView({ lastRun: { ...lastRun, outcome: "failed" } }), NOW)).toMatchObject({ kind: "pend" });
    expect(decideRetraining(weekly, freeView({ lastRun: { ...lastRun, endedAt: inHours(-24) } }), NOW)).toMatchObject({ kind: "start" });
    expect(decideRetraining(critical, freeView({ lastRun, pending: pending(weekly) }), NOW)).toMatchObject({ demand: pending(critical) });
  });
});

describe("a person's request", () => {
  it("R1 passes the stop switch, the cool-down, the weekly limit and broken data, and is not counted as automatic", () => {
    const view = freeView({
      stopped: true,
      dataQuality: { kind: "broken", reason: "rows is 3" },
      lastRun: { startedAt: inHours(-3), endedAt: inHours(-1), outcome: "rejected" },
      automaticStarts: [inHours(-3), inHours(-30), inHours(-60)],
    });
    expect(decideRetraining(manual, view, NOW)).toMatchObject({ kind: "start", automatic: false });
  });

  // 51 runs in 8 hours: each failed, gave the person's wish back, and the wish passed every limit again, the stop switch included.
  it("R1 passes the limits once, when it is spoken: what is left of it waits like everything else", () => {
    const left = freeView({ pending: pending(manual) });
    expect(reexamine("log-anomaly", { ...left, stopped: true }, NOW)).toMatchObject({ kind: "pend", blockedBy: "stop-switch" });
    expect(decideRetraining(critical, { ...left, stopped: true }, NOW)).toMatchObject({ kind: "pend", blockedBy: "stop-switch" });
    const automaticStarts = [inHours(-30), inHours(-60), inHours(-90)];
    expect(reexamine("log-anomaly", { ...left, automaticStarts }, NOW)).toMatchObject({ kind: "pend", blockedBy: "weekly-limit" });
    expect(reexamine("log-anomaly", left, NOW)).toMatchObject({ kind: "start", automatic: true });
  });

  it("R6 does not pass a run", () => {
    expect(decideRetraining(manual, freeView({ running: running() }), NOW)).toMatchObject({ kind: "pend", blockedBy: "running" });
  });

  it("is refused in mode observe, with the cure", () => {
    expect(decideRetraining(manual, freeView({ mode: "observe" }), NOW)).toEqual({
      kind: "refuse",
      schemaVersion: 1,
      model: "log-anomaly",
      reason: "log-anomaly is in mode observe, in which the loop touches nothing: set its mode to act, then ask again",
      values: { signal: dedupKey(manual), rule: "manual", severity: "info" },
    });
  });
});

describe("mode observe", () => {
  // A new loop must earn trust before it spends money: its first weeks are read, not run.
  it("only says what it would do", () => {
    const decision = decideRetraining(critical, freeView({ mode: "observe" }), NOW);
    expect(decision).toMatchObject({
      kind: "observe-only",
      would: "start",
      reason: "mode observe, nothing is done; in mode act: start, psi of the worst feature 0.34 is above 0.3 for 60 min: critical",
    });
    expect(decision.values).toMatchObject({ severity: "critical", fence: 7 });
  });
});

describe("a signal that comes again", () => {
  it("R6 is ignored once it was dealt with", () => {
    expect(decideRetraining(critical, freeView({ handled: true }), NOW)).toMatchObject({
      kind: "ignore",
      because: "duplicate",
      reason: `signal ${dedupKey(critical)} was dealt with before`,
    });
  });

  // The function died between taking the lock and starting the workflow: nobody else would start it, and the lock would stand for hours.
  it("R6 starts the run again, under the same name and fence, when its lock is there and its workflow is not known", () => {
    const half = running({ confirmed: false, demand: pending(critical) });
    const view = freeView({ handled: true, running: half });
    const again = { kind: "start", run: half.run, fence: half.fence, demand: half.demand, resumed: true };
    expect(decideRetraining(critical, view, NOW)).toMatchObject(again);
    expect(reexamine("log-anomaly", view, NOW)).toMatchObject(again);
    expect(decideRetraining(weekly, view, NOW)).toMatchObject({ kind: "ignore", because: "duplicate" });
    expect(decideRetraining(critical, { ...view, stopped: true }, NOW)).toMatchObject({ kind: "ignore", because: "duplicate" });
  });
});

describe("examining again what is pending", () => {
  it("R6 starts it when it is due and free, and finds nothing where nothing is", () => {
    const view = freeView({ pending: pending(signal({ severity: "warning", firedAt: inHours(-48) })) });
    expect(reexamine("log-anomaly", view, NOW)).toMatchObject({ kind: "start", severity: "warning" });
    expect(reexamine("log-anomaly", view, inHours(-1))).toMatchObject({ kind: "schedule", at: NOW });
    expect(reexamine("log-anomaly", freeView(), NOW)).toMatchObject({ kind: "ignore", because: "nothing-pending" });
  });
});

describe("every decision", () => {
  const anyCase = fc.tuple(anySignal, anyView);

  it("is there for every signal and every view, with a reason, and passes its own schema", () => {
    fc.assert(
      fc.property(anyCase, ([asked, view]) => {
        for (const decision of [decideRetraining(asked, view, NOW), reexamine(asked.model, view, NOW)]) {
          expect(decision.reason).not.toBe("");
          expect(retrainingDecisionSchema.parse(JSON.parse(JSON.stringify(decision)))).toEqual(decision);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("is the same for the same question", () => {
    fc.assert(
      fc.property(anyCase, ([asked, view]) => expect(decideRetraining(asked, view, NOW)).toEqual(decideRetraining(asked, view, NOW))),
    );
  });

  it("R6 keeps the signal unless it says, for one of four reasons, why not", () => {
    fc.assert(
      fc.property(anyCase, ([asked, view]) => {
        const decision = decideRetraining(asked, view, NOW);
        if ("demand" in decision) {
          const kept = decision.kind === "start" && decision.resumed ? decision.demand : mergePending(view.pending, pendingOf(asked, NOW));
          const signals = new Set(summarise(decision.demand).signals);
          const answered = String(decision.values.answered ?? "").split(" ");
          for (const key of kept === undefined ? [] : summarise(kept).signals) expect([...signals, ...answered]).toContain(key);
        } else if (decision.kind === "ignore") {
          expect(["duplicate", "asks-no-retraining", "already-answered"]).toContain(decision.because);
        } else {
          expect(view.mode).toBe("observe");
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("R6 never starts a second run beside one whose lease is in force", () => {
    fc.assert(
      fc.property(anyCase, ([asked, view]) => {
        const decision = decideRetraining(asked, view, NOW);
        const held = view.running !== undefined && view.running.leaseUntil >= NOW;
        if (decision.kind !== "start") return;
        expect(decision.resumed).toBe(held);
        expect(decision.fence > view.fence || decision.run === view.running?.run).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("starts nothing by itself while the stop switch is on, nor in mode observe", () => {
    fc.assert(
      fc.property(anyCase, ([asked, view]) => {
        for (const decision of [decideRetraining(asked, view, NOW), reexamine(asked.model, view, NOW)]) {
          if (view.mode === "observe") expect(["observe-only", "ignore", "refuse"]).toContain(decision.kind);
          if (view.stopped && decision.kind === "start") expect(decision.automatic).toBe(false);
        }
        const again = reexamine(asked.model, view, NOW);
        if (again.kind === "start")
          expect({ automatic: again.automatic, stopped: view.stopped }).toEqual({ automatic: true, stopped: false });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("a storm played through", () => {
  type Event = { hours: number } & ({ asked: ReturnType<typeof signal> } | { ends: RunOutcome });
  const anyEvent: fc.Arbitrary<Event> = fc.oneof(
    fc.record({ hours: fc.double({ min: 0, max: 12, noNaN: true }), asked: anySignal }),
    fc.record({
      hours: fc.double({ min: 0, max: 12, noNaN: true }),
      ends: fc.constantFrom(...(Object.keys(RUN_OUTCOMES) as RunOutcome[])),
    }),
  );

  /** The smallest ledger there is: writes what was decided, at once and without fail. */
  function write(view: RetrainingView, decision: RetrainingDecision, now: string): RetrainingView {
    if (decision.kind === "schedule" || decision.kind === "pend") return { ...view, pending: decision.demand };
    if (decision.kind === "ignore" && decision.because === "already-answered") return { ...view, pending: undefined };
    if (decision.kind !== "start") return view;
    const lock = running({
      run: decision.run,
      fence: decision.fence,
      startedAt: now,
      leaseUntil: hoursAfter(now, 1_000),
      demand: decision.demand,
    });
    const automaticStarts = decision.automatic ? [...view.automaticStarts, now] : view.automaticStarts;
    return { ...view, fence: decision.fence, running: lock, pending: undefined, automaticStarts };
  }

  // The promise of the loop in one test: however alarms and ends of runs mix, each trigger is running, pending, or was answered.
  it("R6 starts one run at a time under names of their own, and loses no trigger", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let view = freeView();
        let now = NOW;
        const runs: string[] = [];
        const asked = new Set<string>();
        const answered = new Set<string>();
        const step = (decision: RetrainingDecision): void => {
          if (decision.kind === "start") {
            expect(view.running).toBeUndefined();
            runs.push(decision.run);
          }
          String(decision.values.answered ?? "")
            .split(" ")
            .forEach((key) => answered.add(key));
          view = write(view, decision, now);
        };
        for (const event of events) {
          now = hoursAfter(now, event.hours);
          if ("asked" in event) {
            const one = { ...event.asked, firedAt: now };
            const decision = decideRetraining(one, view, now);
            if (pendingOf(one, now) !== undefined) asked.add(dedupKey(one));
            step(decision);
          } else if (view.running !== undefined) {
            const { demand, startedAt } = view.running;
            if (RUN_OUTCOMES[event.ends].answers) summarise(demand).signals.forEach((key) => answered.add(key));
            wishDropped(demand, event.ends)?.signals.forEach((key) => answered.add(key));
            const lastRun = { startedAt, endedAt: now, outcome: event.ends };
            view = { ...view, running: undefined, lastRun, pending: pendingAfterRun(demand, event.ends, view.pending) };
            step(reexamine("log-anomaly", view, now));
          }
          const known = [view.pending, view.running?.demand].flatMap((kept) => (kept === undefined ? [] : summarise(kept).signals));
          for (const key of asked) expect(answered.has(key) || known.includes(key)).toBe(true);
        }
        expect(new Set(runs).size).toBe(runs.length);
      }),
      { numRuns: 300 },
    );
  });
});
