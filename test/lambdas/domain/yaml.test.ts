import fc from "fast-check";
import { parse } from "yaml";
import { yamlOf, type YamlValue } from "../../../lambdas/domain/yaml";

it("is written so that people can read it", () => {
  const document = { name: "no", share: 0.5, list: [{ a: 1, b: ["x"] }, "y"], none: [], gone: undefined, "a b": { deep: {} } };
  expect(yamlOf(document)).toBe(
    ['name: "no"', "share: 0.5", "list:", "  - a: 1", "    b:", '      - "x"', '  - "y"', "none: []", '"a b":', "  deep: {}", ""].join(
      "\n",
    ),
  );
});

// A version called 1.10 that becomes 1.1, a country called NO that becomes false: YAML guesses, unless it is not given the chance.
it("says every document so that it is read again as it was", () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.boolean(),
    fc.constantFrom("1.10", "no", "2026-03-02"),
  );
  const { value } = fc.letrec<{ value: YamlValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.string({ minLength: 1 }), tie("value"), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), value), (document) => {
      // -0 is 0 to whoever reads JSON.
      expect(JSON.parse(JSON.stringify(parse(yamlOf(document))))).toEqual(JSON.parse(JSON.stringify(document)));
    }),
  );
  expect(parse(yamlOf({ a: NaN, b: Infinity, c: -Infinity }))).toEqual({ a: NaN, b: Infinity, c: -Infinity });
});
