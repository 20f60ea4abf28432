/** The example as a stranger has it: a CDK app, the packed package, and no Pulumi anywhere. */
import fs from "node:fs";
import path from "node:path";
import { filesBelow, installPacked, node, ROOT } from "../package/packed";

const EXAMPLE = path.join(ROOT, "examples/cdk-import");

let folder: string;

beforeAll(() => {
  folder = installPacked();
  fs.rmSync(path.join(folder, "node_modules/@pulumi"));
  for (const file of ["app.ts", "tsconfig.json"]) fs.copyFileSync(path.join(EXAMPLE, file), path.join(folder, file));
}, 300_000);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test("C2 the app compiles against what the package declares", () => {
  const { code, stdout } = node([path.join(folder, "node_modules/typescript/bin/tsc"), "-p", "."], folder);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
}, 120_000);

test("C2 it synthesises without Pulumi: the loop, its functions' code, and a template for each model", () => {
  fs.mkdirSync(path.join(folder, "cdk.out"));
  const script = `process.env.CDK_OUTDIR = "cdk.out"; process.env.CDK_VALIDATION = "false"; require("tsx/cjs"); require("./app.ts");`;
  const { code, stderr } = node(["-e", script], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const files = filesBelow(path.join(folder, "cdk.out"));
  expect(files.filter((file) => file.endsWith(".nested.template.json")).length).toBe(2);
  expect(files.filter((file) => file.endsWith("/index.js")).length).toBe(7);
  const template = fs.readFileSync(path.join(folder, "cdk.out/ScoringLoop.template.json"), "utf8");
  expect(template).toContain("credit-score:act credit-limit:observe");
}, 120_000);
