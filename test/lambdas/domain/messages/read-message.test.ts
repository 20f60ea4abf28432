import fc from "fast-check";
import { readMessage } from "../../../../lambdas/domain/messages/read-message";
import { signalSchema } from "../../../../lambdas/domain/signals";
import { body, event, eventNames } from "../../support/events";

const context = { environment: "dev", models: ["log-anomaly"] };

function read(name: string) {
  return readMessage(body(name), context);
}

describe("a message of the intake", () => {
  it.each([
    ["cloudwatch-metric", ["signal data-drift"]],
    ["cloudwatch-metric-ok", ["news data-drift"]],
    ["cloudwatch-metric-math", ["signal error-rate"]],
    ["cloudwatch-multi-series", ["signal data-drift"]],
    ["cloudwatch-contributor", ["signal data-drift"]],
    ["cloudwatch-composite", ["signal accuracy-floor"]],
    ["alertmanager-firing", ["signal latency", "signal error-rate"]],
    ["alertmanager-resolved", ["news latency"]],
    ["alertmanager-unlabelled", ["signal latency"]],
    ["amp-text", ["signal latency", "news error-rate"]],
    ["amp-json", ["signal latency"]],
    ["amp-json-unescaped", ["signal latency"]],
    ["schedule-weekly", ["signal weekly"]],
    ["wake-up", ["wake-up"]],
    ["feedback", ["feedback"]],
  ])("R8 %s says %j", (name, said) => {
    const { readings } = read(name);
    expect(
      readings.map((reading) => {
        if (reading.kind === "signal") return `signal ${reading.signal.rule}`;
        return reading.kind === "news" ? `news ${reading.rule}` : reading.kind;
      }),
    ).toEqual(said);
  });

  it("R8 through SNS keeps what its template did not escape", () => {
    const [reading] = read("amp-json-unescaped").readings;
    expect(reading).toMatchObject({
      signal: {
        reason: 'p95 of up{job="api"} is "high", see C:\\runbooks\nsecond line',
        subject: "cpu",
        value: 1240,
        firedAt: "2026-03-02T14:15:00.123Z",
      },
    });
  });

  it("R8 through SNS may be the webhook's JSON as well, and with raw delivery no SNS is seen", () => {
    const wrapped = JSON.stringify({ ...event("amp-json"), Message: body("alertmanager-firing") });
    expect(readMessage(wrapped, context)).toEqual(read("alertmanager-firing"));
    const { Message: raw } = event("amp-json") as { Message: string };
    expect(readMessage(raw, context)).toEqual(read("amp-json"));
  });

  it.each([
    ["", "the message is neither JSON nor the text of an alert manager"],
    ["garbage", "the message is neither JSON nor the text of an alert manager"],
    ["42", "the message is neither JSON nor the text of an alert manager"],
    ["null", "the message is neither JSON nor the text of an alert manager"],
    ["{}", "the message is JSON of no kind that the loop knows: no alarm, alert, schedule or feedback"],
    ["[1]", "the message is JSON of no kind that the loop knows: no alarm, alert, schedule or feedback"],
    [body("execution-failed"), "the message is JSON of no kind that the loop knows: no alarm, alert, schedule or feedback"],
  ])("fails to be read when it is %.20j", (text, fault) => {
    expect(readMessage(text, context)).toEqual({ readings: [], faults: [fault] });
  });

  // A parser that throws is a message that is delivered until it is given up, and nobody knows why.
  it("always says something, is at fault, or is about another loop, whatever it is", () => {
    const known = eventNames().map(body);
    const damaged = fc
      .tuple(fc.constantFrom(...known), fc.nat(), fc.nat(20), fc.string({ maxLength: 10 }))
      .map(([text, at, length, other]) => {
        const from = at % text.length;
        return text.slice(0, from) + other + text.slice(from + length);
      });
    fc.assert(
      fc.property(
        fc.oneof(
          damaged,
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ alerts: value, kind: value })),
        ),
        (text) => {
          const { readings, faults, foreign = [] } = readMessage(text, context);
          expect(readings.length + faults.length + foreign.length).toBeGreaterThan(0);
          for (const reading of readings) {
            if (reading.kind === "signal") expect(signalSchema.parse(reading.signal).model).toBe("log-anomaly");
            else expect(reading.model).toBe("log-anomaly");
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
