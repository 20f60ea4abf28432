import fc from "fast-check";
import { WIRE } from "../../../offline/engine/internals";
import { type Json, type PropertyPath, UNKNOWN } from "../../../offline/engine/recording";
import { decode, pathText, redacted, withOutputValues, withoutOutputValues } from "../../../offline/engine/wire";

const secret = (value: unknown) => ({ [WIRE.key]: WIRE.secret, value });
const outputValue = (rest: object) => ({ [WIRE.key]: WIRE.outputValue, ...rest });

describe("decoding what the SDK sends", () => {
  it("reveals secrets and remembers where they stood, also inside lists and under keys with dots", () => {
    const { value, secrets } = decode({ data: { "a.b/c": [1, secret("x")] }, all: secret({ user: "u", password: "p" }) });
    expect(value).toEqual({ data: { "a.b/c": [1, "x"] }, all: { user: "u", password: "p" } });
    expect(secrets).toEqual([["data", "a.b/c", 1], ["all"]]);
  });

  it("keeps unknown values as Pulumi's sentinel and remembers where they stood", () => {
    const { value, unknowns } = decode({ a: UNKNOWN, b: [outputValue({})] });
    expect(value).toEqual({ a: UNKNOWN, b: [UNKNOWN] });
    expect(unknowns).toEqual([["a"], ["b", 0]]);
  });

  it("takes the dependencies out of output values, by top-level property", () => {
    const { value, dependencies } = decode({
      a: { b: outputValue({ value: 1, dependencies: ["urn:1"] }), c: outputValue({ value: 2, dependencies: ["urn:1", "urn:2"] }) },
    });
    expect(value).toEqual({ a: { b: 1, c: 2 } });
    expect(dependencies).toEqual({ a: ["urn:1", "urn:2"] });
  });

  it("shows references and assets in a form that no signature clutters", () => {
    const wire = {
      a: { [WIRE.key]: WIRE.resource, urn: "urn:x", id: "i" },
      b: { [WIRE.key]: WIRE.asset, path: "f.txt" },
      c: { [WIRE.key]: WIRE.archive, assets: {} },
    };
    expect(decode(wire).value).toEqual({
      a: { $ref: "urn:x", id: "i" },
      b: { $asset: { path: "f.txt" } },
      c: { $archive: { assets: {} } },
    });
  });
});

describe("hiding", () => {
  // The written plan is attached to pull requests: one secret in it is one secret published.
  it("never lets a secret through, wherever it stands", () => {
    fc.assert(
      fc.property(treeWithSecrets(), (wire) => {
        const { value, secrets } = decode(wire);
        const text = JSON.stringify(redacted(value, secrets));
        expect(text).not.toContain("hunter2");
      }),
    );
  });

  it("changes nothing where nothing is secret or unknown", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(redacted(value as Json, [])).toEqual(value)));
  });

  it("marks unknown values, and secrets that hold unknown values as secret", () => {
    const { value, secrets } = decode({ a: UNKNOWN, b: secret([UNKNOWN]) });
    expect(redacted(value, secrets)).toEqual({ a: "[unknown]", b: "[secret]" });
  });
});

describe("output values", () => {
  it("are what the engine makes of unknowns, secrets and dependencies before it runs transforms", () => {
    expect(withOutputValues({ a: UNKNOWN, b: secret("s"), c: "plain", d: "id" }, { d: ["urn:1"] })).toEqual({
      a: outputValue({}),
      b: outputValue({ value: "s", secret: true }),
      c: "plain",
      d: outputValue({ value: "id", dependencies: ["urn:1"] }),
    });
  });

  it("go back to plain values, secrets and unknowns without loss", () => {
    fc.assert(
      fc.property(treeWithSecrets(), (wire) => expect(decode(withoutOutputValues(withOutputValues(wire, {})))).toEqual(decode(wire))),
    );
  });
});

it.each<[PropertyPath, string]>([
  [["a", 0, "b"], "a[0].b"],
  [["metadata", "annotations", "a.b/c"], 'metadata.annotations["a.b/c"]'],
  [[], ""],
])("writes the path %j as %s", (path, text) => expect(pathText(path)).toBe(text));

function treeWithSecrets(): fc.Arbitrary<Record<string, unknown>> {
  const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
    leaf: fc.oneof(
      fc.constant(secret("hunter2")),
      fc.constant(secret({ deep: ["hunter2"] })),
      fc.constant(UNKNOWN),
      fc.string({ maxLength: 3 }),
      fc.integer(),
    ),
    tree: fc.oneof(
      { maxDepth: 4 },
      tie("leaf"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(key(), tie("tree"), { maxKeys: 3 }),
    ),
  }));
  return fc.dictionary(key(), tree, { maxKeys: 4 });
}

function key(): fc.Arbitrary<string> {
  return fc.string({ minLength: 1, maxLength: 3 }).filter((text) => text !== "__proto__");
}
