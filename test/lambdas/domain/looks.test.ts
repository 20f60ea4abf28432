import {
  lookAtEndOf,
  lookFaults,
  planLooks,
  promotionChance,
  promotionThreshold,
  THRESHOLD_WITHOUT_TRAFFIC,
  type PlannedStage,
} from "../../../lambdas/domain/looks";
import { normalQuantile } from "../../../lambdas/domain/special-functions";
import { DEFAULT_STAGES } from "../../../lambdas/domain/stages";

const FOURTH_LOOK: PlannedStage[] = [
  { percent: 5, hours: 6 },
  { percent: 20, hours: 12 },
  { percent: 50, hours: 24 },
  { percent: 50, hours: 24 },
];

function equalLooks(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

describe("O4 the threshold of a plan", () => {
  it("is the 0.95 of the requirement for a single look", () => {
    expect(promotionThreshold([1])).toBeCloseTo(0.95, 8);
  });

  // Expected values: the same recursion in NumPy with 400 nodes and SciPy 1.17.1's optimize.brentq. At 2, 3, 4 and 5 equal looks they are the
  // one-sided constants of Pocock.
  it.each([
    [2, 0.96963274],
    [3, 0.97682499],
    [4, 0.98065313],
    [5, 0.98306917],
    [10, 0.9883963],
    [20, 0.99162863],
  ])("is higher for %p equal looks: %p", (count, threshold) => {
    expect(promotionThreshold(equalLooks(count))).toBeCloseTo(threshold, 7);
  });

  // Simulated once with SciPy 1.17.1, 60,000 experiments of two equal binomial arms with the exact posteriors and 1,000 outcomes an arm before
  // a look counts: at 3,400 outcomes an hour 4.7 % (rate 0.9), 5.0 % (0.5), 5.1 % (0.1), 4.5 % (0.98) were promoted; with fewer, less.
  // With 0.95 it were 15 %.
  it("is 0.9849 for 5 %, 20 %, 50 % and a fourth look", () => {
    const plan = planLooks({ stages: FOURTH_LOOK, outcomesPerHour: 3_400 });
    expect(plan.threshold).toBeCloseTo(0.98493, 5);
    expect(plan.looks).toEqual([
      { stage: 0, control: 19_380, treatment: 1_020 },
      { stage: 1, control: 52_020, treatment: 9_180 },
      { stage: 2, control: 92_820, treatment: 49_980 },
      { stage: 3, control: 133_620, treatment: 90_780 },
    ]);
    expect(plan.reason).toBe("4 looks; 5 % false promotions in all need a probability of 0.9849 at each");
    expect(promotionChance(plan.looks, 0.95, 0.9, 0)).toBeCloseTo(0.1496, 4);
  });

  // Independent of the recursion: random walks with the information of the plan, 100,000 of them, the same at every run.
  it("keeps the declared error in a simulation", () => {
    const { looks, threshold } = planLooks({ stages: FOURTH_LOOK, outcomesPerHour: 3_400 });
    const information = looks.map(({ control, treatment }) => 1 / (1 / control + 1 / treatment));
    let state = 12_345;
    const uniform = (): number => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
    };
    const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const bound = normalQuantile(threshold);
    let promoted = 0;
    for (let walk = 0; walk < 100_000; walk++) {
      let [sum, before, passed] = [0, 0, false];
      for (const now of information) {
        sum += normal() * Math.sqrt(now - before);
        passed ||= sum >= bound * Math.sqrt(now);
        before = now;
      }
      if (passed) promoted++;
    }
    // Three standard errors of 0.07 points.
    expect(Math.abs(promoted / 100_000 - 0.05)).toBeLessThan(0.0021);
  });

  it("is lower when traffic is too thin for the first look, because fewer looks remain", () => {
    const thin = planLooks({ stages: FOURTH_LOOK, outcomesPerHour: 1_000 });
    expect(thin.looks.map(({ stage }) => stage)).toEqual([1, 2, 3]);
    expect(thin.threshold).toBeLessThan(0.98493);
  });

  it("is one strict figure where the traffic is unknown, stricter still above four looks", () => {
    expect(planLooks({ stages: DEFAULT_STAGES })).toMatchObject({
      threshold: THRESHOLD_WITHOUT_TRAFFIC,
      reason: "3 looks at unknown traffic need a probability of 0.9875 at each; declare outcomesPerHour for the exact one",
    });
    const six = planLooks({ stages: Array.from({ length: 6 }, () => ({ percent: 50, hours: 1 })) });
    expect(six.threshold).toBeCloseTo(0.95 ** (1 / 6), 12);
    expect(six.threshold).toBeGreaterThan(promotionThreshold(equalLooks(6)));
  });
});

