import fc from "fast-check";
import type { Ask } from "../../../lambdas/domain/asks";
import { accuracyDropPercent, judge, type Observation } from "../../../lambdas/domain/judge";
import { MEASURED_RULE_NAMES, MEASURED_RULES, type MeasuredRuleName } from "../../../lambdas/domain/rules";
import { minutesAfter } from "../../../lambdas/domain/time";
import { NOW } from "./examples";

/** One window with plenty of evidence that has lasted long enough for any rule. */
function lasting(value: number, minutes = 60): Observation[] {
  return [{ endedAt: NOW, minutes, value, evidence: 100_000 }];
}

/** Windows of 15 minutes, oldest first, the last one ending now. */
function quarters(values: readonly number[], evidence: readonly number[] = []): Observation[] {
  return values.map((value, i) => ({
    endedAt: minutesAfter(NOW, (i - values.length + 1) * 15),
    minutes: 15,
    value,
    evidence: evidence[i] ?? 100_000,
  }));
}

const RETRAIN_NOW: Ask = { kind: "retrain", withinHours: 0, windowDays: 14 };

describe("judging what was observed", () => {
  // A run started one tick too early costs a training job; one started too late lets a broken model serve for a day.
  it.each<[string, MeasuredRuleName, number, string, Ask[]]>([
    ["A1", "data-drift", 0, "ok", [{ kind: "record" }]],
    ["A1", "data-drift", 0.0999999, "ok", [{ kind: "record" }]],
    ["A1", "data-drift", 0.1, "monitor", [{ kind: "observe-more-often" }]],
    ["A1", "data-drift", 0.1999999, "monitor", [{ kind: "observe-more-often" }]],
    ["A1", "data-drift", 0.2, "warning", [{ kind: "retrain", withinHours: 48, windowDays: 14 }]],
    ["A1", "data-drift", 0.3, "warning", [{ kind: "retrain", withinHours: 48, windowDays: 14 }]],
    ["A1", "data-drift", 0.3000001, "critical", [RETRAIN_NOW]],
    ["A2", "accuracy-drop", -3, "ok", [{ kind: "record" }]],
    ["A2", "accuracy-drop", 1.999999, "ok", [{ kind: "record" }]],
    ["A2", "accuracy-drop", 2, "monitor", [{ kind: "observe-more-often" }]],
    ["A2", "accuracy-drop", 4.999999, "monitor", [{ kind: "observe-more-often" }]],
    ["A2", "accuracy-drop", 5, "warning", [{ kind: "retrain", withinHours: 24, windowDays: 14 }]],
    ["A2", "accuracy-drop", 10, "warning", [{ kind: "retrain", withinHours: 24, windowDays: 14 }]],
    ["A2", "accuracy-drop", 10.000001, "critical", [RETRAIN_NOW]],
    ["A3", "prediction-drift", 0.0999999, "ok", [{ kind: "record" }]],
    ["A3", "prediction-drift", 0.1, "monitor", [{ kind: "observe-more-often" }]],
    ["A3", "prediction-drift", 0.2, "warning", [{ kind: "observe-more-often" }]],
    ["A3", "prediction-drift", 5, "warning", [{ kind: "observe-more-often" }]],
    ["A4", "accuracy-floor", 0.85, "ok", [{ kind: "record" }]],
    ["A4", "accuracy-floor", 0.8499999, "critical", [{ kind: "roll-back" }, { kind: "page" }, RETRAIN_NOW]],
    ["A5", "latency", 1_000, "ok", [{ kind: "record" }]],
    ["A5", "latency", 1_000.1, "warning", [{ kind: "record-scaling" }]],
    ["A5", "latency", Infinity, "warning", [{ kind: "record-scaling" }]],
    ["A6", "error-rate", 0.05, "ok", [{ kind: "record" }]],
    ["A6", "error-rate", 0.0500001, "critical", [{ kind: "pause" }, { kind: "page" }]],
    ["A7", "accuracy-collapse", 0.8, "ok", [{ kind: "record" }]],
    ["A7", "accuracy-collapse", 0.7999999, "critical", [{ kind: "page" }]],
    ["A10", "precision", 0.8, "ok", [{ kind: "record" }]],
    ["A10", "precision", 0.7999999, "warning", [{ kind: "record" }]],
    ["A10", "recall", 0.8, "ok", [{ kind: "record" }]],
    ["A10", "recall", 0.7999999, "warning", [{ kind: "record" }]],
    ["R1", "feedback", 999, "ok", [{ kind: "record" }]],
    ["R1", "feedback", 1_000, "info", [{ kind: "retrain", withinHours: 0, windowDays: 7 }]],
  ])("%s %s of %p is %s", (_requirement, rule, value, severity, asks) => {
    expect(judge(rule, lasting(value))).toMatchObject({ kind: "judged", severity, asks });
  });

  // One bad scrape is not an hour of drift; and the milder tier must hold meanwhile, or the first hour would go unseen.
  it.each<[string, MeasuredRuleName, number, number, string]>([
    ["A1", "data-drift", 0.4, 59, "warning"],
    ["A1", "data-drift", 0.4, 60, "critical"],
    ["A4", "accuracy-floor", 0.7, 29, "ok"],
    ["A4", "accuracy-floor", 0.7, 30, "critical"],
    ["A5", "latency", 2_000, 4, "ok"],
    ["A5", "latency", 2_000, 5, "warning"],
    ["A6", "error-rate", 0.5, 9, "ok"],
    ["A6", "error-rate", 0.5, 10, "critical"],
    ["A7", "accuracy-collapse", 0.7, 1, "critical"],
  ])("%s %s of %p for %p minutes is %s", (_requirement, rule, value, minutes, severity) => {
    expect(judge(rule, lasting(value, minutes))).toMatchObject({ kind: "judged", severity });
  });

  it("A1 counts the hour over several windows, and begins anew after a break", () => {
    expect(judge("data-drift", quarters([0.31, 0.31, 0.31, 0.31]))).toMatchObject({ severity: "critical" });
    expect(judge("data-drift", quarters([0.31, 0.31, 0.3, 0.31, 0.31]))).toEqual({
      kind: "judged",
      rule: "data-drift",
      severity: "warning",
      asks: [{ kind: "retrain", withinHours: 48, windowDays: 14 }],
      reason: "psi of the worst feature 0.31 is at or above 0.2: warning; above 0.3 for 30 of 60 min",
      values: { value: 0.31, evidence: 100_000, bound: 0.2, minutes: 75 },
    });
  });

  it("does not depend on the order in which the windows are handed over", () => {
    const windows = quarters([0.1, 0.31, 0.31, 0.31, 0.31]);
    expect(judge("data-drift", [...windows].reverse())).toEqual(judge("data-drift", windows));
  });

  // Without labels accuracy is unknown. Taken for good, it would promote; taken for bad, it would roll back every night.
  it("A4 leaves windows without enough labels out, in both directions", () => {
    expect(judge("accuracy-floor", quarters([0.7, 0.99, 0.7], [1_000, 999, 1_000]))).toMatchObject({ severity: "critical" });
    expect(judge("accuracy-floor", quarters([0.7, 0.7, 0.7], [1_000, 1_000, 999]))).toEqual({
      kind: "not-observed",
      rule: "accuracy-floor",
      reason: "999 labels; accuracy is judged from 1000",
      values: { evidence: 999, fewest: 1_000 },
    });
  });

  // Real 5-minute metrics give 288 points a day, and 288 against 288 carry a psi of about 0.06 by chance alone.
  it("A1 refuses to judge a window that is too small to tell drift from noise", () => {
    expect(judge("data-drift", [{ endedAt: NOW, minutes: 60, value: 0.9, evidence: 288 }])).toMatchObject({
      kind: "not-observed",
      reason: "288 effective rows; psi of the worst feature is judged from 500",
    });
    expect(judge("data-drift", [{ endedAt: NOW, minutes: 60, value: 0.9, evidence: 500 }])).toMatchObject({ kind: "judged" });
  });

  it("says so when there was nothing to observe", () => {
    expect(judge("latency", [])).toEqual({
      kind: "not-observed",
      rule: "latency",
      reason: "no window of p95 latency in milliseconds",
      values: {},
    });
    expect(judge("latency", lasting(NaN))).toMatchObject({
      kind: "not-observed",
      reason: "p95 latency in milliseconds has no value in the newest window",
    });
  });

  it("gives a verdict with a reason for every number there is", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MEASURED_RULE_NAMES),
        fc.double(),
        fc.double({ min: 0 }),
        fc.nat(200),
        (rule, value, evidence, minutes) => {
          const verdict = judge(rule, [{ endedAt: NOW, minutes, value, evidence }]);
          expect(verdict.reason).not.toBe("");
          expect(verdict.kind).toBe(Number.isNaN(value) || !(evidence >= MEASURED_RULES[rule].fewest) ? "not-observed" : "judged");
        },
      ),
    );
  });

  it("goes by the user's own table where one is given", () => {
    const stricter = { ...MEASURED_RULES, "data-drift": { ...MEASURED_RULES["data-drift"], fewest: 10, tiers: [] } };
    expect(judge("data-drift", lasting(9), stricter)).toMatchObject({ severity: "ok", reason: "psi of the worst feature 9 is ok" });
  });
});

describe("A2 the drop of accuracy", () => {
  // In binary, (0.8 - 0.76) / 0.8 * 100 lies above 5 and (0.9 - 0.81) / 0.9 * 100 below 10: whole tiers would hang on the last bit.
  it.each([
    [0.8, 0.76, 5],
    [0.9, 0.81, 10],
    [0.95, 0.931, 2],
    [0.9, 0.918, -2],
  ])("from %p to %p is exactly %p %%", (baseline, current, drop) => {
    expect(accuracyDropPercent(baseline, current)).toBe(drop);
  });
});
