import { checkSampleRatio } from "../../../lambdas/domain/sample-ratio";

function arms(control: [number, number], treatment: [number, number]) {
  return [
    { arm: "control", observed: control[0], intended: control[1] },
    { arm: "treatment", observed: treatment[0], intended: treatment[1] },
  ];
}

describe("the sample ratio", () => {
  it("is as intended when the arms got their shares, whatever the unit of the shares", () => {
    expect(checkSampleRatio(arms([95_000, 95], [5_000, 5]))).toMatchObject({
      kind: "as-intended",
      values: { chiSquare: 0, probability: 1 },
    });
  });

  // SciPy 1.17.1, stats.chisquare([5200, 94800], [5000, 95000]): 8.421, p 0.003709.
  it("may stray by chance, as SciPy reckons it", () => {
    const { kind, values } = checkSampleRatio(arms([94_800, 95_000], [5_200, 5_000]));
    expect(kind).toBe("as-intended");
    expect(values.chiSquare).toBeCloseTo(8.421052631578947, 12);
    expect(values.probability).toBeCloseTo(0.0037090099909748053, 12);
  });

  // A router that loses the slow half of the treatment's users makes the treatment look fast. Nothing is promoted on such arms.
  it("is a mismatch beyond one chance in a thousand, with the figures in the sentence", () => {
    expect(checkSampleRatio(arms([94_700, 95_000], [5_300, 5_000]))).toMatchObject({
      kind: "mismatch",
      reason: "control 94.7 % (meant 95 %), treatment 5.3 % (meant 5 %); p 0.00001344, a mismatch below 0.001",
    });
  });

  it("may be asked of three arms, of one, and of none", () => {
    const third = { arm: "shadow", observed: 330, intended: 1 };
    const { values } = checkSampleRatio([...arms([330, 1], [340, 1]), third]);
    expect(values.probability).toBeCloseTo(0.9048374180359595, 12);
    expect(checkSampleRatio([third]).kind).toBe("as-intended");
    expect(checkSampleRatio([])).toEqual({ kind: "as-intended", reason: "no exposures yet", values: { observed: 0 } });
  });

  it("is a mismatch as soon as an arm gets users that was meant to get none", () => {
    expect(checkSampleRatio(arms([1_000, 1], [1, 0])).kind).toBe("mismatch");
    expect(checkSampleRatio(arms([1_000, 1], [0, 0])).kind).toBe("as-intended");
  });
});
