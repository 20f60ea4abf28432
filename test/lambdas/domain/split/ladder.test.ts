import { ladderFaults, ladderText, rungAbove } from "../../../../lambdas/domain/split/ladder";

describe("O1 a ladder", () => {
  it.each([[[5, 20, 50, 100]], [[10, 30, 50, 100]], [[100]], [[0.01, 33.33, 100]]])("may be %j", (ladder) => {
    expect(ladderFaults("stages", ladder)).toEqual([]);
  });

  it.each([
    [
      [10, 50, 30, 100],
      ["stages[2] is 30; the stage before it has 50, and users would be thrown out: let each stage be larger than the one before"],
    ],
    [[0, 100], ["stages[0] is 0; a stage that nobody is in shows nothing: let each stage be larger than the one before"]],
    [[10, 50], ["stages ends with 50; a release that is promoted has all users: end with 100"]],
    [[], ["stages ends with nothing; a release that is promoted has all users: end with 100"]],
    [
      [-1, 33.333],
      [
        "stages[0] is -1; nobody has a negative share of users: use 0 or more",
        "stages[1] is 33.333; NGINX splits by hundredths of a percent: use two decimals at most",
      ],
    ],
  ])("may not be %j", (ladder, faults) => {
    expect(ladderFaults("stages", ladder)).toEqual(faults);
  });

  it("is climbed rung by rung", () => {
    expect([0, 1, 500, 2_000, 5_000, 10_000].map((share) => rungAbove([5, 20, 50, 100], share))).toEqual([
      500, 500, 2_000, 5_000, 10_000, 10_000,
    ]);
    expect(ladderText([5, 20, 50, 100])).toBe("5, 20, 50, 100");
  });
});
