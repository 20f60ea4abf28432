import { readAlertmanagerMessage } from "../../../../lambdas/domain/messages/alertmanager";
import { event } from "../../support/events";

const context = { environment: "dev", models: ["log-anomaly"] };

function read(name: string) {
  return readAlertmanagerMessage(event(name), context);
}

describe("R8 alerts of Alertmanager", () => {
  it("R8 A5 A6 become a signal each, with the time at which each began", () => {
    expect(read("alertmanager-firing")).toEqual({
      faults: [],
      readings: [
        {
          kind: "signal",
          signal: {
            schemaVersion: 1,
            model: "log-anomaly",
            rule: "latency",
            severity: "warning",
            source: "alertmanager",
            firedAt: "2026-03-02T14:15:00.123Z",
            reason: "p95 latency 1240 ms is above 1000 for 5 min",
            value: 1240,
          },
        },
        {
          kind: "signal",
          signal: {
            schemaVersion: 1,
            model: "log-anomaly",
            rule: "error-rate",
            severity: "critical",
            source: "alertmanager",
            firedAt: "2026-03-02T14:16:00.000Z",
            reason: "8 % of requests fail",
            value: 0.08,
          },
        },
      ],
    });
  });

  it("R8 that are resolved are news", () => {
    expect(read("alertmanager-resolved").readings).toEqual([
      {
        kind: "news",
        model: "log-anomaly",
        rule: "latency",
        at: "2026-03-02T15:02:30.500Z",
        over: true,
        reason: "resolved: p95 latency 1240 ms is above 1000 for 5 min",
      },
    ]);
  });

  // One alert of another team in the group must not cost the others of the group.
  it("R8 are read where they can be, and the message is kept for the others", () => {
    const { readings, faults } = read("alertmanager-unlabelled");
    expect(readings).toMatchObject([{ kind: "signal", signal: { rule: "latency" } }]);
    expect(faults).toEqual([
      "alerts.0.labels.model: is missing; an alert for the loop names its model in the label model",
      "alerts.0.labels.rule: is undefined; an alert for the loop names one of data-drift, accuracy-drop, prediction-drift, accuracy-floor, " +
        "latency, error-rate, accuracy-collapse, precision, recall, feedback, data-quality, system-down, deployment, weekly, code-push, manual",
      'alerts.0.labels.severity: is "none"; the loop knows ok, info, monitor, warning, critical',
      "truncatedAlerts is 3; these alerts are in no message: raise max_alerts of the receiver, or group by model",
    ]);
  });

  // R4: a label must not be enough to start a run in a person's name.
  it("R4 cannot speak for a person", () => {
    const labels = { model: "log-anomaly", rule: "manual", severity: "info" };
    const { faults } = readAlertmanagerMessage({ alerts: [{ status: "firing", labels, startsAt: "2026-03-02T14:15:00Z" }] }, context);
    expect(faults).toEqual([
      "askedBy: a manual signal must name who asked for it, because nobody approves their own run: set askedBy to the caller's ARN",
    ]);
  });

  it("fail to be read without an alert", () => {
    expect(readAlertmanagerMessage({ alerts: [] }, context).faults).toEqual(["alerts: Too small: expected array to have >=1 items"]);
  });
});
