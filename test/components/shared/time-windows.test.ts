import fc from "fast-check";
import { dailyWindowFaults, weeklyWindowFaults, windowsOverlap } from "../../../components/shared/time-windows";

const RULE = { shortestMinutes: 30, longestMinutes: 24 * 60, service: "RDS" };

describe("windows of time", () => {
  it.each(["03:00-03:30", "23:45-00:15"])("takes %s for every day", (window) => expect(dailyWindowFaults("w", window, RULE)).toEqual([]));

  it.each(["sun:05:00-sun:06:00", "Sun:23:30-Mon:00:30"])("takes %s for every week", (window) =>
    expect(weeklyWindowFaults("w", window, RULE)).toEqual([]),
  );

  // AWS says no only after a quarter of an hour of creating.
  it.each([
    ["", 'w is ""; it is no window of time: write hh:mm-hh:mm in UTC, such as 03:00-04:00'],
    ["3:00-4:00", 'w is "3:00-4:00"; it is no window of time: write hh:mm-hh:mm in UTC, such as 03:00-04:00'],
    ["03:00-24:00", 'w is "03:00-24:00"; it is no window of time: write hh:mm-hh:mm in UTC, such as 03:00-04:00'],
    ["03:00-03:29", "w is 03:00-03:29, 29 minutes; RDS takes 30 minutes to 24 hours: choose a window of that length"],
    ["03:00-03:00", "w is 03:00-03:00, 0 minutes; RDS takes 30 minutes to 24 hours: choose a window of that length"],
  ])("fails on the daily window %p", (window, fault) => expect(dailyWindowFaults("w", window, RULE)).toEqual([fault]));

  it.each([
    [
      "sunday:05:00-sunday:06:00",
      'w is "sunday:05:00-sunday:06:00"; it is no window of time: write ddd:hh:mm-ddd:hh:mm in UTC, such as sun:05:00-sun:06:00',
    ],
    ["sun:05:00-wed:05:00", "w is sun:05:00-wed:05:00, 4320 minutes; RDS takes 30 minutes to 24 hours: choose a window of that length"],
  ])("fails on the weekly window %p", (window, fault) => expect(weeklyWindowFaults("w", window, RULE)).toEqual([fault]));

  it.each([
    ["03:00-04:00", "sun:04:00-sun:05:00", false],
    ["03:00-04:00", "sun:03:59-sun:05:00", true],
    ["03:00-04:00", "sun:02:00-sun:03:00", false],
    ["23:30-00:30", "mon:00:00-mon:01:00", true],
    ["23:30-00:30", "sun:23:00-sun:23:30", false],
    ["01:00-02:00", "sun:23:00-mon:01:30", true],
    ["nonsense", "sun:23:00-mon:01:30", false],
  ])("knows whether %s falls into %s: %p", (daily, weekly, overlapping) => expect(windowsOverlap(daily, weekly)).toBe(overlapping));

  it("agrees with counting every minute of the week", () => {
    const time = (minute: number) => `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    const day = (minute: number) => ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][Math.floor(minute / 1_440) % 7] ?? "";
    const length = fc.integer({ min: 1, max: 1_439 });
    fc.assert(
      fc.property(fc.nat(1_439), length, fc.nat(10_079), length, (dailyStart, dailyLength, weeklyStart, weeklyLength) => {
        const daily = `${time(dailyStart)}-${time(dailyStart + dailyLength)}`;
        const end = weeklyStart + weeklyLength;
        const weekly = `${day(weeklyStart)}:${time(weeklyStart)}-${day(end)}:${time(end)}`;
        const inWeekly = Array.from({ length: weeklyLength }, (_, minute) => (weeklyStart + minute) % 10_080);
        const counted = inWeekly.some((minute) => (minute - dailyStart + 1_440) % 1_440 < dailyLength);
        expect([daily, weekly, windowsOverlap(daily, weekly)]).toEqual([daily, weekly, counted]);
      }),
    );
  });
});
