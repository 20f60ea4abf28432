/** The folder of an environment, beside what is not ours and in the face of other runs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeOutput } from "../../../offline/plan/output-folder";

const ROOT = path.resolve(__dirname, "../../..");
const planOf = (project: string) => JSON.stringify({ project, environment: "dev", resources: [], outputs: {} });

let out: string;
beforeEach(() => (out = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "out-"))));
afterEach(() => fs.rmSync(out, { recursive: true, force: true }));

const dev = (...parts: string[]) => path.join(out, "dev", ...parts);
const project = () => (JSON.parse(fs.readFileSync(dev("plan.json"), "utf8")) as { project: string }).project;

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "was not refused";
}

describe("C1 the folder of an environment", () => {
  it("is replaced as a whole, so that nothing of an older plan stays", () => {
    writeOutput(out, "dev", { "plan.json": planOf("one"), "kubernetes/a/b.yaml": "x" });
    fs.writeFileSync(dev(".DS_Store"), "");
    writeOutput(out, "dev", { "plan.json": planOf("two") });
    expect([project(), fs.readdirSync(dev()), fs.readdirSync(out)]).toEqual(["two", ["plan.json"], ["dev"]]);
  });

  // Half a plan beside half of the last one reads like a plan, and is one of nothing.
  it("stays what it was when writing fails", () => {
    writeOutput(out, "dev", { "plan.json": planOf("one") });
    expect(() => writeOutput(out, "dev", { "plan.json": planOf("two"), a: "x", "a/b": "y" })).toThrow();
    expect([project(), fs.readdirSync(out)]).toEqual(["one", ["dev"]]);
  });

  it("comes back after a run that was killed between the two renames", () => {
    const nobody = 4_194_305; // above the highest process id that Linux gives
    writeOutput(out, "dev", { "plan.json": planOf("one") });
    fs.renameSync(dev(), path.join(out, `.dev.old-${nobody}-abcdef`));
    fs.mkdirSync(path.join(out, `.dev.new-${nobody}-abcdef`));
    expect(() => writeOutput(out, "dev", { a: "x", "a/b": "y" })).toThrow();
    expect([project(), fs.readdirSync(out)]).toEqual(["one", ["dev"]]);
  });

  // "--out ." in a repository that keeps an environment's state in dev/ would delete that state, and with it all knowledge of what exists.
  it.each<[string, () => void, string]>([
    [
      "other files",
      () => ["terraform.tfstate", "a.txt"].forEach((name) => fs.writeFileSync(dev(name), "x")),
      "it holds files that modelloop did not write (a.txt, terraform.tfstate)",
    ],
    [
      "other files beside a plan",
      () => ["plan.json", "mine"].forEach((name) => fs.writeFileSync(dev(name), planOf("one"))),
      "it holds files that modelloop did not write (mine)",
    ],
    ["a folder called as a file of ours", () => fs.mkdirSync(dev("plan.json")), "it holds files that modelloop did not write (plan.json)"],
    [
      "names of ours without a plan",
      () => fs.mkdirSync(dev("charts")),
      "it holds files that modelloop may not have written, for its plan.json is not among them",
    ],
    [
      "a plan of another program",
      () => fs.writeFileSync(dev("plan.json"), "{}"),
      "it holds files that modelloop may not have written, for its plan.json is not among them",
    ],
  ])("is refused where it holds %s", (_, fill, says) => {
    fs.mkdirSync(dev());
    fill();
    const before = fs.readdirSync(dev());
    expect(refusal(() => writeOutput(out, "dev", { "plan.json": planOf("two") }))).toBe(
      `ConfigurationError: ${dev()} is refused:\n  - ${says}: name another folder with --out, or move what is there away`,
    );
    expect([fs.readdirSync(dev()), fs.readdirSync(out)]).toEqual([before, ["dev"]]);
  });

  it.each<[string, () => void]>([
    ["file", () => fs.writeFileSync(dev(), "x")],
    ["link", () => fs.symlinkSync(os.tmpdir(), dev())],
  ])("is refused where a %s stands in its place", (kind, make) => {
    make();
    expect(refusal(() => writeOutput(out, "dev", { "plan.json": planOf("two") }))).toBe(
      `ConfigurationError: ${dev()} is refused:\n  - it is a ${kind}, and a folder would take its place: name another folder with --out, or move what is there away`,
    );
    expect(fs.lstatSync(dev()).isDirectory()).toBe(false);
  });

  it("is refused in a sentence where it cannot be made", () => {
    const file = path.join(out, "file");
    fs.writeFileSync(file, "x");
    const text = (place: string, files = {}) => refusal(() => writeOutput(place, "dev", files)).replaceAll(out, "<out>");
    expect(text(file)).toBe(
      "ConfigurationError: <out>/file is refused:\n  - it is a file, where a folder is needed: name another place, or move the file away (EEXIST)",
    );
    expect(text(path.join(file, "below"))).toBe(
      "ConfigurationError: <out>/file/below is refused:\n  - something on the way there is a file, where a folder is needed: name another place, or move the file away (ENOTDIR)",
    );
    const long = "x".repeat(300);
    expect(text(out, { [long]: "" })).toBe(
      `ConfigurationError: <out>/dev/${long} is refused:\n  - its path is longer than the file system allows: name a place with a shorter one (ENAMETOOLONG)`,
    );
  });

  // Two terminals, or two jobs on one runner: the loser died with a stack, and left a hidden folder for ever.
  it("holds one whole plan after many runs at once, and nothing else is left", async () => {
    const program = `
      const { writeOutput } = require("./offline/plan/output-folder.ts");
      for (let round = 0; round < 60; round++)
        writeOutput(process.argv[1], "dev", { "plan.json": process.argv[2], "kubernetes/a.yaml": process.argv[2], "charts/a.yaml": "x" });`;
    const codes = await Promise.all(
      ["one", "two", "three"].map(async (name) => {
        const run = spawn(process.execPath, ["--require", "tsx/cjs", "-e", program, out, planOf(name)], { cwd: ROOT, stdio: "inherit" });
        const [code] = (await once(run, "exit")) as [number];
        return code;
      }),
    );
    expect(codes).toEqual([0, 0, 0]);
    expect(fs.readdirSync(out)).toEqual(["dev"]);
    expect(fs.readFileSync(dev("kubernetes/a.yaml"), "utf8")).toBe(planOf(project()));
  }, 60_000);
});
