import fc from "fast-check";
import { assign } from "../../../../lambdas/domain/split/assign";
import type { Split } from "../../../../lambdas/domain/split/split";
import { split, splits, splitWithout, users } from "./examples";

const RUNS = { numRuns: 200 };
const MANY = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);

function shareOf(state: Split, holds: (found: { variant: string; release?: string }) => boolean, ids = MANY): number {
  return ids.filter((id) => holds(assign(id, state) as { variant: string; release?: string })).length / ids.length;
}

describe("S3 assign", () => {
  it("says variant, model, release and slot", () => {
    expect(assign("42", split())).toEqual({ kind: "assigned", variant: "xgboost", model: "anomaly_xgboost", release: "r41", slot: "a" });
  });

  it("says that there is no release yet", () => {
    expect(assign("42", splitWithout("stable", "candidate"))).toEqual({ kind: "no-release", variant: "xgboost" });
  });

  it.each(["", "4 2", "é", "x".repeat(129)])("refuses %j as the router does", (user) => {
    expect(assign(user, split())).toEqual({
      kind: "refused",
      reason: `user is ${JSON.stringify(user)}; a user id has 1 to 128 printable ASCII characters and no blank: send one such as 42`,
    });
  });

  it("gives each part its share, within a percent point of 20,000 users", () => {
    expect(Math.abs(shareOf(split(), ({ variant }) => variant === "catboost") - 0.3)).toBeLessThan(0.01);
    expect(Math.abs(shareOf(split(), ({ release }) => release === "r42") - 0.1)).toBeLessThan(0.01);
  });

  // With one salt for both, the new release would be judged on users of one variant only.
  it("splits releases alike among the users of each variant", () => {
    const state = split({ candidate: { release: "r42", slot: "b", hundredths: 3_000 } });
    for (const variant of ["catboost", "xgboost"]) {
      const ids = MANY.filter((id) => (assign(id, state) as { variant: string }).variant === variant);
      expect(Math.abs(shareOf(state, ({ release }) => release === "r42", ids) - 0.3)).toBeLessThan(0.02);
    }
  });

  it("answers for every user of every split, and the same each time", () => {
    fc.assert(
      fc.property(users, splits, (user, state) => {
        const found = assign(user, state);
        expect(found.kind).toBe(state.stable === undefined ? "no-release" : "assigned");
        expect(assign(user, state)).toEqual(found);
        const { variant } = found as { variant: string };
        expect(state.experiment.arms.find((arm) => arm.variant === variant)?.hundredths).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  // Whoever has seen the new one must not be thrown back, whatever the steps are.
  it("O1 moves nobody back while a share grows", () => {
    const share = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(users, share, share, (user, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const release = (hundredths: number): string =>
          (assign(user, split({ candidate: { release: "r42", slot: "b", hundredths } })) as { release: string }).release;
        if (release(less) === "r42") expect(release(more)).toBe("r42");
        const variant = (hundredths: number): string => {
          const [first, second] = split().experiment.arms;
          if (first === undefined || second === undefined) throw new Error("two arms");
          const arms = [
            { ...first, hundredths },
            { ...second, hundredths: 10_000 - hundredths },
          ];
          return (assign(user, split({ experiment: { name: "exp1", arms } })) as { variant: string }).variant;
        };
        if (variant(less) === "catboost") expect(variant(more)).toBe("catboost");
      }),
      RUNS,
    );
  });
});
