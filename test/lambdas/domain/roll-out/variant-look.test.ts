import { lookAtVariants, type VariantOutcome } from "../../../../lambdas/domain/roll-out/variant-look";
import { SPEC } from "./examples";

const ARMS = [
  { variant: "catboost", model: "anomaly_catboost", hundredths: 3_000 },
  { variant: "xgboost", model: "anomaly_xgboost", hundredths: 7_000 },
];

function outcomes(treated: number, controlled: number): VariantOutcome[] {
  return [
    { variant: "catboost", requests: 30_000, labels: 3_000, correct: treated },
    { variant: "xgboost", requests: 70_000, labels: 7_000, correct: controlled },
  ];
}

test.each([
  ["promoted where it is plainly better", outcomes(2_850, 6_300), "promote"],
  ["kept back where it is plainly worse", outcomes(2_600, 6_300), "keep"],
  ["looked at further where they are alike", outcomes(2_710, 6_300), "continue"],
])("O4 the growing variant would be %s", (_what, given, kind) => {
  expect(lookAtVariants(SPEC, 0, ARMS, given)?.kind).toBe(kind);
});

test("O4 the last stage's look is the last one", () => {
  expect(lookAtVariants(SPEC, 3, ARMS, outcomes(2_710, 6_300))?.kind).toBe("ask-a-person");
});

test("O4 arms that did not get their users are not compared", () => {
  const given = outcomes(2_850, 6_300).map((outcome) => ({ ...outcome, requests: 50_000 }));
  expect(lookAtVariants(SPEC, 0, ARMS, given)?.kind).toBe("not-comparable");
});

test.each([
  ["one arm", [{ variant: "xgboost", model: "m", hundredths: 10_000 }]],
  [
    "an arm without users",
    [...ARMS.slice(0, 1).map((arm) => ({ ...arm, hundredths: 0 })), { variant: "xgboost", model: "m", hundredths: 10_000 }],
  ],
  ["three arms", [...ARMS, { variant: "other", model: "m", hundredths: 1 }]],
  ["an arm that nothing was counted of", [{ variant: "other", model: "m", hundredths: 3_000 }, ...ARMS.slice(1)]],
])("O4 with %s there is nothing to look at", (_what, arms) => {
  expect(lookAtVariants(SPEC, 0, arms, outcomes(1, 1))).toBeUndefined();
});
