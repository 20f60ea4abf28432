import { enumFaults, repeatFaults, wholeNumberFaults } from "../../../components/shared/faults";
import { LOG_RETENTION_DAYS, logRetentionFaults } from "../../../components/shared/log-retention";

enum Colour {
  Red = "red",
  DarkBlue = "darkBlue",
}

describe("wholeNumberFaults", () => {
  const rule = { min: 7, max: 2_560, rule: "KMS waits so long" };

  it.each([undefined, 7, 8, 2_560])("accepts %p", (days) => {
    expect(wholeNumberFaults("days", days, rule)).toEqual([]);
  });

  // NaN passes every comparison that asks "too small?" or "too large?", and AWS then answers with a parse error in the middle of an `up`.
  it.each([6, 2_561, 7.5, -7, Number.NaN, Number.POSITIVE_INFINITY])("fails on %p with value, rule and cure", (days) => {
    expect(wholeNumberFaults("days", days, rule)).toEqual([`days is ${days}; KMS waits so long: use a whole number from 7 to 2,560`]);
  });
});

describe("enumFaults", () => {
  it.each([undefined, "red", "darkBlue"])("accepts %p", (colour) => {
    expect(enumFaults("colour", colour, Colour)).toEqual([]);
  });

  // JavaScript and Python programs hand over any text; taken for granted, it would choose no branch and create nothing, silently.
  it("fails on text that is none of the values, the enum's own keys included", () => {
    expect(enumFaults("colour", "DarkBlue", Colour)).toEqual([`colour is "DarkBlue"; it must be one of red, darkBlue: use one of these`]);
  });
});

describe("repeatFaults", () => {
  it("accepts no list and a list of different names", () => {
    expect([...repeatFaults("names", undefined), ...repeatFaults("names", ["a", "b"])]).toEqual([]);
  });

  // Twice the same name is twice the same child, and Pulumi's answer to that names a URN instead of the argument.
  it("fails once for each name that is there more than once", () => {
    expect(repeatFaults("names", ["a", "b", "a", "a", "b"])).toEqual([
      "names names a more than once; each counts once: name it once",
      "names names b more than once; each counts once: name it once",
    ]);
  });
});

describe("logRetentionFaults", () => {
  it("accepts no value and every period that CloudWatch Logs knows", () => {
    expect([undefined, ...LOG_RETENTION_DAYS].flatMap((days) => logRetentionFaults("days", days))).toEqual([]);
  });

  // The next longer period, never the shorter: the cure must not lose logs that somebody meant to keep.
  it.each([
    [45, 60],
    [0, 1],
    [400.5, 545],
    [9_999, 3_653],
  ])("fails on %p and offers %p", (days, cure) => {
    expect(logRetentionFaults("logs.days", days)).toEqual([
      `logs.days is ${days}; CloudWatch Logs keeps logs for certain periods only: use ${cure}`,
    ]);
  });
});
