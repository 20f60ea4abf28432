import fc from "fast-check";
import {
  addCorrections,
  CORRECTIONS_PER_TRIGGER,
  feedbackSignal,
  withoutTold,
  type FeedbackCount,
} from "../../../lambdas/domain/ledger-feedback";
import { dedupKey } from "../../../lambdas/domain/names";
import { retrainingAskedBy } from "../../../lambdas/domain/signals";
import { inHours, NOW } from "./examples";

const nothing: FeedbackCount = { schemaVersion: 1, model: "log-anomaly", total: 0, untold: [] };

describe("D4 corrections", () => {
  // 999 must not train a model, and 1,000 must not wait for the next thousand.
  it("fill a thousand with the thousandth", () => {
    const almost = addCorrections(nothing, 999, NOW);
    expect(almost.untold).toEqual([]);
    expect(addCorrections(almost, 1, inHours(1)).untold).toEqual([{ model: "log-anomaly", thousand: 1, filledAt: inHours(1) }]);
    expect(CORRECTIONS_PER_TRIGGER).toBe(1_000);
  });

  it("fill each thousand exactly once, however they are batched and whenever the triggers are told", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.boolean()), { maxLength: 30 }), (batches) => {
        let count = nothing;
        const told: number[] = [];
        for (const [corrections, tell] of batches) {
          count = addCorrections(count, corrections, NOW);
          if (!tell) continue;
          told.push(...count.untold.map(({ thousand }) => thousand));
          count = withoutTold(count, count.untold);
        }
        const filled = [...told, ...count.untold.map(({ thousand }) => thousand)];
        expect(filled).toEqual(Array.from({ length: Math.floor(count.total / 1_000) }, (_, i) => i + 1));
      }),
    );
  });

  it("are refused where they are no whole number", () => {
    for (const corrections of [0, -1, 1.5, NaN]) {
      expect(() => addCorrections(nothing, corrections, NOW)).toThrow(
        new RangeError(`corrections is ${corrections}; a batch has a whole number of at least 1: leave empty batches out`),
      );
    }
  });

  // Whoever sends the signal may die after sending it, and the next one sends it again.
  it("R1 ask for a retraining by one signal, however often it is made, and another for the next thousand", () => {
    const [first, second] = addCorrections(nothing, 2_000, NOW).untold;
    if (first === undefined || second === undefined) throw new Error("two thousands give two triggers");
    expect(feedbackSignal(first)).toEqual(feedbackSignal({ ...first }));
    expect(dedupKey(feedbackSignal(first))).not.toBe(dedupKey(feedbackSignal(second)));
    expect(feedbackSignal(second)).toMatchObject({
      rule: "feedback",
      severity: "info",
      source: "feedback",
      firedAt: NOW,
      subject: "corrections up to 2000",
      value: 2_000,
      reason: "2000 corrections have come in, a full 1000 since the last trigger",
    });
    expect(retrainingAskedBy(feedbackSignal(first))).toEqual({ kind: "retrain", withinHours: 0, windowDays: 7 });
  });
});
