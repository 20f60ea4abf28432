import { DEFAULT_STAGES } from "../../../lambdas/domain/stages";

describe("the default ladder", () => {
  it("O1 has 5 % for 6 h, 20 % for 12 h, 50 % for 24 h, then everybody", () => {
    expect(DEFAULT_STAGES.map(({ percent, hours }) => [percent, hours])).toEqual([
      [5, 6],
      [20, 12],
      [50, 24],
      [100, 24],
    ]);
  });

  // The more users are on it, the less a release may be worse.
  it("O2 allows less at each stage", () => {
    const limits = DEFAULT_STAGES.map(({ limits: { errorRate, p95Milliseconds, accuracy } }) => [errorRate, p95Milliseconds, accuracy]);
    const times = (times: number, floor: number) => ({ kind: "at-most-times", times, floor });
    const least = (bound: number) => ({ kind: "at-least", bound });
    expect(limits).toEqual([
      [times(2, 0.01), times(1.5, 50), least(0.85)],
      [times(2, 0.01), times(1.5, 50), least(0.87)],
      [times(1.5, 0.01), times(1.3, 50), least(0.9)],
      [times(1.2, 0.01), times(1.1, 50), least(0.92)],
    ]);
  });
});
