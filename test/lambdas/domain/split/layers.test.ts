import { canaryLayer, experimentLayer, releaseIn } from "../../../../lambdas/domain/split/layers";
import { split, splitWithout } from "./examples";

describe("S3 the two layers", () => {
  it("have salts of their own, and the growing side first", () => {
    expect(experimentLayer(split())).toEqual({
      salt: "exp1",
      parts: [
        { value: "catboost", hundredths: 3_000 },
        { value: "xgboost", hundredths: 7_000 },
      ],
    });
    expect(canaryLayer(split())).toEqual({
      salt: "r42",
      parts: [
        { value: "b", hundredths: 1_000 },
        { value: "a", hundredths: 9_000 },
      ],
    });
  });

  it("have no part of 0 %", () => {
    expect(canaryLayer(split({ candidate: { release: "r42", slot: "b", hundredths: 0 } })).parts).toEqual([
      { value: "a", hundredths: 10_000 },
    ]);
    expect(canaryLayer(split({ candidate: { release: "r42", slot: "b", hundredths: 10_000 } })).parts).toEqual([
      { value: "b", hundredths: 10_000 },
    ]);
    expect(canaryLayer(splitWithout("stable", "candidate"))).toEqual({ salt: "", parts: [] });
  });

  it("know which release a slot answers with", () => {
    expect([releaseIn(split(), "a"), releaseIn(split(), "b"), releaseIn(splitWithout("candidate"), "b")]).toEqual([
      "r41",
      "r42",
      undefined,
    ]);
  });
});
