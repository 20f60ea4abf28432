import {
  enumFaults,
  faultsOf,
  Kind,
  kindFaults,
  kmsKeyArnFaults,
  repeatFaults,
  wholeNumberFaults,
} from "../../../components/shared/faults";
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

describe("values of another kind, as JavaScript lets them be", () => {
  const rule = { min: 7, max: 30, rule: "KMS waits so long" };

  // Shown bare, "7" would read "days is 7 ... use a whole number from 7 to 30".
  it.each([
    ["7", `the text "7"`],
    [null, "null"],
    [[7], "a list"],
    [{ toString: 1 }, "an object"],
    [true, "true"],
  ])("shows %j, where a number belongs, as %s", (value, text) => {
    expect(wholeNumberFaults("days", value, rule)).toEqual([`days is ${text}; KMS waits so long: use a whole number from 7 to 30`]);
  });

  it.each([
    [Kind.Flag, [true, false], "no", `flag is "no"; it must be true or false: write true or false without quotes, or leave it out`],
    [Kind.Group, [{}], [], "flag is a list; it must be an object: give an object, or leave it out"],
    [Kind.List, [[]], {}, "flag is an object; it must be a list: put it into a list, or leave it out"],
  ])("tells what is %s from what is not", (kind, right, wrong, fault) => {
    expect([undefined, ...right].flatMap((value) => kindFaults("flag", value, kind))).toEqual([]);
    expect(kindFaults("flag", wrong, kind)).toEqual([fault]);
  });

  it("asks the rules only where the kinds are right", () => {
    const judge = (args: { on?: boolean }) => faultsOf(args, { on: Kind.Flag }, ({ on }) => [`on is ${on}`]);
    expect(judge({ on: true })).toEqual(["on is true"]);
    expect(judge({ on: "no" } as never)).toEqual([
      `on is "no"; it must be true or false: write true or false without quotes, or leave it out`,
    ]);
    expect(judge(null as never)).toEqual(["args is null; it must be an object: give an object, or leave it out"]);
  });
});

describe("kmsKeyArnFaults", () => {
  it.each([
    undefined,
    "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-1234",
    Promise.resolve(""),
    { apply: () => "an output" },
  ])("accepts %p", (arn) => {
    expect(kmsKeyArnFaults("kmsKeyArn", arn)).toEqual([]);
  });

  // "" stands for AWS's own key, of which nobody can say who uses it: encrypted in every report, and open to whoever may read.
  it.each([
    ["", `""`],
    ["alias/aws/s3", `"alias/aws/s3"`],
    ["arn:aws:kms:us-east-1:123456789012:alias/mine", `"arn:aws:kms:us-east-1:123456789012:alias/mine"`],
    [null, "null"],
    [{}, "an object"],
  ])("fails on %j", (arn, text) => {
    expect(kmsKeyArnFaults("kmsKeyArn", arn)).toEqual([
      `kmsKeyArn is ${text}; it must be the ARN of a KMS key, neither an id nor an alias: write it like arn:aws:kms:us-east-1:123456789012:key/1234abcd`,
    ]);
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

  it("says of text that it is text", () => {
    expect(logRetentionFaults("days", "7")).toEqual([
      `days is the text "7"; CloudWatch Logs keeps logs for certain periods only: use a number such as 30, without quotes`,
    ]);
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
