import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { loadProgram, projectRecorder, record } from "../../../offline/engine";

const SDK = JSON.stringify(path.dirname(require.resolve("@pulumi/pulumi/package.json")));
let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "program-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  fs.writeFileSync(path.join(folder, file), text);
}

async function outputs(program: () => unknown, stack: string): Promise<unknown> {
  return (await record({ project: "p", stack, mode: "apply", root: folder, program })).stackOutputs;
}

it("runs a program that exports a function anew for each environment", async () => {
  write(
    "index.js",
    `const pulumi = require(${SDK}); let loaded = 0; loaded++; module.exports = async () => ({ stack: pulumi.getStack(), loaded });`,
  );
  const program = loadProgram(folder);
  expect([await outputs(program, "dev"), await outputs(program, "prod")]).toEqual([
    { stack: "dev", loaded: 1 },
    { stack: "prod", loaded: 1 },
  ]);
});

// Most Pulumi programs create their resources while they are loaded; loaded once, the second environment would be empty.
// In a process of its own, because Jest has its own idea of what is loaded.
it("loads a program that works at its top level anew for each environment, with the TypeScript files it imports", () => {
  write("app/index.ts", `import { stack } from "./stack"; export const name: string = stack;`);
  write("app/stack.ts", `import { getStack } from ${SDK}; export const stack: string = getStack();`);
  write(
    "both.ts",
    `import { loadProgram, record } from ${JSON.stringify(path.resolve("offline/engine"))};
     const program = loadProgram(__dirname, "app");
     const outputs = (stack: string) => record({ project: "p", stack, mode: "apply", root: __dirname, program }).then((recording) => recording.stackOutputs);
     void Promise.all([outputs("dev"), outputs("prod")]).then((both) => console.log(JSON.stringify(both)));`,
  );
  const printed = execFileSync(process.execPath, ["--import", "tsx", path.join(folder, "both.ts")], { encoding: "utf8" });
  expect(JSON.parse(printed)).toEqual([{ name: "dev" }, { name: "prod" }]);
});

it.each([
  ["main of Pulumi.yaml without its ending", { "src/program.js": "module.exports = () => ({ found: true });" }, "src/program"],
  [
    "main of package.json",
    { "package.json": '{"main":"lib/"}', "lib/index.js": "exports.default = () => ({ found: true }); exports.__esModule = true;" },
    undefined,
  ],
])("finds the program by %s", async (_, files: Record<string, string>, main) => {
  for (const [file, text] of Object.entries(files)) write(file, text);
  expect(await outputs(loadProgram(folder, main), "dev")).toEqual({ found: true });
});

it("fails when there is no program, saying where it looked and what to do", () => {
  expect(() => loadProgram(folder, "stacks")).toThrow(
    new Error(
      `${folder} holds no program: stacks is neither a file nor a folder with an index.ts or index.js; name the program in "main" of Pulumi.yaml`,
    ),
  );
});

// Node loads an ES module once: in this process, the second environment would be empty, and the plan would say so of a sound program.
it("records an ES module that works at its top level for each environment, by Pulumi's own runner", async () => {
  write("package.json", '{"type":"module"}');
  write(
    "index.ts",
    `import { createRequire } from "node:module"; const { getStack } = createRequire(import.meta.url)(${SDK}); export const name: string = getStack();`,
  );
  const recorder = projectRecorder({ root: folder });
  const outputsOf = async (stack: string) => (await recorder({ project: "p", stack, mode: "apply" })).stackOutputs;
  expect([await outputsOf("dev"), await outputsOf("prod")]).toEqual([{ name: "dev" }, { name: "prod" }]);
});

it("fails when an ES module never ends, instead of waiting with it", async () => {
  write("package.json", '{"type":"module"}');
  write("index.js", "setInterval(() => undefined, 1000);");
  await expect(projectRecorder({ root: folder })({ project: "p", stack: "s", mode: "apply", stallSeconds: 1 })).rejects.toThrow(
    new Error(
      "for 1 seconds nothing has happened, and the program has not ended: an input or a promise does not resolve, or a timer or a connection is left open",
    ),
  );
});

// The command plans several environments: one program must not end it, nor leave its answer half printed.
it.each([
  ["process.exit(0)", "the program calls process.exit(0): a program ends by itself, or by throwing\n  at index.js#1"],
  ["setTimeout(() => { throw new Error('boom'); }, 1); module.exports = new Promise(() => undefined)", "boom\n  at index.js#1"],
])("fails, and lives on, when the program does %s", (text, reason) => {
  write("index.js", text);
  write(
    "run.ts",
    `import { loadProgram, record } from ${JSON.stringify(path.resolve("offline/engine"))};
     const run = record({ project: "p", stack: "s", mode: "apply", root: __dirname, program: loadProgram(__dirname, "index.js") });
     void run.then(() => "none", (error: Error) => error.message).then((message) => console.log(message));`,
  );
  expect(execFileSync(process.execPath, ["--import", "tsx", path.join(folder, "run.ts")], { encoding: "utf8" }).trim()).toBe(reason);
});
