import { jsonIn } from "../../../lambdas/domain/json";

// Whatever answers over a network may answer a page of HTML: a reader that throws makes a fault of it that hides what was said.
test.each<[string, unknown]>([
  ['{"a":1}', { a: 1 }],
  ["null", null],
  ["", undefined],
  ["<html>", undefined],
  ['{"a":', undefined],
])("%j says %j", (text, said) => {
  expect(jsonIn(text)).toEqual(said);
});

test("what is no JSON may stand for itself", () => {
  expect([jsonIn("busy", "busy"), jsonIn('"busy"', "x")]).toEqual(["busy", "busy"]);
});
