import fc from "fast-check";
import { MEASURED_RULE_NAMES } from "../../../lambdas/domain/rules";
import { SEVERITIES } from "../../../lambdas/domain/severity";
import { asksOf, retrainingAskedBy, signalSchema } from "../../../lambdas/domain/signals";
import { anySignal, manualSignal, signal } from "./examples";

describe("a signal", () => {
  it("A4 asks what its rule asks at its severity", () => {
    expect(asksOf(signal({ rule: "accuracy-floor" }))).toEqual([
      { kind: "roll-back" },
      { kind: "page" },
      { kind: "retrain", withinHours: 0, windowDays: 14 },
    ]);
    expect(asksOf(signal({ rule: "data-drift", severity: "warning" }))).toEqual([{ kind: "retrain", withinHours: 48, windowDays: 14 }]);
    expect(retrainingAskedBy(signal({ rule: "error-rate" }))).toBeUndefined();
  });

  // An alarm tagged with a severity that its rule has no line for must neither be dropped nor do more than is certain.
  it("with a severity that its rule does not know asks what the next milder one asks", () => {
    expect(asksOf(signal({ rule: "latency", severity: "critical" }))).toEqual([{ kind: "record-scaling" }]);
    expect(asksOf(signal({ rule: "error-rate", severity: "warning" }))).toEqual([{ kind: "record" }]);
    fc.assert(
      fc.property(fc.constantFrom(...MEASURED_RULE_NAMES), fc.constantFrom(...SEVERITIES), (rule, severity) => {
        expect(asksOf(signal({ rule, severity })).length).toBeGreaterThan(0);
      }),
    );
  });

  it("R1 of a person may choose the days of data", () => {
    expect(retrainingAskedBy(manualSignal({ windowDays: 30 }))).toEqual({ kind: "retrain", withinHours: 0, windowDays: 30 });
    expect(retrainingAskedBy(manualSignal())).toEqual({ kind: "retrain", withinHours: 0, windowDays: 7 });
  });

  // R4: without a name nobody could be kept from approving the run they started.
  it("R4 of a person is refused without the person", () => {
    const anonymous = { ...manualSignal(), askedBy: undefined };
    expect(signalSchema.safeParse(anonymous).error?.issues.map(({ path, message }) => ({ path, message }))).toEqual([
      {
        path: ["askedBy"],
        message: "a manual signal must name who asked for it, because nobody approves their own run: set askedBy to the caller's ARN",
      },
    ]);
  });

  it("is refused with anything that we do not know, so that a typing error in a sender cannot pass for a default", () => {
    expect(signalSchema.safeParse({ ...signal(), severty: "ok" }).success).toBe(false);
    expect(signalSchema.safeParse({ ...signal(), schemaVersion: 2 }).success).toBe(false);
  });

  it("survives being written down and read again", () => {
    fc.assert(fc.property(anySignal, (one) => expect(signalSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one)));
  });
});
