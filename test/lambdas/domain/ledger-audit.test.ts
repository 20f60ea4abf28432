import fc from "fast-check";
import { decideAtOnce } from "../../../lambdas/domain/decide-at-once";
import { decideRetraining } from "../../../lambdas/domain/decide-retraining";
import {
  AUDIT_EVENTS,
  auditOfAtOnce,
  auditOfRetraining,
  auditOfRunEnd,
  auditRecordSchema,
  THE_LOOP,
} from "../../../lambdas/domain/ledger-audit";
import { dedupKey } from "../../../lambdas/domain/names";
import { anySignal, anyView, freeView, manualSignal, NOW, running, signal, trafficView } from "./examples";

const ada = "arn:aws:sts::1:assumed-role/ml-lead/ada";

describe("an audit line", () => {
  // On the day when somebody asks, a decision without a line did not happen, and a line without figures explains nothing.
  it("I12 can be written of every decision there is, with its reason and all of its figures", () => {
    fc.assert(
      fc.property(anySignal, anyView, (asked, view) => {
        const retraining = decideRetraining(asked, view, NOW);
        const line = auditOfRetraining(retraining, asked, NOW);
        const duplicate = retraining.kind === "ignore" && retraining.because === "duplicate";
        expect(line === undefined).toBe(duplicate);
        const lines = [line, ...decideAtOnce(asked, trafficView(), NOW).map((each) => auditOfAtOnce(each, asked, NOW))];
        for (const each of lines.filter((one) => one !== undefined)) expect(auditRecordSchema.parse(each)).toEqual(each);
        if (line !== undefined) expect(line).toMatchObject({ reason: retraining.reason, values: retraining.values, time: NOW });
      }),
      { numRuns: 500 },
    );
  });

  it("I12 names who asked, and the loop where nobody did", () => {
    expect(auditOfRetraining(decideRetraining(manualSignal(), freeView(), NOW), undefined, NOW)).toMatchObject({ user: ada });
    expect(auditOfRetraining(decideRetraining(signal(), freeView(), NOW), signal(), NOW)).toMatchObject({ user: THE_LOOP });
    const refused = decideRetraining(manualSignal(), freeView({ mode: "observe" }), NOW);
    expect(auditOfRetraining(refused, manualSignal(), NOW)).toMatchObject({ event: "retraining.refuse", user: ada });
  });

  it("I12 names the version that a roll-back returns to", () => {
    const rollOut = { run: "run-1", candidate: "1.1.0", champion: "1.0.0", paused: false };
    const [rollBack] = decideAtOnce(signal({ rule: "accuracy-floor" }), trafficView({ rollOut }), NOW);
    expect(rollBack && auditOfAtOnce(rollBack, signal(), NOW)).toMatchObject({ event: "traffic.roll-back", version: "1.0.0" });
  });

  it("I12 tells how a run ended", () => {
    const run = running();
    expect(auditOfRunEnd(run, "rejected", NOW)).toEqual({
      schemaVersion: 1,
      event: "retraining.ended",
      model: "log-anomaly",
      user: THE_LOOP,
      time: NOW,
      reason: `${run.run} ended: rejected`,
      values: { run: run.run, outcome: "rejected", severity: "info", signals: 1 },
    });
  });

  // A queue that delivers twice and an hourly look at nothing would bury what matters.
  it("is not written of what was decided before, or of nothing", () => {
    const again = decideRetraining(signal(), freeView({ handled: true }), NOW);
    expect(again.values).toMatchObject({ signal: dedupKey(signal()) });
    expect(auditOfRetraining(again, signal(), NOW)).toBeUndefined();
  });

  it("I12 is refused without user or reason, and of an event that nobody knows", () => {
    const line = auditOfRunEnd(running(), "failed", NOW);
    for (const fault of [{ user: "" }, { reason: "" }, { event: "something" }, { schemaVersion: 2 }, { time: "2026-03-02" }]) {
      expect(auditRecordSchema.safeParse({ ...line, ...fault }).success).toBe(false);
    }
    expect(new Set(AUDIT_EVENTS).size).toBe(AUDIT_EVENTS.length);
  });
});
