import fc from "fast-check";
import { assign } from "../../../../lambdas/domain/split/assign";
import { type Split, splitFaults } from "../../../../lambdas/domain/split/split";
import {
  idleSlot,
  promoted,
  rolledBack,
  seedSplit,
  splitChangeFaults,
  withCandidate,
  withExperiment,
  withFirstRelease,
} from "../../../../lambdas/domain/split/split-changes";
import { split, splitWithout, users } from "./examples";

const LADDER = [10, 30, 50, 100];
const arms = split().experiment.arms;
const seeded = seedSplit("exp1", arms);
const first = withFirstRelease(seeded, "r41", 1);
const climbing = withCandidate(first, "r42", 1_000, 2);
const everybody = withCandidate(climbing, "r42", 10_000, 2);
const after = promoted(everybody, 2);

describe("O1 a roll-out", () => {
  it("goes from nothing over the first release to the next one, write by write", () => {
    const steps = [3_000, 5_000, 10_000].reduce<Split[]>(
      (all, share) => [...all, withCandidate(all.at(-1) ?? climbing, "r42", share, 2)],
      [seeded, first, climbing],
    );
    const whole = [...steps, promoted(steps.at(-1) ?? climbing, 2)];
    for (const [index, state] of whole.entries()) {
      expect(splitFaults(state)).toEqual([]);
      if (index > 0) expect(splitChangeFaults(whole[index - 1] ?? seeded, state, LADDER)).toEqual([]);
    }
    expect(whole.map(({ generation }) => generation)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(whole.at(-1)).toEqual({
      ...{ schemaVersion: 1, generation: 6, fence: 2, experiment: seeded.experiment },
      ...{ stable: { release: "r42", slot: "b" }, previous: { release: "r41", slot: "a" } },
    });
  });

  it("fills the slot that answers nobody", () => {
    expect([seeded, first, climbing, after].map(idleSlot)).toEqual(["a", "b", "b", "a"]);
  });

  it("O3 goes back whole, from every stage and after the promotion", () => {
    expect(rolledBack(climbing, 3)).toEqual({ ...first, generation: 3, fence: 3 });
    expect(rolledBack(after, 3)).toMatchObject({ stable: { release: "r41", slot: "a" }, previous: { release: "r42", slot: "b" } });
    for (const from of [climbing, everybody, after]) expect(splitChangeFaults(from, rolledBack(from, 3), LADDER)).toEqual([]);
  });

  // The next release takes the slot of the one before the last; there is no way back to that any more.
  it("forgets the release before when its slot is filled anew", () => {
    const third = withCandidate(after, "r43", 1_000, 4);
    expect(third.previous).toBeUndefined();
    expect(splitChangeFaults(after, third, LADDER)).toEqual([]);
  });
});

describe("a change is refused", () => {
  const climbTo = (hundredths: number): Split => withCandidate(climbing, "r42", hundredths, 2);
  it.each<[string, Split, Split, string[]]>([
    [
      "that skips a stage",
      climbing,
      climbTo(5_000),
      ["candidate.hundredths is 5000 after 1000; the stages are 10, 30, 50, 100 percent, and each is climbed by itself: use 3000"],
    ],
    [
      "that shrinks a stage",
      climbing,
      climbTo(500),
      [
        "candidate.hundredths is 500 after 1000; users would be thrown to and fro: keep the share, or roll back whole by leaving the candidate out",
      ],
    ],
    [
      "that promotes too early",
      climbing,
      promoted(climbing, 2),
      ["stable is r42, which has 10 percent of users; a release is promoted from the last stage: let it climb to 100 first"],
    ],
    [
      "that changes the climber",
      climbing,
      withCandidate(climbing, "r43", 3_000, 2),
      ["candidate is r43; r42 is still climbing, and its users would be thrown to a third release: roll it back first"],
    ],
    [
      "that comes from nowhere",
      first,
      { ...first, generation: 2, stable: { release: "r99", slot: "b" } },
      [
        "stable is r99; it was r41, and only the candidate, or the release before the last promotion, may follow: make it the candidate first",
      ],
    ],
    [
      "that takes the release away",
      first,
      { ...seeded, generation: 2, fence: 1 },
      [
        "stable is nobody; it was r41, and only the candidate, or the release before the last promotion, may follow: make it the candidate first",
      ],
    ],
    [
      "that climbs over nothing",
      seeded,
      { ...climbing, generation: 1 },
      ["candidate is r42, and nothing was stable before; the first release has nobody to be compared with: make it stable at once"],
    ],
    // The run that was rolled back an hour ago wakes up and writes its next stage.
    [
      "of a run that is over, or read something older",
      { ...climbing, generation: 9, fence: 5 },
      climbTo(3_000),
      [
        "generation is 3; the one that is there has 9, and somebody else may have written since: read what is there, and begin again",
        "fence is 2; the traffic was written with 5, by a later run or a roll-back: stop",
      ],
    ],
    [
      "that throws users of the growing arm back",
      split(),
      withExperiment(split(), { name: "exp1", arms: arms.map((arm, index) => ({ ...arm, hundredths: [2_000, 8_000][index] ?? 0 })) }, 3),
      [
        "experiment.arms have 20, 80 percent after 30, 70; users of an arm that stands further up would be thrown back: let the first arms grow only, or give the experiment a new name",
      ],
    ],
    // 944 users of a canary were thrown out by a mere change of order in a trial.
    [
      "that changes the order",
      split(),
      withExperiment(split(), { name: "exp1", arms: [...arms].reverse() }, 3),
      [
        "experiment.arms are xgboost, catboost; they were catboost, xgboost, and another order or other variants under the same name would move users at random: keep them, or give the experiment a new name",
      ],
    ],
    ["to no split", split(), { ...split(), generation: -1 }, ["generation is -1; it is counted from 0: use 0 or more"]],
  ])("%s", (_, from, to, faults) => {
    expect(splitChangeFaults(from, to, LADDER)).toEqual(faults);
  });

  it("on a ladder that shrinks", () => {
    expect(splitChangeFaults(first, climbing, [10, 5, 100])).toEqual([
      "ladder[1] is 5; the stage before it has 10, and users would be thrown out: let each stage be larger than the one before",
    ]);
  });
});

it("S3 an experiment under a new name deals all users anew, in whatever order", () => {
  const renamed = withExperiment(split(), { name: "exp2", arms: [...arms].reverse() }, 3);
  expect(splitChangeFaults(split(), renamed, LADDER)).toEqual([]);
  expect(splitChangeFaults(splitWithout("candidate"), withExperiment(splitWithout("candidate"), split().experiment, 3), LADDER)).toEqual(
    [],
  );
});

// Whatever is let through must keep the promise, not only what we thought of.
it("S3 an accepted change of shares moves no user to an arm further down", () => {
  const bounds = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 2, maxLength: 2 });
  const state = (cuts: number[]): Split => {
    const [one = 0, two = 0] = [...cuts].sort((a, b) => a - b);
    const shares = [one, two - one, 10_000 - two];
    return split({ experiment: { name: "exp1", arms: shares.map((hundredths, i) => ({ variant: `v${i}`, model: `m${i}`, hundredths })) } });
  };
  const armOf = (user: string, of: Split): string => (assign(user, of) as { variant: string }).variant;
  fc.assert(
    fc.property(fc.array(users, { minLength: 20, maxLength: 20 }), bounds, bounds, (ids, one, other) => {
      const [from, to] = [state(one), { ...state(other), generation: 8 }];
      if (splitChangeFaults(from, to, LADDER).length > 0) return;
      expect(ids.filter((id) => armOf(id, to) > armOf(id, from))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
