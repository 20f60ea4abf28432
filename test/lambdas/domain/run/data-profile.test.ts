import { judgeProfile, readProfile } from "../../../../lambdas/domain/run/data-profile";
import { modelSpec } from "./examples";

const { data } = modelSpec();
const SOUND = {
  ...{
    train_rows: 700_000,
    train_labels: 700_000,
    train_positives: 90_000,
    holdout_labels: 20_000,
    holdout_positives: 2_600,
    odd_labels: 0,
  },
  ...{ k0: 0, n0: 699_000, l0: 0, n1: 700_000, l1: 0.01, m1: 0.99, n2: 12 },
};
const verdict = (change: Record<string, number | null>) => judgeProfile(data, { figures: { ...SOUND, ...change } });

test("D3 what Athena writes of one row is read, a null as none", () => {
  expect(readProfile('"train_rows","l0"\n"700000","1.5E-3"\n')).toEqual({ figures: { train_rows: 700_000, l0: 0.0015 } });
  expect(readProfile('"train_rows","l0"\n"0",\n')).toEqual({ figures: { train_rows: 0, l0: null } });
});

test.each(["", '"a"\n', '"a","b"\n"1"\n', '"a"\n"x"\n', '"a"\n"1"\n"2"\n'])("D3 %j is no profile", (csv) => {
  expect(readProfile(csv)).toBeUndefined();
});

test("D3 sound data are sound, with their number of rows", () => {
  expect(verdict({})).toEqual({ kind: "sound", rows: 700_000 });
});

// Each of these trained a model once, somewhere, and passed for the model's fault.
test.each<[string, Record<string, number | null>, string]>([
  ["too few rows", { train_rows: 99_999, n0: 9, n1: 9 }, "rows is 99999; at least 100000 are expected: look for a source that stopped"],
  ["too many rows", { train_rows: 2_000_001 }, "rows is 2000001; at most 2000000 are expected: look for data delivered twice"],
  [
    "a key that is null",
    { k0: 70 },
    "window_id is missing in 0.01 % of 700000 rows; at most 0 % are expected: look for a join or a source that fails",
  ],
  ["a value below its range", { l0: -3 }, "errors_mean reaches -3; at least 0 is expected: look for a changed unit"],
  ["a value above its range", { m1: 100 }, "cpu_mean reaches 100; at most 1 is expected: look for a changed unit"],
  [
    "a feature without a value",
    { n2: 0 },
    "lines_slope has no value in any of 700000 rows; a model would learn to do without it: look for a join or a source that fails",
  ],
  [
    "labels that are no labels",
    { odd_labels: 3 },
    "is_anomaly is neither 0 nor 1 in 3 rows; the models tell two classes apart: look upstream",
  ],
  [
    "no verified label in the holdout",
    { holdout_labels: 0, holdout_positives: 0 },
    "the holdout has no row with a is_anomaly; both classes are needed: look for labels that are late, or choose more days",
  ],
  [
    "labels of one kind in training",
    { train_positives: 0 },
    "the training has 700000 rows with a is_anomaly, all of them 0; both classes are needed: look for labels that are late, or choose more days",
  ],
])("D3 %s is a fault, in a whole sentence", (_what, change, fault) => {
  expect(verdict(change)).toEqual({ kind: "broken", faults: [fault] });
});

test("D3 an empty window tells all that is missing of it at once", () => {
  const nothing = Object.fromEntries(Object.keys(SOUND).map((name) => [name, /^[lm]\d/.test(name) ? null : 0]));
  const { faults = [] } = judgeProfile(data, { figures: nothing }) as { faults?: string[] };
  expect(faults.map((fault) => fault.split(";")[0])).toEqual([
    "rows is 0",
    "the training has no row with a is_anomaly",
    "the holdout has no row with a is_anomaly",
  ]);
});

test("D3 a figure that is not there is no zero", () => {
  const { k0: _k0, ...figures } = SOUND;
  expect(judgeProfile(data, { figures })).toEqual({
    kind: "broken",
    faults: ["the profile has no k0; without it nothing is known of the data: look at the query"],
  });
});
