import fc from "fast-check";
import { decideRetraining, reexamine } from "../../../lambdas/domain/decide-retraining";
import {
  abandonedRun,
  afterDecision,
  afterGivingBack,
  afterRunEnd,
  lostLock,
  retrainingView,
  trafficView,
  withLease,
  withReleaseFence,
  type Known,
} from "../../../lambdas/domain/ledger-changes";
import { lineRecordSchema, modelRecordSchema, newModel, NEW_LINE } from "../../../lambdas/domain/ledger-records";
import { summarise, type Pending } from "../../../lambdas/domain/pending";
import { leaseEnded, type RetrainingView } from "../../../lambdas/domain/ledger-view";
import { anySignal, anyView, freeView, inHours, NOW, pending, running, signal } from "./examples";

function known(view: RetrainingView): Known {
  const { mode, stopped, handled, fence, running: run, lastRun, automaticStarts, pending: kept, dataQuality } = view;
  return {
    stopped,
    handled,
    line: { schemaVersion: 1, fence, ...(run && { running: run }) },
    model: {
      ...{ ...newModel("log-anomaly"), mode, dataQuality, automaticStarts: [...automaticStarts] },
      ...(lastRun && { lastRun }),
      ...(kept && { pending: kept }),
    },
  };
}

function keysOf(...demands: (Pending | undefined)[]): string[] {
  return demands.flatMap((demand) => (demand === undefined ? [] : summarise(demand).signals));
}

const timedOut = { startedAt: inHours(-1), endedAt: inHours(-1), outcome: "timed-out" };

const start = decideRetraining(signal(), freeView(), NOW);

describe("records after a decision", () => {
  it("R6 have the lock, the fence and the demand of a start, and nothing pending", () => {
    const after = afterDecision(known(freeView({ pending: pending(signal({ rule: "weekly" })) })), start, NOW, inHours(1));
    expect(after.line).toEqual({
      ...{ schemaVersion: 1, fence: 7 },
      running: running({
        run: start.kind === "start" ? start.run : "",
        fence: 7,
        startedAt: NOW,
        leaseUntil: inHours(1),
        confirmed: false,
        demand: pending(signal()),
      }),
    });
    expect(after.model).toMatchObject({ automaticStarts: [NOW] });
    expect(after.model).not.toHaveProperty("pending");
  });

  it("count only the starts that still matter", () => {
    const before = known(freeView({ automaticStarts: [inHours(-200), inHours(-100)] }));
    expect(afterDecision(before, start, NOW, inHours(1)).model.automaticStarts).toEqual([inHours(-100), NOW]);
    const byHand = { ...start, automatic: false } as typeof start;
    expect(afterDecision(before, byHand, NOW, inHours(1)).model.automaticStarts).toEqual([inHours(-100)]);
  });

  it("pass their own schemas, whatever was known and decided, and never lower the fence", () => {
    fc.assert(
      fc.property(anySignal, anyView, (asked, view) => {
        const before = known(view);
        for (const decision of [decideRetraining(asked, view, NOW), reexamine(asked.model, view, NOW)]) {
          const { line, model } = afterDecision(before, decision, NOW, inHours(1));
          expect(lineRecordSchema.parse(line)).toEqual(line);
          expect(modelRecordSchema.parse(model)).toEqual(model);
          expect(line.fence).toBeGreaterThanOrEqual(before.line.fence);
          if (line.running === undefined && before.line.running !== undefined) expect(line.fence).toBeGreaterThan(before.line.fence);
        }
      }),
      { numRuns: 500 },
    );
  });

  // The lock and PENDING are two places: nothing may fall between them, and what a silent run leaves may not lie in both.
  it("R6 hold each signal that was there before, in the lock or pending, unless it was answered", () => {
    fc.assert(
      fc.property(anySignal, anyView, (asked, view) => {
        const decision = decideRetraining(asked, view, NOW);
        const { line, model } = afterDecision(known(view), decision, NOW, inHours(1));
        const answered = String(decision.values.answered ?? "").split(" ");
        const after = keysOf(line.running?.demand, model.pending);
        for (const key of keysOf(view.running?.demand, view.pending)) expect([...after, ...answered]).toContain(key);
        const silent = view.running !== undefined && leaseEnded(view.running, NOW);
        if (silent && "demand" in decision) expect(line.running?.run).not.toBe(view.running?.run);
      }),
      { numRuns: 500 },
    );
  });

  // Without an end, the limits knew nothing of a run that had died: no cool-down after it, and its model's history was the one before.
  it("R6 count a run that let its lease end as timed out, whoever finds it and whatever is decided then", () => {
    const view = freeView({ running: running({ leaseUntil: inHours(-1) }) });
    for (const each of [view, { ...view, stopped: true }]) {
      expect(afterDecision(known(each), reexamine("log-anomaly", each, NOW), NOW, inHours(1)).model.lastRun).toEqual(timedOut);
    }
  });

  it("R6 give another model's demand back when its silent run is overtaken, and leave its lock alone otherwise", () => {
    const theirs = running({ model: "trace-anomaly", leaseUntil: inHours(-1), demand: pending(signal({ model: "trace-anomaly" })) });
    const view = freeView({ running: theirs });
    const after = afterDecision(known(view), decideRetraining(signal(), view, NOW), NOW, inHours(1));
    expect(after.givenBack).toEqual(theirs);
    expect(afterGivingBack(newModel("trace-anomaly"), theirs)).toEqual({
      ...newModel("trace-anomaly"),
      pending: theirs.demand,
      lastRun: timedOut,
    });
    expect(keysOf(after.line.running?.demand)).toEqual(keysOf(pending(signal())));
    const stopped = { ...view, stopped: true };
    expect(afterDecision(known(stopped), decideRetraining(signal(), stopped, NOW), NOW, inHours(1)).line.running).toEqual(theirs);
  });

  it("are the views that were decided from", () => {
    const view = freeView({ running: running(), pending: pending(signal()), lastRun: { startedAt: NOW, endedAt: NOW, outcome: "failed" } });
    expect(retrainingView(known(view))).toEqual(view);
    expect(trafficView(known(view))).toEqual({ mode: "act", stopped: false, handled: false, fence: 6 });
  });
});

