import fc from "fast-check";
import { decideByProbability, decideExperiment, KEEP_AT, type ExperimentState } from "../../../lambdas/domain/experiment";

const planned = { planned: true, last: false, threshold: 0.9849 };

function experiment(change: Partial<ExperimentState>): ExperimentState {
  return {
    control: { successes: 8_500, trials: 10_000 },
    treatment: { successes: 8_500, trials: 10_000 },
    exposures: [
      { arm: "control", observed: 10_000, intended: 1 },
      { arm: "treatment", observed: 10_000, intended: 1 },
    ],
    look: planned,
    ...change,
  };
}

describe("O4 promote, keep or continue", () => {
  // The bounds belong to the answer they name: at exactly 0.95 of a single look the document promotes.
  it.each([
    [0, 0.95, "keep"],
    [KEEP_AT, 0.95, "keep"],
    [0.0500001, 0.95, "continue"],
    [0.9499999, 0.95, "continue"],
    [0.95, 0.95, "promote"],
    [0.95, 0.9849, "continue"],
    [0.9849, 0.9849, "promote"],
    [1, 0.9849, "promote"],
  ])("at a probability of %p and a threshold of %p it is %s", (probability, threshold, kind) => {
    expect(decideByProbability(probability, { ...planned, threshold })).toBe(kind);
  });

  // Looking every five minutes at 0.95 promotes an equal model in a third of experiments. Harm may be seen at any time.
  it("promotes at planned looks only, and keeps at any time", () => {
    const between = { planned: false, last: true, threshold: 0.95 };
    expect(decideByProbability(1, between)).toBe("continue");
    expect(decideByProbability(0.04, between)).toBe("keep");
  });

  it("asks a person when the last look has no answer", () => {
    expect(decideByProbability(0.97, { ...planned, last: true })).toBe("ask-a-person");
    expect(decideByProbability(0.99, { ...planned, last: true })).toBe("promote");
    expect(decideExperiment(experiment({ look: { ...planned, last: true } })).reason).toMatch(/; the last look did not reach 0\.9849$/);
    expect(decideExperiment(experiment({ look: { ...planned, planned: false } })).reason).toMatch(
      /; promotion is decided at planned looks only$/,
    );
    expect(decideExperiment(experiment({ treatment: { successes: 8_300, trials: 10_000 } })).reason).toMatch(
      /; at or below 0\.05 the control is kept$/,
    );
  });

  // Expected intervals: SciPy 1.17.1, as in posterior.test.ts.
  it("tells the probability, the interval of the lift and the expected loss it was decided with", () => {
    const decision = decideExperiment(experiment({ treatment: { successes: 8_700, trials: 10_000 } }));
    expect(decision).toMatchObject({
      kind: "promote",
      reason: "P(treatment better) 1.0000, lift 1.038 to 2.961 points (95 %); from 0.9849 on the treatment is promoted",
    });
    expect(decision.values).toMatchObject({
      threshold: 0.9849,
      keepAt: 0.05,
      controlTrials: 10_000,
      treatmentTrials: 10_000,
      liftScale: "points",
    });
    expect(decision.values.expectedLoss).toBeLessThan(1e-6);
    expect(decideExperiment(experiment({ liftScale: "relative" })).reason).toBe(
      "P(treatment better) 0.5000, lift -1.158 to 1.172 % (95 %); below 0.9849 it goes on",
    );
  });

  it("goes on below the minimum of outcomes, and asks a person when no look is left", () => {
    const few = { control: { successes: 900, trials: 1_000 }, treatment: { successes: 999, trials: 999 } };
    expect(decideExperiment(experiment(few))).toEqual({
      kind: "continue",
      reason: "the smaller arm has 999 outcomes; it is judged from 1000",
      values: { outcomes: 999, fewestPerArm: 1_000 },
    });
    expect(decideExperiment(experiment({ ...few, look: { ...planned, last: true } })).kind).toBe("ask-a-person");
  });

  it("decides nothing on arms that did not get their users", () => {
    const exposures = [
      { arm: "control", observed: 10_000, intended: 1 },
      { arm: "treatment", observed: 9_000, intended: 1 },
    ];
    expect(decideExperiment(experiment({ exposures, treatment: { successes: 9_900, trials: 10_000 } }))).toMatchObject({
      kind: "not-comparable",
    });
  });

  it("has an answer with a reason for any two arms", () => {
    const anyArm = fc.nat(20_000).chain((trials) => fc.record({ trials: fc.constant(trials), successes: fc.nat(trials) }));
    fc.assert(
      fc.property(anyArm, anyArm, fc.boolean(), fc.boolean(), (control, treatment, isPlanned, last) => {
        const decision = decideExperiment(experiment({ control, treatment, look: { planned: isPlanned, last, threshold: 0.9849 } }));
        expect(decision.reason).not.toBe("");
        if (decision.kind === "promote") expect(isPlanned).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
