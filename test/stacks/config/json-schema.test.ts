import fs from "node:fs";
import path from "node:path";
import { stackFileSchema } from "../../../stacks/config/json-schema";
import { ENVIRONMENTS, ROOT } from "../stack-file";

// An editor that knows last month's keys underlines the right ones and completes the wrong ones.
test("C1 the committed JSON Schema is the one that the program judges by; if not: npm run schemas", () => {
  const stored: unknown = JSON.parse(fs.readFileSync(path.join(ROOT, "schemas/stack.json"), "utf8"));
  expect(stored).toEqual(JSON.parse(JSON.stringify(stackFileSchema())));
});

test("C1 it knows the whole file: our keys by name, those of others by their namespace", () => {
  expect(stackFileSchema()).toMatchObject({
    required: ["config"],
    additionalProperties: false,
    properties: {
      config: {
        required: ["aws:region", "modelloop:foundation"],
        additionalProperties: false,
        patternProperties: { "^(?!modelloop:)[^:]+:.+$": {} },
        properties: { "modelloop:foundation": { additionalProperties: false, properties: { network: { additionalProperties: false } } } },
      },
      encryptionsalt: {},
      secretsprovider: {},
    },
  });
});

test.each(ENVIRONMENTS)("C1 Pulumi.%s.yaml tells editors where the schema lies", (environment) => {
  const [first] = fs.readFileSync(path.join(ROOT, `Pulumi.${environment}.yaml`), "utf8").split("\n");
  expect(first).toBe("# yaml-language-server: $schema=schemas/stack.json");
});
