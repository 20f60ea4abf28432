import fc from "fast-check";
import { instant } from "../../../../lambdas/domain/time";
import { dataWindow } from "../../../../lambdas/domain/run/window";

test("R1 a weekly run on a Sunday trains on seven whole days, and is judged by the two after them", () => {
  expect(dataWindow("2026-03-01T02:00:00.000Z", 7, 2)).toEqual({
    ...{ trainFrom: "2026-02-20", trainUntil: "2026-02-26" },
    ...{ holdoutFrom: "2026-02-27", holdoutUntil: "2026-02-28" },
  });
});

// A model judged by days that it has learnt by heart passes every gate.
test("R10 no day of the holdout is one of training, none is missing between, and today is in neither", () => {
  const times = fc.date({ min: new Date("2024-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (time, days, holdoutDays) => {
      const { trainFrom, trainUntil, holdoutFrom, holdoutUntil } = dataWindow(instant(time), days, holdoutDays);
      const between = (from: string, until: string) => (Date.parse(until) - Date.parse(from)) / 86_400_000;
      expect(between(trainFrom, trainUntil) + 1).toBe(days);
      expect(between(trainUntil, holdoutFrom)).toBe(1);
      expect(between(holdoutFrom, holdoutUntil) + 1).toBe(holdoutDays);
      expect(between(holdoutUntil, instant(time).slice(0, 10))).toBe(1);
    }),
  );
});
