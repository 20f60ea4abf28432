import fc from "fast-check";
import {
  addHistograms,
  baselineSchema,
  categoricalBaseline,
  countLevels,
  countNumbers,
  MOST_BINS,
  numericBaseline,
} from "../../../lambdas/domain/histogram";

const anyNumber = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const anyCells = fc.array(
  fc.oneof({ weight: 9, arbitrary: anyNumber }, { weight: 1, arbitrary: fc.constantFrom(null, undefined, NaN, Infinity, -Infinity) }),
);

describe("a numeric baseline", () => {
  it("has ten bins of equal share where values do not repeat", () => {
    const { counts, edges } = numericBaseline(
      "cpu",
      Array.from({ length: 1_000 }, (_, i) => (i * 7) % 1_000),
    );
    expect(counts).toEqual(new Array(10).fill(100));
    expect(edges).toEqual([99.5, 199.5, 299.5, 399.5, 499.5, 599.5, 699.5, 799.5, 899.5]);
  });

  // Two engines that count (low, high] and [low, high) differ by a psi of 0.36 on whole numbers when edges lie on the values.
  it("never has an edge on a value of its own", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (values) => {
        const { edges } = numericBaseline("f", values);
        for (const edge of edges) expect(values).not.toContain(edge);
      }),
    );
  });

  // 80 % zeros make most quantiles coincide; a rare flag makes all of them. Bins that collapse to one would hide any drift.
  it("keeps apart what differs, however much its values repeat", () => {
    const zeros = numericBaseline("f", [...new Array<number>(80).fill(0), ...Array.from({ length: 20 }, (_, i) => i + 1)]);
    expect(zeros).toMatchObject({ edges: [0.5, 10.5], counts: [80, 10, 10] });
    expect(numericBaseline("flag", [...new Array<number>(97).fill(0), 1, 1, 1])).toMatchObject({ edges: [0.5], counts: [97, 3] });
    expect(numericBaseline("flag", [0, ...new Array<number>(99).fill(1)])).toMatchObject({ edges: [0.5], counts: [1, 99] });
  });

  it("sees a constant change in either direction", () => {
    const { edges, counts } = numericBaseline("mode", [3, 3, 3]);
    expect(counts).toEqual([0, 3, 0]);
    expect(countNumbers(edges, [2.9, 3, 3.1, 3.2])).toEqual({ counts: [1, 1, 2], missing: 0 });
  });

  it("separates neighbouring doubles, between which there is no middle", () => {
    const next = 1 + Number.EPSILON;
    expect(numericBaseline("f", [1, next]).counts).toEqual([1, 1]);
  });

  it("tells where the mass of each bin lies, and how wide it all is", () => {
    expect(numericBaseline("f", [1, 2, 3, 4], 2)).toEqual({
      kind: "numeric",
      feature: "f",
      edges: [2.5],
      counts: [2, 2],
      missing: 0,
      centres: [1.5, 3.5],
      deviation: Math.sqrt(1.25),
    });
  });

  it("of nothing has one empty bin, and counts what is missing", () => {
    expect(numericBaseline("f", [null, NaN])).toMatchObject({ edges: [], counts: [0], missing: 2, deviation: 0 });
  });

  it("counts every value once, passes its schema, and has at most ten bins", () => {
    fc.assert(
      fc.property(anyCells, (values) => {
        const baseline = numericBaseline("f", values);
        expect(baseline.counts.reduce((sum, count) => sum + count, baseline.missing)).toBe(values.length);
        expect(baseline.counts.length).toBeLessThanOrEqual(MOST_BINS);
        expect(baselineSchema.parse(JSON.parse(JSON.stringify(baseline)))).toEqual(baseline);
      }),
    );
  });
});

describe("counting a window", () => {
  it("puts a value on an edge into the bin above it, and what is no number into a bin of its own", () => {
    expect(countNumbers([1, 2], [0.9, 1, 1.9, 2, 99, NaN, null, undefined, Infinity])).toEqual({ counts: [1, 2, 2], missing: 4 });
  });

  // Hours are added up to days and instances to fleets; a sum that is not the whole's count would be drift out of nothing.
  it("of two windows adds up to counting them together", () => {
    fc.assert(
      fc.property(anyCells, anyCells, anyCells, (base, one, other) => {
        const { edges } = numericBaseline("f", base);
        expect(addHistograms(countNumbers(edges, one), countNumbers(edges, other))).toEqual(countNumbers(edges, [...one, ...other]));
      }),
    );
    expect(() => addHistograms({ counts: [1], missing: 0 }, { counts: [1, 2], missing: 0 })).toThrow(
      new RangeError("histograms of 1 and of 2 bins cannot be added"),
    );
  });
});

describe("a categorical baseline", () => {
  it("names its most frequent values, and counts all others and the missing ones apart", () => {
    const baseline = categoricalBaseline("level", ["b", "a", "a", "c", null, "b", "a"], 2);
    expect(baseline).toEqual({ kind: "categorical", feature: "level", levels: ["a", "b"], counts: [3, 2, 1], missing: 1 });
    expect(countLevels(baseline.levels, ["a", "z", "y", undefined])).toEqual({ counts: [1, 0, 2], missing: 1 });
    expect(baselineSchema.safeParse(baseline).success).toBe(true);
  });
});

describe("a baseline as a file", () => {
  it.each([
    ["edges that do not ascend", { edges: [2, 1] }],
    ["edges that coincide", { edges: [1, 1] }],
    ["a count too few", { counts: [1, 1] }],
    ["a centre too few", { centres: [0, 1] }],
  ])("is refused with %s", (_case, change) => {
    const baseline = { kind: "numeric", feature: "f", edges: [1, 2], counts: [1, 1, 1], missing: 0, centres: [0, 1, 2], deviation: 1 };
    expect(baselineSchema.safeParse(baseline).success).toBe(true);
    expect(baselineSchema.safeParse({ ...baseline, ...change }).success).toBe(false);
  });
});
