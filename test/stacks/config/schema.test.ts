import { z } from "zod";
import { exampleOf, shapeFaults, takes } from "../../../stacks/config/faults";
import { stackConfigSchema } from "../../../stacks/config/schema";
import { bare, childOf, keysOf, metaOf, schemaAt } from "../../../stacks/config/schema-walk";

/** Every key of the file, from the top down, with its schema. */
function everyKey(schema: z.core.$ZodType, path: string[] = []): [string, z.core.$ZodType][] {
  const inner = bare(schema);
  const children =
    inner instanceof z.ZodArray ? [["[]", inner.def.element] as const] : keysOf(inner).map((key) => [key, childOf(inner, key)] as const);
  return children.flatMap(([key, child]) =>
    child === undefined ? [] : [[[...path, key].join("."), child] as [string, z.core.$ZodType], ...everyKey(child, [...path, key])],
  );
}

const keys = everyKey(stackConfigSchema);
const leaves = keys.filter(([, schema]) => !(bare(schema) instanceof z.ZodObject));

test("C1 the layers of the file are those that exist", () => {
  expect(keysOf(stackConfigSchema)).toEqual([
    "aws:region",
    "modelloop:foundation",
    "modelloop:data",
    "modelloop:compute",
    "modelloop:serving",
    "modelloop:learning",
  ]);
});

// The description is all the help that an editor shows, and the example all the cure that a refusal has.
test.each(keys.filter(([path]) => !path.endsWith("[]")))("%s says what it is", (_path, schema) => {
  expect(metaOf(schema).description).toMatch(/^[A-Z].*[.]$/);
});

test.each(leaves)("%s has a default, an example or a choice, and its own schema accepts it", (_path, schema) => {
  const example = exampleOf(schema) ?? (bare(schema) instanceof z.ZodArray ? [] : undefined);
  expect(z.safeParse(schema, example)).toMatchObject({ success: true });
  expect(example).toBeDefined();
});

test("every block refuses keys that it does not know", () => {
  const open = keys.filter(([, schema]) => {
    const inner = bare(schema);
    return inner instanceof z.ZodObject && z.toJSONSchema(inner, { io: "input" }).additionalProperties !== false;
  });
  expect(open.map(([path]) => path)).toEqual([]);
});

// A union or a refinement would be refused with "takes text: write for example" and the very value that was refused.
test.each(leaves)("%s is of a kind that a refusal can put in words", (_path, schema) => {
  const inner = bare(schema);
  const plain = [z.ZodString, z.ZodNumber, z.ZodBoolean, z.ZodEnum, z.ZodArray].some((kind) => inner instanceof kind);
  const checked = inner instanceof z.ZodString && (inner.def.checks ?? []).length > 0;
  expect({ plain, told: !checked || metaOf(schema).rule !== undefined }).toEqual({ plain: true, told: true });
});

describe("a schema is told in words", () => {
  test.each<[z.ZodType, string]>([
    [z.number().int().min(1).max(3), "a whole number from 1 to 3"],
    [z.number().int(), "a whole number"],
    [z.number().min(0.5).optional(), "a number of 0.5 or more"],
    [z.number().max(2).default(1), "a number of 2 or less"],
    [z.boolean().default(false), "true or false"],
    [z.enum(["a", "b", "c"]).optional(), "a, b or c"],
    [z.string(), "text"],
    [z.string().meta({ rule: "the id of a VPC" }).optional(), "the id of a VPC"],
    [z.array(z.string()), "a list"],
    [z.strictObject({ b: z.string(), a: z.string() }).prefault({ a: "", b: "" }), "a block with a and b"],
  ])("%#: %j takes what it says", (schema, words) => {
    expect(takes(schema)).toBe(words);
  });

  test("a value that is long is shown by its beginning", () => {
    expect(shapeFaults(z.strictObject({ on: z.boolean() }), { on: "x".repeat(100) })[0]?.sentence).toBe(
      `on is "${"x".repeat(56)}...; it takes true or false: write for example true`,
    );
  });
});

test("a path that leads out of the schema leads to nothing", () => {
  expect(schemaAt(stackConfigSchema, ["modelloop:foundation", "network", "cidr", "deeper"])).toBeUndefined();
  expect(schemaAt(stackConfigSchema, ["modelloop:foundation", "__proto__"])).toBeUndefined();
  expect(schemaAt(stackConfigSchema, ["modelloop:foundation", "network", "reservedCidrs", 0, "cidr"])).toBeDefined();
});
