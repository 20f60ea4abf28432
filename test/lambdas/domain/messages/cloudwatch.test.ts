import { readAlarm, readAlarmEvent } from "../../../../lambdas/domain/messages/cloudwatch";
import { dedupKey } from "../../../../lambdas/domain/names";
import { event } from "../../support/events";
import { NOW } from "../examples";

const context = { environment: "dev", models: ["log-anomaly"] };

function read(name: string) {
  return readAlarmEvent(event(name), context);
}

describe("an alarm of CloudWatch", () => {
  it("A1 of one metric becomes a signal with its newest value", () => {
    expect(read("cloudwatch-metric")).toEqual({
      faults: [],
      readings: [
        {
          kind: "signal",
          signal: {
            schemaVersion: 1,
            model: "log-anomaly",
            rule: "data-drift",
            severity: "critical",
            source: "cloudwatch",
            firedAt: NOW,
            reason:
              "Threshold Crossed: 4 out of the last 4 datapoints [0.34 (02/03/26 14:00:00), 0.33 (02/03/26 13:45:00), 0.32 (02/03/26 13:30:00), " +
              "0.31 (02/03/26 13:15:00)] were greater than the threshold (0.3) (minimum 4 datapoints for OK -> ALARM transition).",
            value: 0.34,
          },
        },
      ],
    });
  });

  it("A6 of metric math becomes a signal with its value", () => {
    expect(read("cloudwatch-metric-math").readings).toMatchObject([{ signal: { rule: "error-rate", severity: "critical", value: 0.08 } }]);
  });

  // Notifications of several series carry no reasonData; a parser that needs it loses every one of them.
  it("A1 of several series becomes a signal without a value", () => {
    const [reading] = read("cloudwatch-multi-series").readings;
    expect(reading).toMatchObject({ kind: "signal", signal: { rule: "data-drift", reason: "6 out of 6 time series evaluated to ALARM" } });
    expect(reading?.kind === "signal" && "value" in reading.signal && reading.signal.value).toBeFalsy();
  });

  it("A1 of one series among several says which, and takes from its tags what its name does not say", () => {
    expect(read("cloudwatch-contributor").readings).toMatchObject([
      { signal: { model: "log-anomaly", rule: "data-drift", severity: "critical", subject: "feature=cpu_utilization" } },
    ]);
  });

  // A suppressor silences the alarm's own actions. The edge is gone all the same, and CloudWatch sends no second one.
  it("A4 that is composite and suppressed becomes a signal like any other", () => {
    expect(read("cloudwatch-composite").readings).toMatchObject([
      { kind: "signal", signal: { rule: "accuracy-floor", severity: "critical" } },
    ]);
  });

  it("that goes back to OK is news, and over", () => {
    expect(read("cloudwatch-metric-ok").readings).toMatchObject([
      { kind: "news", model: "log-anomaly", rule: "data-drift", at: "2026-03-02T16:15:00.000Z", over: true },
    ]);
  });

  it("without data is news, and not over", () => {
    const identity = { model: "log-anomaly", rule: "data-quality", severity: "critical" } as const;
    expect(readAlarm({ identity, at: NOW, state: "INSUFFICIENT_DATA", reason: "no data", context }).readings).toEqual([
      { kind: "news", model: "log-anomaly", rule: "data-quality", at: NOW, over: false, reason: "INSUFFICIENT_DATA: no data" },
    ]);
  });

  // The sweep reads the same edge from DescribeAlarms, whose milliseconds may be others: it must not become a second signal.
  it("is the same signal whichever milliseconds its time is given with", () => {
    const identity = { model: "log-anomaly", rule: "data-drift", severity: "critical" } as const;
    const keys = ["2026-03-02T14:15:00.989Z", "2026-03-02T14:15:00.412Z"].map((at) => {
      const [reading] = readAlarm({ identity, at, state: "ALARM", reason: "drift", context }).readings;
      return reading?.kind === "signal" ? dedupKey(reading.signal) : "";
    });
    expect(keys[0]).toBe(keys[1]);
    const [delivered] = read("cloudwatch-metric").readings;
    expect(delivered?.kind === "signal" && dedupKey(delivered.signal)).toBe(keys[0]);
  });

  it("fails to be read when neither its name nor its tags say what it is about", () => {
    const { faults, readings } = readAlarmEvent(event("cloudwatch-metric"), { environment: "prod", models: ["log-anomaly"] });
    expect(readings).toEqual([]);
    expect(faults).toEqual([
      'alarm "dev-log-anomaly-data-drift-above-0.3-critical" does not say what it is about, and carries no tags: name it ' +
        "prod-<model>-<rule>-<condition>-<severity>, or tag it with modelloop:model, modelloop:rule, modelloop:severity",
    ]);
  });

  // Two loops of one environment hear each other's alarms by one pattern: each would lie in the other's quarantine, and call a person.
  it.each(["cloudwatch-metric", "cloudwatch-contributor", "cloudwatch-metric-ok"])(
    "of another loop's model (%s) is left to that loop",
    (name) => {
      const { readings, faults, foreign } = readAlarmEvent(event(name), { environment: "dev", models: ["web-shop"] });
      expect([readings, faults]).toEqual([[], []]);
      expect(foreign).toEqual([expect.stringMatching(/^alarm "\S+" is about a model of another loop$/)]);
    },
  );

  it("fails to be read when it is cut or of another kind", () => {
    expect(
      readAlarmEvent({ source: "aws.cloudwatch", "detail-type": "CloudWatch Alarm Configuration Change", detail: {} }, context).faults,
    ).toEqual([
      'detail-type: Invalid option: expected one of "CloudWatch Alarm State Change"|"CloudWatch Alarm Contributor State Change"',
      "detail.alarmName: Invalid input: expected string, received undefined",
      "detail.state: Invalid input: expected object, received undefined",
    ]);
  });
});