describe("O4 the chance of being promoted", () => {
  // 3,213 an arm were reckoned for a power of 0.8 at a two-sided 0.05; four looks at 0.981 with 3,000 an arm find 78.5 % (simulated).
  it("of a better treatment agrees with the sample size, and with a simulation of four looks", () => {
    expect(promotionChance([{ stage: 0, control: 3_213, treatment: 3_213 }], 0.975, 0.9, 0.02)).toBeCloseTo(0.8, 2);
    const quarters = [750, 1_500, 2_250, 3_000].map((each, stage) => ({ stage, control: each, treatment: each }));
    expect(promotionChance(quarters, 0.981, 0.9, 0.02)).toBeCloseTo(0.785, 2);
  });

  it("of an equal one is the declared error, and of a worse one far less", () => {
    const { looks, threshold } = planLooks({ stages: FOURTH_LOOK, outcomesPerHour: 3_400 });
    expect(promotionChance(looks, threshold, 0.9, 0)).toBeCloseTo(0.05, 6);
    expect(promotionChance(looks, threshold, 0.9, -0.01)).toBeLessThan(0.01);
  });
});

describe("a plan of looks", () => {
  it("says everything that is wrong with it at once", () => {
    const stages = [
      { percent: 0, hours: 6 },
      { percent: 120, hours: 0 },
    ];
    expect(lookFaults({ stages, falsePromotion: 5, outcomesPerHour: 0 })).toEqual([
      "stages[0].percent is 0; it must be above 0 and at most 100: choose a share of users",
      "stages[1].percent is 120; it must be above 0 and at most 100: choose a share of users",
      "stages[1].hours is 0; it must be above 0: leave the stage out instead",
      "falsePromotion is 5; it must lie between 0 and 0.5: write 5 % as 0.05",
      "outcomesPerHour is 0; it must be above 0: leave it out where it is unknown",
    ]);
  });

  // Found out after two days of canary that no look counted, a roll-out would stand still for a reason that was known before it began.
  it("is refused when no look would ever have enough outcomes", () => {
    expect(() => planLooks({ stages: DEFAULT_STAGES, outcomesPerHour: 10 })).toThrow(
      new RangeError(
        "stages give the smaller arm 147 outcomes before 100 %; fewestPerArm is 1000, so no look would ever be taken: lengthen the stages",
      ),
    );
    expect(lookFaults({ stages: [{ percent: 100, hours: 1 }], outcomesPerHour: 1_000_000 })).toHaveLength(1);
  });
});

// A look at a stage that was too small to be planned uses a threshold that was computed without it: more equal models would be promoted.
it("O4 the end of a stage is a planned look where the plan has one there, and the last where none follows", () => {
  const stages = [1, 10, 50, 100].map((percent) => ({ percent, hours: 24 }));
  const plan = planLooks({ stages, outcomesPerHour: 500 });
  expect(plan.looks.map(({ stage }) => stage)).toEqual([1, 2]);
  expect(stages.map((_, stage) => lookAtEndOf(stage, plan))).toEqual([
    { planned: false, last: false, threshold: plan.threshold },
    { planned: true, last: false, threshold: plan.threshold },
    { planned: true, last: true, threshold: plan.threshold },
    { planned: false, last: true, threshold: plan.threshold },
  ]);
});
