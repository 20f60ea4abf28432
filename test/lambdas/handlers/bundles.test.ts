import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { labelModel } from "../../../lambdas/domain/packages/label-model";

const root = path.resolve(__dirname, "../../..");
const folder = path.join(root, "dist/lambdas");

const handlers = fs
  .readdirSync(path.join(root, "lambdas/handlers"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => path.basename(file, ".ts"));

describe.each(handlers)("the bundle of %s", (handler) => {
  // A megabyte is some 40 ms of a cold start, and every alarm may be a cold start.
  it("is smaller than 2 MB, and speaks one language", () => {
    const bundle = fs.readFileSync(path.join(folder, handler, "index.js"), "utf8");
    expect(bundle.length).toBeLessThan(2_000_000);
    expect(bundle).not.toContain("Ungültige Eingabe");
  });

  // What is asked for at load is asked for before anybody can answer: no setting, no network, no chance.
  it("loads with nothing set and nobody to speak to", () => {
    const script = `
      const refuse = (what) => () => { throw new Error(what + " at load"); };
      require("net").Socket.prototype.connect = refuse("a connection");
      require("dns").lookup = refuse("a look-up of a name");
      globalThis.fetch = refuse("a request");
      Math.random = refuse("chance");
      const { handler } = require(${JSON.stringify(path.join(folder, handler, "index.js"))});
      console.log(typeof handler);`;
    expect(execFileSync(process.execPath, ["-e", script], { env: {}, encoding: "utf8" })).toBe("function\n");
  });
});

// ONNX Runtime is no part of its bundle, and looks for its WebAssembly by its own place: a file left behind is found missing in the first release.
it("S1 the function that packages has ONNX Runtime beside it, and that runs a graph", () => {
  const script = `
    const runtime = require(${JSON.stringify(path.join(folder, "package-release", "onnx-runtime.js"))});
    runtime.env.wasm.numThreads = 1;
    const graph = Buffer.from(${JSON.stringify(Buffer.from(labelModel(0.5)).toString("base64"))}, "base64");
    runtime.InferenceSession.create(new Uint8Array(graph)).then((session) => console.log(session.outputNames.join()));`;
  expect(execFileSync(process.execPath, ["-e", script], { env: {}, encoding: "utf8" })).toBe("label,probabilities\n");
});
