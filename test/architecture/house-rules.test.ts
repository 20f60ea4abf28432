import { houseRuleFaults } from "./house-rules";
import { read, trackedFiles } from "./sources";

const sources = trackedFiles().filter((file) => file.endsWith(".ts"));

test("the rules of this house hold in every file", () => {
  expect(sources.flatMap((file) => houseRuleFaults(file, read(file)))).toEqual([]);
});

// A check that cannot fail is decoration.
test.each([
  [
    "components/data/x/x.pulumi.ts",
    "id.apply((value) => { new aws.s3.Bucket(value); });",
    "new aws.s3.Bucket inside apply",
    "a resource made there is missing from every preview that does not know the value",
  ],
  [
    "stacks/data.ts",
    "pulumi.all([a, b]).apply(([name]) => [1].map(() => new Bucket(name, {})));",
    "new Bucket inside apply",
    "a resource made there is missing from every preview that does not know the value",
  ],
  [
    "components/data/x/x.pulumi.ts",
    "const config = new pulumi.Config();",
    "new pulumi.Config",
    "a component knows its arguments and nothing of the program that uses it",
  ],
  [
    "components/data/x/x.pulumi.ts",
    "const prefix = pulumi.getStack();",
    "pulumi.getStack()",
    "a component knows its arguments and nothing of the program that uses it",
  ],
  ["components/data/x/x.ts", 'console.log("here");', "console.log", "a component speaks through pulumi.log, or not at all"],
  ["lambdas/application/x.ts", 'const url = process.env["URL"];', "process.env", "what decides takes its settings as arguments"],
  [
    "lambdas/domain/x.ts",
    "const now = Date.now();",
    "Date.now()",
    "time and chance are arguments, or the second run decides otherwise than the first",
  ],
  [
    "lambdas/domain/x.ts",
    "const now = new Date();",
    "new Date()",
    "time and chance are arguments, or the second run decides otherwise than the first",
  ],
])("%s may not say %s", (file, source, found, because) => {
  expect(houseRuleFaults(file, source)).toEqual([`${file}#1 has ${found}; ${because}`]);
});

test.each([
  ["components/data/x/x.pulumi.ts", "id.apply((value) => { if (value === '') throw new RangeError(value); return new Set([value]); });"],
  ["lambdas/domain/x.ts", "const then = new Date(signal.at);"],
  ["offline/cli.ts", "console.log(process.env, Date.now());"],
])("%s may say %s", (file, source) => {
  expect(houseRuleFaults(file, source)).toEqual([]);
});
