import fc from "fast-check";
import { z } from "zod";
import { understandScalars } from "../../../stacks/config/scalars";

const schema = z.strictObject({
  count: z.number().int().optional(),
  on: z.boolean().default(false),
  text: z.string().optional(),
  nested: z.strictObject({ list: z.array(z.strictObject({ percent: z.number() })) }).optional(),
  named: z.record(z.string(), z.number()).optional(),
});

// `pulumi config set` stores "3"; a program that compares it with a number takes the other branch and says nothing.
test("C1 numbers and booleans that arrive as text are understood, at every depth", () => {
  const handedOver = { count: "3", on: "true", nested: { list: [{ percent: "80" }, { percent: "99.5" }] }, named: { a: "-1" } };
  expect(understandScalars(schema, handedOver)).toEqual({
    count: 3,
    on: true,
    nested: { list: [{ percent: 80 }, { percent: 99.5 }] },
    named: { a: -1 },
  });
});

// 0123 may be an account or an octal number, "yes" may be a name: whoever guesses is silently wrong one day.
test.each(["03", "1e3", "0x10", "3 ", "", "three", "--1", "1."])('"%s" is not taken for a number', (text) => {
  expect(understandScalars(schema, { count: text })).toEqual({ count: text });
});

test.each(["yes", "True", "1", "on", ""])('"%s" is not taken for true or false', (text) => {
  expect(understandScalars(schema, { on: text })).toEqual({ on: text });
});

test("what the schema wants as text stays text", () => {
  expect(understandScalars(schema, { text: "3" })).toEqual({ text: "3" });
});

test("unknown keys and values of the wrong shape pass through, for the schema to refuse", () => {
  expect(understandScalars(schema, { misspelt: "3", nested: "4", named: ["5"] })).toEqual({ misspelt: "3", nested: "4", named: ["5"] });
});

test("every number comes back from its text as the same number", () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      expect(understandScalars(schema, { count: String(value) })).toEqual({ count: value });
    }),
  );
});
