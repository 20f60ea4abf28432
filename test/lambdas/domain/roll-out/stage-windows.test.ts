import { compared, lastRecorded, supplyOf, windowsSince } from "../../../../lambdas/domain/roll-out/stage-windows";
import { minutesAfter } from "../../../../lambdas/domain/time";
import { DEFAULT_BREACH_RULE } from "../../../../lambdas/domain/windows";
import { NOW } from "../examples";
import { measured, windows } from "./examples";

// A window that began before the split was in force holds requests of another share.
test.each([
  [4, 5, 0],
  [5, 5, 1],
  [14, 5, 2],
  [600, 5, 12],
  [59, 60, 0],
])("O2 after %d minutes of a stage %d-minute windows are %d", (age, minutes, count) => {
  expect(windowsSince(minutesAfter(NOW, -age), NOW, minutes)).toBe(count);
});

test.each([
  ["none where no request is measured", windows({ requests: 0, errorRate: NaN }), "none"],
  ["none where no window is", windows({}, {}, 0), "none"],
  ["thin where windows have too few requests", windows({ requests: 99 }), "thin"],
  ["thin where the old release has too few", windows({}, { requests: 99 }), "thin"],
  ["thin where too few windows are full", windows({}, {}, 2), "thin"],
  ["enough where three windows are full on both sides", windows({}, {}, 3), "enough"],
])("O2 the supply is %s", (_what, given, supply) => {
  expect(supplyOf(given, false, DEFAULT_BREACH_RULE)).toBe(supply);
});

// At 100 % the old release has no traffic: compared with that, every release would be infinitely worse.
test("O2 at the stage of all users each window is compared with the old release's last full one", () => {
  const earlier = minutesAfter(NOW, -600);
  const champion = [...measured(1, { errorRate: 0.004 }, earlier), ...measured(1, { requests: 3, errorRate: 1 }, minutesAfter(NOW, -595))];
  const given = { minutes: 5, candidate: measured(2), champion };
  expect(lastRecorded(champion, DEFAULT_BREACH_RULE)?.endedAt).toBe(earlier);
  expect(compared(given, "errorRate", true, DEFAULT_BREACH_RULE).map(({ champion: arm }) => arm)).toEqual(
    [0, 1].map(() => ({ value: 0.004, evidence: 1_000 })),
  );
  expect(compared(given, "errorRate", false, DEFAULT_BREACH_RULE).map(({ champion: arm }) => arm)).toEqual([undefined, undefined]);
});

// One good window of the old release made all 288 checks of the last day look bad.
test("O2 what was last recorded is an hour and not its best five minutes", () => {
  const champion = [
    ...measured(1, { requests: 3_000, errorRate: 0.01, p95Milliseconds: 100 }),
    ...measured(1, { errorRate: 0.002, p95Milliseconds: 60 }),
  ];
  expect(lastRecorded(champion, DEFAULT_BREACH_RULE)).toMatchObject({
    endedAt: NOW,
    requests: 4_000,
    errorRate: 0.008,
    p95Milliseconds: 90,
  });
  expect(lastRecorded(measured(3, { requests: 9 }), DEFAULT_BREACH_RULE)).toBeUndefined();
});

test("accuracy is backed by labels, all else by requests", () => {
  const given = windows({ labels: 7 });
  expect(compared(given, "accuracy", false, DEFAULT_BREACH_RULE)[0]?.candidate).toEqual({ value: 0.95, evidence: 7 });
  expect(compared(given, "p95Milliseconds", false, DEFAULT_BREACH_RULE)[0]?.candidate).toEqual({ value: 40, evidence: 1_000 });
});
