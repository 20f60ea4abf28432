import fc from "fast-check";
import { decideAtOnce, standsStill } from "../../../lambdas/domain/decide-at-once";
import { atOnceDecisionSchema } from "../../../lambdas/domain/decisions";
import { dedupKey } from "../../../lambdas/domain/names";
import { anySignal, inHours, NOW, signal, trafficView } from "./examples";

const inaccurate = signal({
  rule: "accuracy-floor",
  reason: "accuracy 0.81 is below 0.85 for 30 min: critical",
  subject: undefined,
  value: 0.81,
});
const failing = signal({ rule: "error-rate", reason: "error rate 0.07 is above 0.05 for 10 min: critical" });
const promotion = { version: "3.2.0", previousVersion: "3.1.0", promotedAt: inHours(-5), oldSlotKeptUntil: inHours(43), rolledBack: false };
const rollOut = { run: "log-anomaly-weekly-2026030202-0123abcd", candidate: "3.3.0", champion: "3.2.0", paused: false };

describe("A4 accuracy below the floor", () => {
  // Four hours of wrong answers because another model is being trained: the roll-back looks at no lock.
  it("gives the traffic back to the version before, first of all, and pages", () => {
    const values = { signal: dedupKey(inaccurate), rule: "accuracy-floor", severity: "critical", value: 0.81 };
    expect(decideAtOnce(inaccurate, trafficView({ promotion }), NOW)).toEqual([
      {
        kind: "roll-back",
        schemaVersion: 1,
        model: "log-anomaly",
        from: "3.2.0",
        to: "3.1.0",
        fence: 7,
        reason: "accuracy 0.81 is below 0.85 for 30 min: critical",
        values: { ...values, from: "3.2.0", to: "3.1.0", fence: 7 },
      },
      { kind: "page", schemaVersion: 1, model: "log-anomaly", reason: "accuracy 0.81 is below 0.85 for 30 min: critical", values },
    ]);
  });

  it("stops a roll-out that is in progress instead, however often that happens", () => {
    const view = trafficView({ rollOut, promotion: { ...promotion, rolledBack: true } });
    expect(decideAtOnce(inaccurate, view, NOW)[0]).toMatchObject({
      kind: "roll-back",
      from: "3.3.0",
      to: "3.2.0",
      aborts: rollOut.run,
      fence: 7,
    });
  });

  // Whoever sees what no metric sees has named another version; a minute later the alarm sent everybody to the one they did not want.
  it.each([
    ["stands", { fence: 6, at: NOW }, { from: "3.2.0", to: "3.0.0", aborts: rollOut.run, fence: 7 }],
    ["was overtaken", { fence: 5, at: NOW }, { from: "3.3.0", to: "3.2.0", aborts: rollOut.run, fence: 7 }],
    ["has lain for two hours", { fence: 6, at: inHours(-2) }, { from: "3.3.0", to: "3.2.0", aborts: rollOut.run, fence: 7 }],
  ])("O5 goes the way of a person's order where that %s", (_, order, way) => {
    const view = trafficView({ rollOut, promotion, ordered: { ...order, from: "3.2.0", to: "3.0.0", user: "ada" } });
    const [decision] = decideAtOnce(inaccurate, view, NOW);
    expect(decision).toMatchObject({ kind: "roll-back", ...way, values: way });
  });

  // When the world has changed, the older model may be the worse one; swapping two failing versions for ever helps nobody.
  it.each([
    [
      "was rolled back before",
      { promotion: { ...promotion, rolledBack: true } },
      "3.2.0 was rolled back once already, a second time is for a person to decide",
    ],
    [
      "has lost its old slot",
      { promotion: { ...promotion, oldSlotKeptUntil: NOW } },
      `3.1.0 was kept ready until ${NOW}, and may be the worse one by now`,
    ],
    ["never had one before it", {}, "there is no earlier version to return to"],
    ["was the first one", { promotion: { ...promotion, previousVersion: "none" } }, "there is no earlier version to return to"],
    ["is only observed", { promotion, mode: "observe" as const }, "mode observe touches nothing"],
    ["is stopped", { promotion, rollOut, stopped: true }, "the stop switch is on"],
  ])("pages instead, and says why, where the model %s", (_case, view, because) => {
    const [withheld, page, ...rest] = decideAtOnce(inaccurate, trafficView(view), NOW);
    expect(rest).toEqual([]);
    expect(withheld).toMatchObject({ kind: "withhold", action: "roll-back", reason: `not rolled back: ${because}` });
    expect(page).toMatchObject({ kind: "page", reason: `accuracy 0.81 is below 0.85 for 30 min: critical; not rolled back: ${because}` });
  });

  it("may still roll back in the last millisecond of the old slot", () => {
    const view = trafficView({ promotion: { ...promotion, oldSlotKeptUntil: NOW.replace(".000Z", ".001Z") } });
    expect(decideAtOnce(inaccurate, view, NOW)[0]).toMatchObject({ kind: "roll-back" });
  });
});

