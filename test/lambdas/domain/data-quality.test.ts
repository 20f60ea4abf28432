import {
  checkDataQuality,
  dataExpectationSchema,
  TRAINING_ROWS,
  windowExpectation,
  type DataProfile,
} from "../../../lambdas/domain/data-quality";

const baseline: DataProfile = {
  rows: 1_000,
  columns: { cpu: { type: "number", missing: 20, lowest: 0, highest: 1 }, host: { type: "text", missing: 0 } },
};
const expected = windowExpectation(baseline);

function window(change: Partial<DataProfile>): DataProfile {
  return { ...baseline, ...change };
}

function sentences(profile: DataProfile, of = expected): string[] {
  const found = checkDataQuality(profile, of);
  return found.kind === "broken" ? found.faults.map(({ sentence }) => sentence) : [];
}

describe("A3 a window of data", () => {
  it("is sound when it looks like the baseline, and says so", () => {
    expect(checkDataQuality(baseline, expected)).toEqual({
      kind: "sound",
      reason: "1000 rows pass all checks",
      values: { rows: 1_000, columns: 2, faults: 0 },
    });
  });

  // A source that stopped halves the rows and shifts every share: psi calls it critical drift, and the loop would learn the outage by heart.
  it.each([
    [500, []],
    [499, ["rows is 499; at least 500 are expected: look for a source that stopped"]],
    [3_000, []],
    [3_001, ["rows is 3001; at most 3000 are expected: look for data delivered twice"]],
  ])("of %p rows instead of 1,000 has these faults: %p", (rows, faults) => {
    expect(sentences({ rows, columns: { cpu: { type: "number", missing: 0 }, host: { type: "text", missing: 0 } } })).toEqual(faults);
  });

  it("may miss five points more values than the baseline, and not one row beyond", () => {
    const missing = (rows: number): DataProfile => window({ columns: { ...baseline.columns, cpu: { type: "number", missing: rows } } });
    expect(sentences(missing(70))).toEqual([]);
    expect(sentences(missing(71))).toEqual([
      "cpu is missing in 7.1 % of 1000 rows; at most 7 % are expected: look for a join or a source that fails",
    ]);
  });

  it("is broken without a column or with one of another type, and not by one too many", () => {
    expect(sentences(window({ columns: { host: { type: "integer", missing: 0 }, extra: { type: "text", missing: 0 } } }))).toEqual([
      "cpu is absent; a number column is expected: look upstream",
      "host is of type integer; text is expected: look upstream for a changed schema",
    ]);
    expect(sentences(window({ columns: { ...baseline.columns, extra: { type: "text", missing: 900 } } }))).toEqual([]);
  });

  it("tells the first fault, how many more there are, and where to look for it", () => {
    expect(checkDataQuality({ rows: 3, columns: {} }, expected)).toMatchObject({
      kind: "broken",
      reason: "rows is 3; at least 500 are expected: look for a source that stopped; and 2 more",
      values: { rows: 3, columns: 2, faults: 3, check: "volume", subject: "rows" },
    });
  });

  it("of an empty baseline may be anything of the same schema", () => {
    expect(sentences({ rows: 0, columns: {} }, windowExpectation({ rows: 0, columns: {} }))).toEqual([]);
  });
});

describe("D3 training data", () => {
  const training = dataExpectationSchema.parse({
    schemaVersion: 1,
    ...TRAINING_ROWS,
    columns: { id: { type: "text", highestMissingRate: 0 }, load: { type: "number", highestMissingRate: 0.1, lowest: 0, highest: 100 } },
  });
  const sound: DataProfile = {
    rows: 100_000,
    columns: { id: { type: "text", missing: 0 }, load: { type: "number", missing: 10_000, lowest: 0, highest: 100 } },
  };

  it("have 100,000 to 2,000,000 rows, no nulls in a key column, and values in range, all bounds included", () => {
    expect(sentences(sound, training)).toEqual([]);
    expect(sentences({ ...sound, rows: 2_000_000 }, training)).toEqual([]);
    expect(
      sentences(
        {
          rows: 2_000_001,
          columns: { id: { type: "text", missing: 1 }, load: { type: "number", missing: 0, lowest: -0.1, highest: 100.5 } },
        },
        training,
      ),
    ).toEqual([
      "rows is 2000001; at most 2000000 are expected: look for data delivered twice",
      "id is missing in 0.00005 % of 2000001 rows; at most 0 % are expected: look for a join or a source that fails",
      "load reaches -0.1; at least 0 is expected: look for a changed unit",
      "load reaches 100.5; at most 100 is expected: look for a changed unit",
    ]);
    expect(sentences({ ...sound, rows: 99_999 }, training)[0]).toBe(
      "rows is 99999; at least 100000 are expected: look for a source that stopped",
    );
  });
});
