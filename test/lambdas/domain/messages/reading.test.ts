import fc from "fast-check";
import { briefly, foreignTimeSchema, together, unreadable } from "../../../../lambdas/domain/messages/reading";
import { instant } from "../../../../lambdas/domain/time";

describe("times of others", () => {
  it.each([
    ["2026-03-02T14:15:00.989+0000", "2026-03-02T14:15:00.989Z"],
    ["2026-03-02T14:15:00Z", "2026-03-02T14:15:00.000Z"],
    ["2026-03-02T15:15:00.5+01:00", "2026-03-02T14:15:00.500Z"],
    ["2026-03-02 14:15:00.123456789 +0000 UTC", "2026-03-02T14:15:00.123Z"],
    ["2026-03-02 09:15:00 -0500 EST", "2026-03-02T14:15:00.000Z"],
  ])("read %s as %s", (written, time) => {
    expect(foreignTimeSchema.parse(written)).toBe(time);
  });

  it("are ours as well", () => {
    const day = fc.date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(fc.property(day, (date) => expect(foreignTimeSchema.parse(instant(date))).toBe(instant(date))));
  });

  it.each(["", "yesterday", "2026-03-02", "2026-03-02T14:15:00", "2026-99-02T14:15:00Z"])("fail to be read from %j", (written) => {
    expect(foreignTimeSchema.safeParse(written).error?.issues.map(({ message }) => message)).toEqual([
      `${JSON.stringify(written)} is not a time; write it as 2026-03-02T14:15:00.000Z`,
    ]);
  });
});

it("a reason is never empty, and fits into a signal", () => {
  expect(briefly("  ")).toBe("no reason was given");
  expect(briefly("x".repeat(5_000))).toHaveLength(1_000);
});

it("parts of a message are put together in their order", () => {
  const wakeUp = { kind: "wake-up" as const, model: "a" };
  expect(together([unreadable("one"), { readings: [wakeUp], faults: [] }, unreadable("two", "three")])).toEqual({
    readings: [wakeUp],
    faults: ["one", "two", "three"],
  });
});
