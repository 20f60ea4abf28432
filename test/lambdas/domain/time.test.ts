import fc from "fast-check";
import {
  earliest,
  hoursAfter,
  hoursBetween,
  instant,
  instantSchema,
  latest,
  minutesAfter,
  minutesBetween,
} from "../../../lambdas/domain/time";

describe("instants", () => {
  // CloudWatch writes +0000 and Alertmanager nanoseconds; two spellings of one moment would be two signals, and two retrainings.
  it.each(["2026-03-02T14:15:00.000+0000", "2026-03-02T15:15:00+01:00", "2026-03-02T14:15:00.000000000Z", "2026-03-02T14:15:00Z"])(
    "have one spelling, whoever wrote %s",
    (time) => {
      expect(instant(time)).toBe("2026-03-02T14:15:00.000Z");
    },
  );

  it("are refused by a whole sentence when they are none", () => {
    expect(() => instant("yesterday")).toThrow(new RangeError('"yesterday" is not a time; write it as 2026-03-02T14:15:00.000Z'));
  });

  it("pass the schema in that spelling only", () => {
    expect(instantSchema.safeParse("2026-03-02T14:15:00.000Z").success).toBe(true);
    expect(instantSchema.safeParse("2026-03-02T14:15:00Z").success).toBe(false);
    expect(instantSchema.safeParse("2026-02-30T14:15:00.000Z").success).toBe(false);
  });

  // A lease compared as text that sorts otherwise than time would let two runs hold one lock.
  it("compare as texts as they compare as times", () => {
    const anyTime = fc.date({ min: new Date("1980-01-01"), max: new Date("2200-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(anyTime, anyTime, (one, other) => {
        expect(instant(one) < instant(other)).toBe(one.getTime() < other.getTime());
        expect(earliest([instant(one), instant(other)]) <= latest([instant(one), instant(other)])).toBe(true);
      }),
    );
  });

  it("move and measure in hours and minutes, also over the end of a month", () => {
    expect(hoursAfter("2026-02-28T23:00:00.000Z", 48)).toBe("2026-03-02T23:00:00.000Z");
    expect(minutesAfter("2026-02-28T23:30:00.000Z", 45)).toBe("2026-03-01T00:15:00.000Z");
    expect(hoursBetween("2026-02-28T23:00:00.000Z", "2026-03-02T23:30:00.000Z")).toBe(48.5);
    expect(minutesBetween("2026-02-28T23:30:00.000Z", "2026-03-01T00:01:00.000Z")).toBe(31);
  });
});
