import fc from "fast-check";
import { DEFAULT_RETRAINING_LIMITS, restAfterRuns } from "../../../lambdas/domain/cool-down";
import { hoursAfter } from "../../../lambdas/domain/time";
import { inHours, NOW } from "./examples";

const LIMITS = DEFAULT_RETRAINING_LIMITS;

describe("the limits of automatic retraining", () => {
  it("R6 rest for 24 hours after a run, to the instant", () => {
    expect(restAfterRuns({ lastEndedAt: inHours(-24), automaticStarts: [] }, LIMITS, NOW)).toEqual({ kind: "free" });
    expect(restAfterRuns({ lastEndedAt: inHours(-23), automaticStarts: [] }, LIMITS, NOW)).toEqual({
      kind: "cool-down",
      until: inHours(1),
      reason: `the last run ended at ${inHours(-23)}; the next automatic one may start 24 h later, at ${inHours(1)}`,
      values: { lastEndedAt: inHours(-23), coolDownHours: 24, until: inHours(1) },
    });
  });

  // Psi of real server metrics is above 0.3 in half of all hours: without a weekly limit the loop would train for ever, and pay for it.
  it("R6 allow three in any seven days, then say when there is room again", () => {
    const three = [inHours(-30), inHours(-160), inHours(-90)];
    expect(restAfterRuns({ automaticStarts: three.slice(1) }, LIMITS, NOW)).toEqual({ kind: "free" });
    expect(restAfterRuns({ automaticStarts: three }, LIMITS, NOW)).toEqual({
      kind: "weekly-limit",
      until: inHours(8),
      reason: `automatic runs in 7 days: 3, allowed 3; the next may start at ${inHours(8)}, or now by a person`,
      values: { automaticStarts: 3, automaticStartsPerWeek: 3, until: inHours(8) },
    });
    expect(restAfterRuns({ automaticStarts: [inHours(-168), ...three.slice(1)] }, LIMITS, NOW)).toEqual({ kind: "free" });
  });

  it("R4 may forbid every automatic start", () => {
    expect(restAfterRuns({ automaticStarts: [inHours(-3)] }, { ...LIMITS, automaticStartsPerWeek: 0 }, NOW)).toEqual({
      kind: "weekly-limit",
      reason: "automatic runs in 7 days: 1, allowed 0; only a person may start one",
      values: { automaticStarts: 1, automaticStartsPerWeek: 0 },
    });
  });

  it("R6 hold over any history: starting whenever they are free never makes four starts in seven days, nor two in a day", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 }), (gaps) => {
        const starts: string[] = [];
        let now = NOW;
        for (const gap of gaps) {
          now = hoursAfter(now, gap);
          const rest = restAfterRuns({ lastEndedAt: starts.at(-1), automaticStarts: starts }, LIMITS, now);
          if (rest.kind === "free") starts.push(now);
          else if (rest.until !== undefined) expect(rest.until > now).toBe(true);
        }
        starts.forEach((start, i) => {
          expect((starts[i + 1] ?? "9999") >= hoursAfter(start, 24)).toBe(true);
          expect((starts[i + 3] ?? "9999") >= hoursAfter(start, 168)).toBe(true);
        });
      }),
    );
  });
});
