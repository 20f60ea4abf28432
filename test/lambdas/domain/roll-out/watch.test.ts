import fc from "fast-check";
import { bookedUntil, firstWatch, PURSUITS, watchSchema } from "../../../../lambdas/domain/roll-out/watch";
import { minutesAfter } from "../../../../lambdas/domain/time";
import { NOW } from "../examples";

// Hours of a pause that counted as watched would promote a release that nobody had looked at.
test("O2 the time between two checks is booked to what it was spent with, all of it and once", () => {
  const spent = fc.array(fc.record({ doing: fc.constantFrom(...PURSUITS), minutes: fc.integer({ min: 0, max: 500 }) }), { maxLength: 20 });
  fc.assert(
    fc.property(spent, (parts) => {
      let watch = firstWatch(1, NOW);
      let now = NOW;
      for (const { doing, minutes } of parts) {
        now = minutesAfter(now, minutes);
        watch = bookedUntil(now, { ...watch, doing });
      }
      const sum = (pursuit: string) => parts.filter(({ doing }) => doing === pursuit).reduce((total, { minutes }) => total + minutes, 0);
      const { watchedMinutes, heldMinutes, pausedMinutes, waitedMinutes } = watch;
      const paused = ["paused", "stopped", "withheld"].reduce((total, pursuit) => total + sum(pursuit), 0);
      expect([watchedMinutes, heldMinutes, pausedMinutes]).toEqual([sum("watching"), sum("held"), paused]);
      expect(waitedMinutes).toBe(sum("waiting-for-labels"));
      expect(watchSchema.parse(watch)).toEqual(watch);
    }),
  );
});

// Four pauses of three days each, one in each stage, would be within no limit that anybody declared.
test("O2 a new stage begins with all books empty but that of the pauses", () => {
  const before = bookedUntil(minutesAfter(NOW, 90), { ...firstWatch(0, NOW), doing: "paused", heldMinutes: 7 });
  expect(firstWatch(1, minutesAfter(NOW, 90), before)).toEqual({
    ...{ stage: 1, since: minutesAfter(NOW, 90), at: minutesAfter(NOW, 90), doing: "watching" },
    ...{ watchedMinutes: 0, heldMinutes: 0, waitedMinutes: 0, pausedMinutes: 90 },
  });
});

test("a clock that goes back takes nothing from a book", () => {
  expect(bookedUntil(minutesAfter(NOW, -5), firstWatch(0, NOW)).watchedMinutes).toBe(0);
});