describe("A6 errors above the line", () => {
  it("pause the roll-out and page", () => {
    expect(decideAtOnce(failing, trafficView({ rollOut }), NOW)).toMatchObject([
      { kind: "pause", run: rollOut.run, reason: "error rate 0.07 is above 0.05 for 10 min: critical" },
      { kind: "page" },
    ]);
  });

  it.each([
    ["there is no roll-out", {}, "not paused: no roll-out is in progress"],
    ["it is paused already", { rollOut: { ...rollOut, paused: true } }, `not paused: ${rollOut.run} is paused already`],
    ["the loop only observes", { rollOut, mode: "observe" as const }, "not paused: mode observe touches nothing"],
    ["the loop is stopped", { rollOut, stopped: true }, "not paused: the stop switch is on"],
  ])("still page where %s", (_case, view, reason) => {
    expect(decideAtOnce(failing, trafficView(view), NOW)).toMatchObject([{ kind: "withhold", action: "pause", reason }, { kind: "page" }]);
  });
});

describe("signals that touch no traffic", () => {
  it.each([
    ["A1", signal(), "record", "psi of the worst feature 0.34 is above 0.3 for 60 min: critical"],
    ["A1", signal({ severity: "monitor", reason: "psi 0.12" }), "observe-more-often", "psi 0.12"],
    ["A3", signal({ rule: "data-quality", reason: "rows is 3" }), "page", "rows is 3"],
    [
      "A5",
      signal({ rule: "latency", severity: "warning", reason: "p95 1400" }),
      "record-scaling",
      "p95 1400; KEDA scales within its bounds",
    ],
    ["A7", signal({ rule: "accuracy-collapse", reason: "accuracy 0.7" }), "page", "accuracy 0.7"],
    ["A7", signal({ rule: "deployment", severity: "info", reason: "3.2.0 deployed" }), "record", "3.2.0 deployed"],
    ["A10", signal({ rule: "precision", severity: "warning", reason: "precision 0.7" }), "record", "precision 0.7"],
  ])("%s are told and no more: %o", (_requirement, asked, kind, reason) => {
    expect(decideAtOnce(asked, trafficView({ promotion, rollOut }), NOW)).toMatchObject([{ kind, reason }]);
  });

  it("are recorded only, once they were dealt with", () => {
    expect(decideAtOnce(inaccurate, trafficView({ promotion, handled: true }), NOW)).toMatchObject([
      { kind: "record", reason: `signal ${dedupKey(inaccurate)} was dealt with before` },
    ]);
  });
});

// Decided again after it was done it reads "rolled back once already", and whoever is woken by that does what was done at night once more.
describe("what was decided before whoever decided it died", () => {
  const back = decideAtOnce(inaccurate, trafficView({ promotion }), NOW);
  const stop = decideAtOnce(inaccurate, trafficView({ rollOut }), NOW);
  const pause = decideAtOnce(failing, trafficView({ rollOut }), NOW);

  it.each([
    ["A4 a roll-back that traffic shows", back, { promotion: { ...promotion, rolledBack: true } }, true],
    ["A4 a roll-back that traffic does not show", back, { promotion }, false],
    ["A4 a roll-out that is gone", stop, {}, true],
    ["A4 a roll-out that goes on", stop, { rollOut }, false],
    ["A4 a roll-out that was promoted meanwhile", stop, { promotion: { ...promotion, version: "3.3.0", previousVersion: "3.2.0" } }, false],
    ["A6 a pause that traffic shows", pause, { rollOut: { ...rollOut, paused: true } }, true],
    ["A6 a pause that a person has ended", pause, { rollOut }, false],
    ["a page", decideAtOnce(failing, trafficView(), NOW), {}, false],
  ])("%s", (_case, before, view, stands) => {
    expect(standsStill(before, trafficView(view))).toBe(stands);
  });
});

describe("every decision", () => {
  const anyTraffic = fc.record({
    mode: fc.constantFrom("observe" as const, "act" as const),
    stopped: fc.boolean(),
    handled: fc.boolean(),
    fence: fc.nat(1_000),
    rollOut: fc.constantFrom(undefined, rollOut, { ...rollOut, paused: true }),
    promotion: fc.constantFrom(undefined, promotion, { ...promotion, rolledBack: true }, { ...promotion, oldSlotKeptUntil: inHours(-1) }),
  });

  it("is there for every signal and every view, at most one of a kind, with a reason, and passes its own schema", () => {
    fc.assert(
      fc.property(anySignal, anyTraffic, (asked, view) => {
        const decisions = decideAtOnce(asked, view, NOW);
        expect(decisions.length).toBeGreaterThan(0);
        expect(new Set(decisions.map(({ kind }) => kind)).size).toBe(decisions.length);
        for (const decision of decisions) {
          expect(decision.reason).not.toBe("");
          expect(atOnceDecisionSchema.parse(JSON.parse(JSON.stringify(decision)))).toEqual(decision);
        }
      }),
    );
  });

  it("leaves traffic alone while the stop switch is on, and in mode observe; people are told all the same", () => {
    fc.assert(
      fc.property(anySignal, anyTraffic, (asked, view) => {
        const told = (of: typeof view): boolean => decideAtOnce(asked, { ...of, handled: false }, NOW).some(({ kind }) => kind === "page");
        const touches = decideAtOnce(asked, view, NOW).some(({ kind }) => kind === "roll-back" || kind === "pause");
        if (view.stopped || view.mode === "observe") expect(touches).toBe(false);
        if (told({ ...view, stopped: false, mode: "act" })) expect(told(view)).toBe(true);
      }),
    );
  });
});
