import fc from "fast-check";
import { minutesAfter } from "../../../lambdas/domain/time";
import { judgeWindows, type ComparedWindow, type Limit } from "../../../lambdas/domain/windows";
import { NOW } from "./examples";

const TWICE: Limit = { kind: "at-most-times", times: 2, floor: 0.01 };

/** Error rates of both arms in windows of five minutes, oldest first. */
function windows(rates: readonly (readonly [candidate: number, champion: number, evidence?: number])[]): ComparedWindow[] {
  return rates.map(([candidate, champion, evidence = 1_000], i) => ({
    endedAt: minutesAfter(NOW, 5 * i),
    candidate: { value: candidate, evidence },
    champion: { value: champion, evidence: 1_000 },
  }));
}

describe("O2 a limit over several windows", () => {
  it("is broken by three of the last four, and by no fewer", () => {
    const bad = [0.05, 0.02] as const;
    const good = [0.02, 0.02] as const;
    expect(judgeWindows("error rate", windows([good, bad, bad, good, bad]), TWICE)).toEqual({
      kind: "breach",
      reason:
        "error rate: 0.05, 2.5 times the old version's; allowed 2 times, or up to 0.01 whatever the old version has; 3 of 4 windows broke it, 3 of 4 decide",
      values: { measure: "error rate", breaches: 3, judged: 4, allowedBreaches: 2, candidate: 0.05, champion: 0.02 },
    });
    expect(judgeWindows("error rate", windows([bad, good, bad, good, bad]), TWICE).kind).toBe("holds");
    expect(judgeWindows("error rate", windows([bad, bad, bad, good, good]), TWICE).kind).toBe("holds");
  });

  // The trail takes no NaN: a check that cannot be written down fails, and a release that is good would be taken back for it.
  it("says nothing of an old release of which nothing is measured any more", () => {
    const alone = windows([
      [0.9, Number.NaN],
      [0.9, Number.NaN],
      [0.9, Number.NaN],
    ]);
    const { kind, values } = judgeWindows("accuracy", alone, { kind: "at-least", bound: 0.85 });
    expect([kind, values]).toEqual(["holds", { measure: "accuracy", breaches: 0, judged: 3, allowedBreaches: 2, candidate: 0.9 }]);
  });

  it("need not wait for the fourth when the first three are bad", () => {
    const bad = [0.05, 0.02] as const;
    expect(judgeWindows("error rate", windows([bad, bad, bad]), TWICE).kind).toBe("breach");
  });

  it.each<[string, Limit, number, number, boolean]>([
    ["exactly twice is allowed", TWICE, 0.04, 0.02, false],
    ["a hair more is not", TWICE, 0.0400001, 0.02, true],
    ["at the floor the ratio does not matter", TWICE, 0.01, 0.0001, false],
    ["above the floor zero errors of the old version do not protect", TWICE, 0.0100001, 0, true],
    ["exactly the upper bound is allowed", { kind: "at-most", bound: 100 }, 100, 0, false],
    ["above the upper bound is not", { kind: "at-most", bound: 100 }, 100.1, 0, true],
    ["exactly the lower bound is allowed", { kind: "at-least", bound: 0.85 }, 0.85, 0, false],
    ["below the lower bound is not", { kind: "at-least", bound: 0.85 }, 0.8499, 0, true],
  ])("counts to the hair: %s", (_case, limit, candidate, champion, broken) => {
    const verdict = judgeWindows(
      "m",
      windows([
        [candidate, champion],
        [candidate, champion],
        [candidate, champion],
      ]),
      limit,
    );
    expect(verdict.kind).toBe(broken ? "breach" : "holds");
  });

  // Three requests at night, one of them failed: 33 %, and a good release thrown out.
  it("is not judged on windows with too few requests in either arm, nor do these push out the others", () => {
    const bad = [0.05, 0.02] as const;
    const empty = [0.33, 0.02, 3] as const;
    expect(judgeWindows("error rate", windows([empty, empty, empty, empty]), TWICE)).toMatchObject({
      kind: "not-observed",
      reason: "error rate: 0 windows with at least 100 a side; judged from 3",
      values: { breaches: 0, judged: 0 },
    });
    expect(judgeWindows("error rate", windows([bad, empty, bad, empty, bad]), TWICE).kind).toBe("breach");
    const lonely = windows([bad, bad, bad]).map((window) => ({ ...window, champion: { value: 0.02, evidence: 99 } }));
    expect(judgeWindows("error rate", lonely, TWICE).kind).toBe("not-observed");
    expect(judgeWindows("error rate", windows([[NaN, 0.02], bad, bad]), TWICE).kind).toBe("not-observed");
  });

  it("needs no old version where the limit does not compare", () => {
    const alone = windows([
      [0.8, 0],
      [0.8, 0],
      [0.8, 0],
    ]).map(({ endedAt, candidate }) => ({ endedAt, candidate }));
    expect(judgeWindows("accuracy", alone, { kind: "at-least", bound: 0.85 })).toMatchObject({
      kind: "breach",
      reason: "accuracy: 0.8, required at least 0.85; 3 of 3 windows broke it, 3 of 4 decide",
    });
    expect(judgeWindows("p95", alone, { kind: "at-most", bound: 100 }).reason).toBe(
      "p95: 0.8, allowed at most 100; 0 of 3 windows broke it, 3 of 4 decide",
    );
    expect(judgeWindows("error rate", alone, TWICE).kind).toBe("not-observed");
  });

  it("does not depend on the order of the windows, and is never broken by fewer than M bad ones", () => {
    const rate = fc.constantFrom(0, 0.005, 0.02, 0.05);
    const anyRates = fc.array(fc.tuple(rate, rate, fc.constantFrom(50, 1_000)), { maxLength: 12 });
    fc.assert(
      fc.property(anyRates, fc.integer({ min: 1, max: 4 }), (rates, breaches) => {
        const rule = { breaches, of: 4, fewestEvidence: 100 };
        const all = windows(rates);
        const verdict = judgeWindows("error rate", all, TWICE, rule);
        expect(judgeWindows("error rate", [...all].reverse(), TWICE, rule)).toEqual(verdict);
        const bad = rates.filter(
          ([candidate, champion, evidence]) => evidence >= 100 && candidate > 0.01 && candidate > 2 * champion,
        ).length;
        if (verdict.kind === "breach") expect(bad).toBeGreaterThanOrEqual(breaches);
      }),
    );
  });
});
