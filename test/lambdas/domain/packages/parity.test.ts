import { judgeParity, readParity, releasedParity } from "../../../../lambdas/domain/packages/parity";

const rows = { features: 1, count: 2, values: Float32Array.from([1, 2]), answers: Float32Array.from([0.25, 0.75]) };
const given = (first: number, second: number, labels = [0, 1]) => ({ probabilities: [1 - first, first, 1 - second, second], labels });

it("reads rows, each with the trained model's answer, and nothing that is no whole number of rows", () => {
  const bytes = new Uint8Array(Float32Array.from([1, 0.25, 2, 0.75]).buffer);
  expect(readParity(bytes, 1)).toEqual(rows);
  expect(readParity(bytes.subarray(0, 12), 1)).toBeUndefined();
  expect(readParity(new Uint8Array(), 1)).toBeUndefined();
});

it("lets pass what differs by less than single precision makes it", () => {
  expect(judgeParity("anomaly", rows, given(0.25, 0.750004), 0.5)).toMatchObject({ rows: 2, faults: [] });
});

// The tolerance itself is no longer within it: |Δp| < 1e-5.
it("S1 refuses a difference of exactly the tolerance", () => {
  const zero = { ...rows, answers: Float32Array.from([0, 1]) };
  const answered = (first: number) => ({ probabilities: [1 - first, first, 0, 1], labels: [0, 1] });
  expect(judgeParity("anomaly", zero, answered(9.999e-6), 0.5).faults).toEqual([]);
  expect(judgeParity("anomaly", zero, answered(1e-5), 0.5).faults).toEqual([
    "anomaly gives row 1 of 2 the probability 0.00001; the trained model gave 0, and they must differ by less than 0.00001: export the model anew from the trainer that recorded them",
  ]);
});

it.each<[string, ReturnType<typeof given>, string[]]>([
  [
    "another probability",
    given(0.25, 0.7501),
    [
      "anomaly gives row 2 of 2 the probability 0.7501; the trained model gave 0.75, and they must differ by less than 0.00001: export the model anew from the trainer that recorded them",
    ],
  ],
  [
    "no number",
    given(0.25, Number.NaN, [0, 0]),
    [
      "anomaly gives row 2 of 2 the probability NaN; the trained model gave 0.75, and they must differ by less than 0.00001: export the model anew from the trainer that recorded them",
    ],
  ],
  [
    "a label against its probability",
    given(0.25, 0.75, [0, 0]),
    ["anomaly labels row 2 of 2 0, against its own probability and the threshold 0.5: report it with the model"],
  ],
])("refuses %s", (_title, answers, faults) => {
  expect(judgeParity("anomaly", rows, answers, 0.5).faults).toEqual(faults);
});

it("refuses answers that are fewer than the rows", () => {
  expect(judgeParity("anomaly", rows, { probabilities: [0.75, 0.25], labels: [0] }, 0.5).faults).toHaveLength(2);
});

const many = (count: number, change: (row: number) => number = (row) => row) => ({
  ...{ features: 1, count, values: Float32Array.from({ length: count }, (_, row) => change(row)) },
  answers: Float32Array.from({ length: count }, () => 0.25),
});
const held = (...of: Parameters<typeof releasedParity>) => readParity(releasedParity(...of) ?? new Uint8Array(), 1);

it("S1 gives a release the first hundred rows to be tried with, and no more than the model takes at once", () => {
  expect(held(many(161), 1_024)).toEqual(many(100));
  expect(held(many(161), 8)).toEqual(many(8));
});

// A missing value is NaN, for which JSON says null: Triton would refuse the request, and every release of such a model would fail its check.
it("S1 leaves out rows that JSON cannot carry, and gives none where all are such", () => {
  expect(
    held(
      many(161, (row) => (row % 2 === 0 ? Number.NaN : row)),
      3,
    )?.values,
  ).toEqual(Float32Array.from([1, 3, 5]));
  expect(
    releasedParity(
      many(161, () => Number.NaN),
      8,
    ),
  ).toBeUndefined();
});
