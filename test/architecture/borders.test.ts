import fs from "node:fs";
import path from "node:path";
import { borderFaults } from "./borders";
import { importsOf, read, ROOT, trackedFiles } from "./sources";

const exists = (file: string): boolean => fs.existsSync(path.join(ROOT, file)) && fs.statSync(path.join(ROOT, file)).isFile();
const programs = trackedFiles().filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));

// A pure file that imports the SDK once is tested through mocks for ever; a rule that imports the component trusts what it checks.
test("every import stays within the borders of the architecture", () => {
  expect(programs.length).toBeGreaterThan(50);
  expect(programs.flatMap((file) => borderFaults(file, read(file), exists))).toEqual([]);
});

// A check that cannot fail is decoration.
test.each([
  ["components/data/bucket/bucket.ts", "@pulumi/aws", "pure parts of components"],
  ["components/data/bucket/bucket.ts", "node:fs", "pure parts of components"],
  ["components/data/bucket/bucket.ts", "./bucket.pulumi", "pure parts of components"],
  ["components/data/bucket/bucket.pulumi.ts", "aws-cdk-lib/aws-s3", "Pulumi components"],
  ["components/data/bucket/bucket.pulumi.ts", "@aws-sdk/client-s3", "Pulumi components"],
  ["components/data/bucket/bucket.pulumi.ts", "../../../stacks/config/schema", "Pulumi components"],
  ["components/data/bucket/bucket.pulumi.ts", "../../../offline/engine", "Pulumi components"],
  ["components/learning/loop/loop.cdk.ts", "@pulumi/pulumi", "CDK constructs"],
  ["components/index.ts", "aws-cdk-lib", "the barrel of Pulumi components"],
  ["lambdas/domain/severity.ts", "@aws-sdk/client-sns", "decisions of the loop"],
  ["lambdas/domain/severity.ts", "../../components/data/bucket/bucket", "decisions of the loop"],
  ["lambdas/application/decide.ts", "@aws-sdk/client-dynamodb", "use cases"],
  ["lambdas/application/decide.ts", "../adapters/postgres", "use cases"],
  ["lambdas/adapters/ledger.ts", "../application/decide", "adapters"],
  ["lambdas/handlers/decide.ts", "../../components/index", "handlers"],
  ["stacks/foundation.ts", "@pulumi/aws", "stacks"],
  ["stacks/foundation.ts", "../components/data/bucket/bucket.pulumi", "stacks"],
  ["stacks/config/schema.ts", "@pulumi/pulumi", "judges of the configuration"],
  ["policies/rules/s3/require-encryption.ts", "../../../components/data/bucket/bucket", "policy rules"],
  ["examples/pulumi-import/index.ts", "../../components", "examples"],
  ["offline/cli.ts", "../test/support/fake", "offline tools"],
])("%s may not import %s", (file, specifier, kind) => {
  const written = [
    `import { a } from "${specifier}";`,
    `import type { A } from "${specifier}";`,
    `export * from "${specifier}";`,
    `const a = require("${specifier}");`,
    `void import("${specifier}");`,
  ];
  for (const source of written) {
    expect(borderFaults(file, source, exists)).toEqual([`${file} imports ${importsOf(file, source, exists)[0]}, which ${kind} must not`]);
  }
});

test("a file in a new place needs a row first", () => {
  expect(borderFaults("helpers/strings.ts", "", exists)).toEqual([
    "helpers/strings.ts is in no row of the table of borders: give it one, or a place that has one",
  ]);
});

test("what only mentions a module is no import", () => {
  expect(borderFaults("components/data/bucket/bucket.ts", `/** see "@pulumi/aws" */ const text = 'from "@pulumi/aws"';`, exists)).toEqual(
    [],
  );
});
