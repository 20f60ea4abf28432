import { isAlertText, readAlertText } from "../../../../lambdas/domain/messages/amp-text";
import { event } from "../../support/events";
import { NOW } from "../examples";

const context = { environment: "dev", models: ["log-anomaly"], sentAt: NOW };
const text = (event("amp-text") as { Message: string }).Message;

describe("R8 alerts as text", () => {
  it("R8 are read from both of their sections, with the time of the message", () => {
    expect(isAlertText(text)).toBe(true);
    expect(readAlertText(text, context)).toEqual({
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
            firedAt: NOW,
            reason: "p95 latency 1240 ms is above 1000 for 5 min",
            value: 1240,
          },
        },
        { kind: "news", model: "log-anomaly", rule: "error-rate", at: NOW, over: true, reason: "resolved: 8 % of requests fail" },
      ],
    });
  });

  // SNS takes 256 KB, and the alert manager cuts: what is missing must be known to be missing.
  it("R8 that are cut off are read as far as they go, and the message is kept", () => {
    const { readings, faults } = readAlertText(text.slice(0, text.indexOf(" - summary = 8 %")), context);
    expect(readings.map(({ kind }) => kind)).toEqual(["signal", "news"]);
    expect(faults).toEqual([
      "the text ends within an alert; what was cut off is unknown: let the alert manager send JSON, or group by model",
    ]);
    expect(readAlertText("Alerts Firing:\n", context).faults).toHaveLength(1);
  });

  it("fail to be read where nothing says when they were sent", () => {
    expect(readAlertText(text, { ...context, sentAt: undefined }).faults).toEqual([
      "the alert does not say when it was sent; texts are read from SNS only: subscribe the queue without raw delivery",
    ]);
    expect(isAlertText("hello")).toBe(false);
  });
});
