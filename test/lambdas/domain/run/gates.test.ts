import fc from "fast-check";
import {
  DEFAULT_GATES,
  type Gate,
  GATE_MEASURES,
  gateSchema,
  gatesFailed,
  gateText,
  judgeGates,
} from "../../../../lambdas/domain/run/gates";
import { gateOutcomeSchema } from "../../../../lambdas/domain/run/steps";
import { evaluation, scores } from "./examples";

const MODEL = "anomaly_xgboost";
const one = (gate: Gate, candidate: object, serving?: object, firstDay = false) =>
  judgeGates(
    [gate],
    [MODEL],
    evaluation({ candidates: { [MODEL]: scores(candidate) }, champion: serving && { [MODEL]: scores(serving) } }),
    firstDay,
  )[0];

test("R3 the gates that stand where nobody names any are those of the requirement, strict where it is strict", () => {
  expect(DEFAULT_GATES.map(gateText)).toEqual([
    "f1 > 0.85",
    "precision > 0.9",
    "accuracy ≥ 0.9",
    "p95Milliseconds ≤ 100",
    "f1 better by 0.02 points",
  ]);
});

// Whether a bound is inside decides candidates of exactly that figure, of which rounded metrics have many.
test.each([
  ["f1 > 0.85", { f1: 0.85 }, "failed"],
  ["f1 > 0.85", { f1: 0.8501 }, "passed"],
  ["precision > 0.9", { precision: 0.9 }, "failed"],
  ["precision > 0.9", { precision: 0.9001 }, "passed"],
  ["accuracy ≥ 0.9", { accuracy: 0.9 }, "passed"],
  ["accuracy ≥ 0.9", { accuracy: 0.8999 }, "failed"],
  ["p95Milliseconds ≤ 100", { p95Milliseconds: 100 }, "passed"],
  ["p95Milliseconds ≤ 100", { p95Milliseconds: 100.1 }, "failed"],
])("R3 %s, held against %j, is %s", (text, candidate, outcome) => {
  const gate = DEFAULT_GATES.find((each) => gateText(each) === text) as Gate;
  expect(one(gate, candidate)?.outcome).toBe(outcome);
});

const POINTS: Gate = { kind: "better", measure: "f1", by: 0.02, meant: "points" };
const RELATIVE: Gate = { kind: "better", measure: "f1", by: 0.02, meant: "relative" };
const FASTER: Gate = { kind: "better", measure: "p95Milliseconds", by: 0.1, meant: "relative" };

// 0.83 + 0.02 is 0.8500000000000001: a candidate of exactly two points more was refused.
test.each<[string, Gate, object, object, number, string]>([
  ["two points more, to the last bit", POINTS, { f1: 0.85 }, { f1: 0.83 }, 0.85, "passed"],
  ["a little less than two points", POINTS, { f1: 0.9199 }, { f1: 0.9 }, 0.92, "failed"],
  ["2 percent of the old value", RELATIVE, { f1: 0.918 }, { f1: 0.9 }, 0.918, "passed"],
  ["what would be 2 percent of it, asked as points", POINTS, { f1: 0.918 }, { f1: 0.9 }, 0.92, "failed"],
  ["a tenth faster, where less is better", FASTER, { p95Milliseconds: 9 }, { p95Milliseconds: 10 }, 9, "passed"],
  ["not a tenth faster", FASTER, { p95Milliseconds: 9.5 }, { p95Milliseconds: 10 }, 9, "failed"],
])("R3 better than what serves: %s", (_what, gate, candidate, serving, limit, outcome) => {
  const judged = one(gate, candidate, serving);
  expect(judged?.limit).toBeCloseTo(limit, 12);
  expect(judged?.outcome).toBe(outcome);
});

test("R3 a new model is compared with the best that serves", () => {
  const champion = { old_a: scores({ f1: 0.9 }), old_b: scores({ f1: 0.91 }) };
  const judged = judgeGates([POINTS], ["new"], evaluation({ candidates: { new: scores({ f1: 0.925 }) }, champion }), false);
  expect(judged.map(({ outcome, limit }) => [outcome, limit])).toEqual([["failed", 0.93]]);
});

test("R3 on the first day gates are absolute: nothing is there to be better than", () => {
  expect(one(POINTS, { f1: 0.99 }, undefined, true)).toEqual({
    ...{ model: MODEL, gate: "f1 better by 0.02 points", verifiedLabels: 20_000, outcome: "not-applicable" },
    reason: "nothing serves yet that it could be better than",
  });
});

// Somebody's job forgot the champion: every candidate would have been "better".
test("R3 on any other day an evaluation without what serves passes nobody", () => {
  expect(one(POINTS, { f1: 0.99 })).toMatchObject({
    outcome: "not-measured",
    reason: "the evaluation has no f1 of what serves today; what is not measured is not passed",
  });
});

test("R3 a measure that is missing fails, unless the gate may do without", () => {
  const gap: Gate = { kind: "below", measure: "lossGap", bound: 0.1 };
  const [required, optional] = [one(gap, {}), one({ ...gap, optional: true }, {})];
  expect([required?.outcome, optional?.outcome]).toEqual(["not-measured", "not-applicable"]);
  expect(optional?.reason).toBe("the evaluation has no lossGap of anomaly_xgboost, and the gate may do without");
  expect(gatesFailed([required, optional].flatMap((each) => each ?? []))).toEqual([required]);
});

test("R3 each outcome tells value, limit, and the verified labels that it rests on", () => {
  expect(one({ kind: "above", measure: "precision", bound: 0.9 }, { precision: 0.8712345 })).toEqual({
    ...{ model: MODEL, gate: "precision > 0.9", value: 0.8712345, limit: 0.9, outcome: "failed", verifiedLabels: 20_000 },
    reason: "precision of anomaly_xgboost is 0.8712; > 0.9 is asked",
  });
});

const gates = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom("at-least", "above", "at-most", "below"),
      measure: fc.constantFrom(...GATE_MEASURES),
      bound: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant("better"),
      measure: fc.constantFrom(...GATE_MEASURES),
      by: fc.double({ min: 0, max: 0.5, noNaN: true }),
      meant: fc.constantFrom("points", "relative"),
    }),
  ),
  { minLength: 1, maxLength: 5 },
);

test("R3 every gate is judged for every model, and every outcome is one that can be handed on", () => {
  fc.assert(
    fc.property(gates, fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true }), (given, firstDay, f1) => {
      const asked = given.map((gate) => gateSchema.parse(gate));
      const models = ["anomaly_xgboost", "anomaly_catboost"];
      const outcomes = judgeGates(
        asked,
        models,
        evaluation({ candidates: { anomaly_xgboost: scores({ f1 }), anomaly_catboost: scores() } }),
        firstDay,
      );
      expect(outcomes).toHaveLength(asked.length * models.length);
      for (const outcome of outcomes) gateOutcomeSchema.parse(outcome);
    }),
  );
});
