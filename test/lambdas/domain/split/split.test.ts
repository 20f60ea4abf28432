import fc from "fast-check";
import { readSplit, splitFaults, splitText } from "../../../../lambdas/domain/split/split";
import { split, splits, splitWithout } from "./examples";

const arms = (...shares: [string, number][]) =>
  shares.map(([variant, hundredths]) => ({ variant, model: `anomaly_${variant}`, hundredths }));
const experiment = (...shares: [string, number][]) => ({ name: "exp1", arms: arms(...shares) });

describe("a split", () => {
  it("is read as it was written", () => {
    fc.assert(fc.property(splits, (state) => expect(readSplit(splitText(state))).toEqual(state)));
  });

  it("stands in one line, in an order of its own", () => {
    expect(splitText(split())).toBe(
      '{"schemaVersion":1,"generation":7,"fence":3,"experiment":{"name":"exp1","arms":[{"variant":"catboost","model":"anomaly_catboost","hundredths":3000},{"variant":"xgboost","model":"anomaly_xgboost","hundredths":7000}]},"stable":{"release":"r41","slot":"a"},"candidate":{"release":"r42","slot":"b","hundredths":1000}}',
    );
  });

  it.each([
    [
      "sums",
      { experiment: experiment(["a", 3_000], ["b", 6_000]) },
      ["experiment.arms sum to 90 percent; every user goes somewhere: make them sum to 100"],
    ],
    [
      "a negative weight",
      { experiment: experiment(["a", -1], ["b", 10_001]) },
      [
        "experiment.arms[0].hundredths is -1; nobody has a negative share of users: use 0 or more",
        "experiment.arms[1].hundredths is 10001; 10000 hundredths of a percent are all users: use 10000 or less",
      ],
    ],
    [
      "more than two decimals",
      { experiment: experiment(["a", 0.5], ["b", 9_999.5]) },
      [
        "experiment.arms[0].hundredths is 0.5; shares are whole hundredths of a percent: use a whole number from 0 to 10000",
        "experiment.arms[1].hundredths is 9999.5; shares are whole hundredths of a percent: use a whole number from 0 to 10000",
      ],
    ],
    [
      "a variant twice",
      { experiment: experiment(["a", 3_000], ["a", 7_000]) },
      ["experiment.arms names a more than once; each variant has one share: name it once"],
    ],
    // NGINX would take the rest of the name for a directive of its own.
    [
      "a name that means something to NGINX",
      { stable: { release: 'r41"; return 200; #', slot: "a" as const } },
      [
        'stable.release is "r41\\"; return 200; #"; a name has up to 63 lower-case letters, digits, dots, underscores and hyphens, a letter or digit at both ends: rename it',
      ],
    ],
    [
      "one slot for two",
      { candidate: { release: "r42", slot: "a" as const, hundredths: 1 } },
      ["candidate.slot is a; the stable release is in that one: use the other"],
    ],
    [
      "one release twice",
      { candidate: { release: "r41", slot: "b" as const, hundredths: 1 } },
      ["candidate.release is r41; that is the stable one: name another, or leave candidate out"],
    ],
    [
      "two releases for one slot",
      { previous: { release: "r40", slot: "b" as const } },
      ["candidate and previous are both set; the other slot holds one release: leave previous out once the slot is filled anew"],
    ],
    [
      "one salt for both layers",
      { candidate: { release: "exp1", slot: "b" as const, hundredths: 1 } },
      [
        "candidate.release is exp1, like the experiment; both salt a hash, and with the same salt both layers would pick the same users: rename one",
      ],
    ],
    [
      "a name that metrics need",
      { stable: { release: "none", slot: "a" as const } },
      ['"none" is the name of a variant or release; metrics call so what went to nobody: rename it'],
    ],
    ["a key that nothing reads", { weights: [30, 70] }, ["split has weights; nothing reads it: leave it out"]],
  ])("is refused for %s", (_, change, faults) => {
    expect(splitFaults({ ...split(), ...change })).toEqual(faults);
  });

  it("is refused with a candidate before anything is stable", () => {
    expect(splitFaults(splitWithout("stable"))).toEqual([
      "candidate is set without stable; there is nothing to compare it with: make the first release stable at once",
    ]);
    expect(splitFaults({ ...splitWithout("stable", "candidate"), previous: { release: "r40", slot: "a" } })).toEqual([
      "previous is set without stable; nothing came after it: make it stable, or leave it out",
    ]);
  });

  it("is refused when it is none, all faults at once", () => {
    expect(() => readSplit('{"schemaVersion":1')).toThrow(
      new RangeError(
        "split has the wrong form (Invalid input: expected object, received string); a split is written by the loop: write it as splitText does",
      ),
    );
    expect(splitFaults({ ...split(), generation: -1, fence: 0.5 })).toEqual([
      "generation is -1; it is counted from 0: use 0 or more",
      "fence is 0.5; it is counted: use a whole number",
    ]);
  });
});
