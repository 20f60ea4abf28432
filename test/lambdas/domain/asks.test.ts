import fc from "fast-check";
import { strongestAsks, type Ask } from "../../../lambdas/domain/asks";

const anyAsk: fc.Arbitrary<Ask> = fc.oneof(
  fc
    .constantFrom(
      "roll-back" as const,
      "pause" as const,
      "page" as const,
      "record-scaling" as const,
      "observe-more-often" as const,
      "record" as const,
    )
    .map((kind) => ({ kind })),
  fc.record({ kind: fc.constant("retrain" as const), withinHours: fc.constantFrom(0, 24, 48), windowDays: fc.constantFrom(7, 14) }),
);

describe("asks of several rules at once", () => {
  // P says roll back below 0.85, W says retrain within a day: the mildest of the two would let a failing model serve on.
  it("come down to the strongest action of each kind, traffic first", () => {
    const asks: Ask[] = [
      { kind: "retrain", withinHours: 24, windowDays: 14 },
      { kind: "record" },
      { kind: "pause" },
      { kind: "retrain", withinHours: 0, windowDays: 7 },
      { kind: "page" },
      { kind: "roll-back" },
    ];
    expect(strongestAsks(asks)).toEqual([{ kind: "roll-back" }, { kind: "page" }, { kind: "retrain", withinHours: 0, windowDays: 14 }]);
  });

  it("keep a pause where nothing is rolled back, and a record where nothing else is asked", () => {
    expect(strongestAsks([{ kind: "page" }, { kind: "pause" }])).toEqual([{ kind: "pause" }, { kind: "page" }]);
    expect(strongestAsks([{ kind: "record" }, { kind: "record" }])).toEqual([{ kind: "record" }]);
    expect(strongestAsks([])).toEqual([]);
  });

  it("come down to the same whatever their order, and however often they are asked", () => {
    fc.assert(
      fc.property(fc.array(anyAsk, { maxLength: 8 }), (asks) => {
        const once = strongestAsks(asks);
        expect(strongestAsks([...asks].reverse())).toEqual(once);
        expect(strongestAsks([...once, ...asks])).toEqual(once);
        expect(new Set(once.map(({ kind }) => kind)).size).toBe(once.length);
      }),
    );
  });
});
