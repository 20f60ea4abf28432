import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(__dirname, "../../..");
let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "bundles-"));
  execFileSync(process.execPath, [path.join(root, "scripts/bundle-handlers.mjs"), folder]);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

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
