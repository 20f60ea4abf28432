import fs from "node:fs";
import path from "node:path";
import {
  DEFAULT_INTERVALS,
  type DriftAlarm,
  driftAlarms,
  intervalFaults,
  ServingSignals,
} from "../../../../components/learning/drift-alarms/drift-alarms";
import { readAlarmName } from "../../../../lambdas/domain/alarm-names";
import { judge } from "../../../../lambdas/domain/judge";
import { MEASURED_RULE_NAMES, MEASURED_RULES } from "../../../../lambdas/domain/rules";

const shape = { environment: "dev", model: "log-anomaly", servingSignals: ServingSignals.CloudWatch, intervals: DEFAULT_INTERVALS };
const alarms = driftAlarms(shape);

test("A1 to A10 every line of every rule has one alarm, but those of feedback, which the ledger counts", () => {
  const lines = MEASURED_RULE_NAMES.filter((rule) => rule !== "feedback").flatMap((rule) =>
    MEASURED_RULES[rule].tiers.map(({ severity, bound }) => `${rule} ${severity} ${bound}`),
  );
  expect(alarms.map(({ rule, severity, bound }) => `${rule} ${severity} ${bound}`).sort()).toEqual(lines.sort());
});

test("an alarm's name says to the loop what it is about", () => {
  const read = alarms.map(({ name }) => readAlarmName(name, "dev", ["log", "log-anomaly"]));
  expect(read).toEqual(alarms.map(({ rule, severity }) => ({ model: "log-anomaly", rule, severity })));
});

test("the name tells a person the condition", () => {
  expect(alarms.map(({ name }) => name)).toEqual([
    "dev-log-anomaly-data-drift-above-0.3-critical",
    "dev-log-anomaly-data-drift-from-0.2-warning",
    "dev-log-anomaly-data-drift-from-0.1-monitor",
    "dev-log-anomaly-prediction-drift-from-0.2-warning",
    "dev-log-anomaly-prediction-drift-from-0.1-monitor",
    "dev-log-anomaly-accuracy-drop-above-10-critical",
    "dev-log-anomaly-accuracy-drop-from-5-warning",
    "dev-log-anomaly-accuracy-drop-from-2-monitor",
    "dev-log-anomaly-accuracy-floor-below-0.85-critical",
    "dev-log-anomaly-accuracy-collapse-below-0.8-critical",
    "dev-log-anomaly-precision-below-0.8-warning",
    "dev-log-anomaly-recall-below-0.8-warning",
    "dev-log-anomaly-latency-above-1000-warning",
    "dev-log-anomaly-error-rate-above-0.05-critical",
  ]);
});

/** As CloudWatch compares. */
const PASSES: Record<DriftAlarm["comparison"], (value: number, bound: number) => boolean> = {
  GreaterThanThreshold: (value, bound) => value > bound,
  GreaterThanOrEqualToThreshold: (value, bound) => value >= bound,
  LessThanThreshold: (value, bound) => value < bound,
  LessThanOrEqualToThreshold: (value, bound) => value <= bound,
};

// Alarm and judge read one table; if one took the bound for inside and the other for outside, the loop would answer what nobody saw.
test.each(alarms)("$name goes off where the loop's own judge says so, on the bound and beside it", (alarm) => {
  const { rule, bound, fewest, periodMinutes, datapoints, severity } = alarm;
  for (const value of [bound - bound / 1_000, bound, bound + bound / 1_000]) {
    const windows = Array.from({ length: datapoints }, (_, index) => ({
      ...{
        endedAt: new Date(Date.UTC(2026, 2, 1, 0, index * periodMinutes)).toISOString(),
        minutes: periodMinutes,
        value,
        evidence: fewest,
      },
    }));
    const verdict = judge(rule, windows, { ...MEASURED_RULES, [rule]: onlyTier(rule, severity) });
    const judged = verdict.kind === "judged" && verdict.severity === severity;
    expect({ value, alarm: PASSES[alarm.comparison](value, bound) }).toEqual({ value, alarm: judged });
  }
});

function onlyTier(rule: DriftAlarm["rule"], severity: DriftAlarm["severity"]) {
  return { ...MEASURED_RULES[rule], tiers: MEASURED_RULES[rule].tiers.filter((tier) => tier.severity === severity) };
}

test.each([
  ["A1 psi for an hour, checked hourly", "data-drift", "critical", DEFAULT_INTERVALS, 1],
  ["A1 psi for an hour, checked every 15 minutes", "data-drift", "critical", { ...DEFAULT_INTERVALS, drift: 15 }, 4],
  ["A4 accuracy for 30 minutes", "accuracy-floor", "critical", DEFAULT_INTERVALS, 2],
  ["A5 latency for 5 minutes", "latency", "warning", DEFAULT_INTERVALS, 1],
  ["A6 errors for 10 minutes", "error-rate", "critical", DEFAULT_INTERVALS, 2],
  ["A6 errors for 10 minutes, measured each minute", "error-rate", "critical", { ...DEFAULT_INTERVALS, serving: 1 }, 10],
])("%s takes so many periods, all of them bad", (_what, rule, severity, intervals, datapoints) => {
  const found = driftAlarms({ ...shape, intervals }).find((alarm) => alarm.rule === rule && alarm.severity === severity);
  expect(found?.datapoints).toBe(datapoints);
});

// Drift metrics come hourly: taken for good, each silent minute would end the alarm; taken for bad, the first day would page.
test("where data is missing, drift and accuracy stay as they are, and no requests are no errors", () => {
  const kinds = Object.fromEntries(alarms.map(({ rule, missing }) => [rule, missing]));
  expect(kinds).toMatchObject({
    "data-drift": "ignore",
    "accuracy-floor": "ignore",
    latency: "notBreaching",
    "error-rate": "notBreaching",
  });
});

test("A4 A6 what changes traffic at once is guarded by traffic, and nothing else is", () => {
  const guarded = alarms.filter(({ guardedByTraffic }) => guardedByTraffic).map(({ rule }) => rule);
  expect(guarded).toEqual(["accuracy-floor", "error-rate"]);
});

// Told by both, every incident would be two.
test("R8 where Alertmanager answers for latency and errors, CloudWatch does not", () => {
  const rules = driftAlarms({ ...shape, servingSignals: ServingSignals.Alertmanager }).map(({ rule }) => rule);
  expect(rules.filter((rule) => ["latency", "error-rate"].includes(rule))).toEqual([]);
  expect(rules.length).toBe(12);
});

test("every alarm leads to a runbook that is there", () => {
  const runbooks = alarms.map(({ description }) => /Runbook: (docs\/runbooks\/[a-z-]+\.md)$/.exec(description)?.[1] ?? "none");
  expect(runbooks.filter((file) => !fs.existsSync(path.resolve(__dirname, "../../../..", file)))).toEqual([]);
});

test("an interval that CloudWatch has not is refused", () => {
  expect(intervalFaults({ drift: 0.5, serving: 2_000 })).toEqual([
    "intervals.drift is 0.5; CloudWatch looks once a minute at most and once a day at least: use a whole number from 1 to 1,440",
    "intervals.serving is 2000; CloudWatch looks once a minute at most and once a day at least: use a whole number from 1 to 1,440",
  ]);
});
