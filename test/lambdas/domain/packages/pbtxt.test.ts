import { pbtxt, pbtxtMap, Token } from "../../../../lambdas/domain/packages/pbtxt";

it("writes scalars, enums, lists, messages and maps as Triton reads them", () => {
  const text = pbtxt({
    name: 'a "quoted" \\ name',
    kind: new Token("KIND_CPU"),
    dims: [37, 1],
    on: true,
    absent: undefined,
    input: [{ name: "one" }, { name: "two" }],
    parameters: pbtxtMap({ threshold: { string_value: "0.5" } }),
  });
  expect(text.split("\n")).toEqual([
    'name: "a \\"quoted\\" \\\\ name"',
    "kind: KIND_CPU",
    "dims: [ 37, 1 ]",
    "on: true",
    "input {",
    '  name: "one"',
    "}",
    "input {",
    '  name: "two"',
    "}",
    "parameters {",
    '  key: "threshold"',
    "  value {",
    '    string_value: "0.5"',
    "  }",
    "}",
    "",
  ]);
});