describe("records of a run", () => {
  it("R6 are free of it when it ends, and keep what it did not answer", () => {
    const run = running();
    const { line, model } = afterRunEnd(known(freeView({ running: run })), run, "timed-out", NOW);
    expect(line).toEqual({ schemaVersion: 1, fence: 6 });
    expect(model).toMatchObject({ pending: run.demand, lastRun: { startedAt: run.startedAt, endedAt: NOW, outcome: "timed-out" } });
    expect(afterRunEnd(known(freeView({ running: run })), run, "promoted", NOW).model).not.toHaveProperty("pending");
  });

  it("R6 lengthen its lease and never shorten it, and know no other run", () => {
    const { line } = known(freeView({ running: running({ confirmed: false }) }));
    const { run } = running();
    expect(withLease(line, run, inHours(9))?.running).toMatchObject({ leaseUntil: inHours(9), confirmed: true });
    expect(withLease(line, run, inHours(-9))?.running).toMatchObject({ leaseUntil: inHours(2), confirmed: true });
    expect(withLease(line, "another", inHours(9))).toBeUndefined();
    expect(lostLock(line)).toEqual({ kind: "lost", by: run });
    expect(lostLock(NEW_LINE)).toEqual({ kind: "lost" });
  });

  // A step that is repeated after a roll-back must find its fence stale, not be given a new one.
  it("O3 give it one fence for its release, above all before it, and the same again", () => {
    const { line } = known(freeView({ fence: 9, running: running({ fence: 6 }) }));
    const taken = withReleaseFence(line, running().run);
    expect(taken).toMatchObject({ fence: 10, running: { fence: 6, releaseFence: 10 } });
    expect(taken && withReleaseFence({ ...taken, fence: 11 }, running().run)).toMatchObject({ fence: 11, running: { releaseFence: 10 } });
    expect(withReleaseFence(line, "another")).toBeUndefined();
  });

  it("I12 say which run has lost the lock without telling how it ended", () => {
    const { line } = known(freeView({ running: running() }));
    expect(abandonedRun(line, NEW_LINE)).toBe(running().run);
    expect(abandonedRun(line, line)).toBeUndefined();
    expect(abandonedRun(NEW_LINE, line)).toBeUndefined();
  });
});
