import fc from "fast-check";
import { sampleSizeFaults, sampleSizePerArm, type SampleSizeQuestion } from "../../../lambdas/domain/sample-size";

describe("O4 the outcomes that each arm needs", () => {
  // "2 % better" without saying of what is two experiments, a quarter apart in length.
  // Checked by hand: (1.959964 √(2 p̄ q̄) + 0.841621 √(p q + p' q'))² / (p' − p)².
  it.each<[SampleSizeQuestion, number]>([
    [{ baseline: 0.9, effect: { kind: "points", by: 0.02 } }, 3_213],
    [{ baseline: 0.9, effect: { kind: "relative", by: 0.02 } }, 4_007],
    [{ baseline: 0.1, effect: { kind: "relative", by: 0.1 } }, 14_751],
    [{ baseline: 0.9, effect: { kind: "points", by: -0.02 } }, 3_841],
  ])("for %o are %p", (question, outcomes) => {
    expect(sampleSizePerArm(question)).toBe(outcomes);
  });

  // The document's formula lacks the factor 2 of a comparison of two arms: half the outcomes, and a third of the power gone.
  it("for the document's example are twice what the document computes", () => {
    const h = 2 * (Math.asin(Math.sqrt(0.11)) - Math.asin(Math.sqrt(0.1)));
    const document = Math.ceil(((1.959964 + 0.841621) / h) ** 2);
    expect(document).toBe(7_373);
    expect(sampleSizePerArm({ baseline: 0.1, effect: { kind: "relative", by: 0.1 } }) / document).toBeCloseTo(2, 2);
  });

  it("grow with the power and as the effect shrinks, and are the same for successes and failures", () => {
    const baseline = fc.double({ min: 0.2, max: 0.7, noNaN: true });
    fc.assert(
      fc.property(baseline, fc.double({ min: 0.01, max: 0.1, noNaN: true }), (rate, by) => {
        const need = (by: number, power = 0.8): number => sampleSizePerArm({ baseline: rate, effect: { kind: "points", by }, power });
        expect(need(by / 2)).toBeGreaterThan(need(by));
        expect(need(by, 0.9)).toBeGreaterThan(need(by));
        const failures = sampleSizePerArm({ baseline: 1 - rate, effect: { kind: "points", by: -by } });
        expect(Math.abs(failures - need(by))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("cannot be told for a question that has no answer, and all that is wrong with it is said at once", () => {
    expect(sampleSizeFaults({ baseline: 90, effect: { kind: "points", by: 0.02 }, power: 1, alpha: 0 })).toEqual([
      "baseline is 90; it must lie between 0 and 1, and be neither: write 90 % as 0.9",
      "power is 1; it must lie between 0 and 1, and be neither: write 90 % as 0.9",
      "alpha is 0; it must lie between 0 and 1, and be neither: write 90 % as 0.9",
    ]);
    expect(sampleSizeFaults({ baseline: 0.9, effect: { kind: "points", by: 0 } })).toEqual([
      "effect.by is 0; no number of outcomes shows that there is no difference: name the smallest that matters",
    ]);
    expect(() => sampleSizePerArm({ baseline: 0.95, effect: { kind: "relative", by: 0.1 } })).toThrow(
      new RangeError("effect.by is 0.1 (relative); it takes the rate from 0.95 to 1.045, outside 0 to 1: choose a smaller effect"),
    );
  });
});
