import fc from "fast-check";
import type { Split } from "../../../../lambdas/domain/split/split";

/** The split of document P: 30 % CatBoost, 70 % XGBoost, and a tenth of all users on a new release. */
export function split(change: Partial<Split> = {}): Split {
  return {
    schemaVersion: 1,
    generation: 7,
    fence: 3,
    experiment: {
      name: "exp1",
      arms: [
        { variant: "catboost", model: "anomaly_catboost", hundredths: 3_000 },
        { variant: "xgboost", model: "anomaly_xgboost", hundredths: 7_000 },
      ],
    },
    stable: { release: "r41", slot: "a" },
    candidate: { release: "r42", slot: "b", hundredths: 1_000 },
    ...change,
  };
}

/** The same without some keys. */
export function splitWithout(...keys: (keyof Split)[]): Split {
  return Object.fromEntries(Object.entries(split()).filter(([key]) => !keys.some((each) => each === key))) as unknown as Split;
}

export const users = fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom(..."abcXYZ0189-_.:@/+=~!") });

/** Shares that sum to 100 %, some of them 0. */
export function shares(arms: number): fc.Arbitrary<number[]> {
  return fc
    .array(fc.integer({ min: 0, max: 10_000 }), { minLength: arms - 1, maxLength: arms - 1 })
    .map((cuts) => [0, ...cuts.sort((one, other) => one - other), 10_000])
    .map((bounds) => bounds.slice(1).map((bound, index) => bound - (bounds[index] ?? 0)));
}

/** Any split that can be rendered. */
export const splits: fc.Arbitrary<Split> = fc
  .record({
    weights: fc.integer({ min: 1, max: 4 }).chain(shares),
    stable: fc.boolean(),
    candidate: fc.option(fc.integer({ min: 0, max: 10_000 })),
    slots: fc.boolean().map((first): ["a", "b"] | ["b", "a"] => (first ? ["a", "b"] : ["b", "a"])),
    generation: fc.nat(),
  })
  .map(({ weights, stable, candidate, slots: [first, second], generation }) => ({
    ...split({ generation }),
    experiment: {
      name: "exp1",
      arms: weights.map((hundredths, index) => ({ variant: `variant-${index}`, model: `model_${index}`, hundredths })),
    },
    stable: stable ? { release: "r41", slot: first } : undefined,
    candidate: stable && candidate !== null ? { release: "r42", slot: second, hundredths: candidate } : undefined,
  }))
  .map((whole) => Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as unknown as Split);
