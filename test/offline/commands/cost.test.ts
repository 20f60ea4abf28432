/** The command as a person meets it, over the committed environments. What a line costs is tested beside the estimate. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { costCommand } from "../../../offline/commands/cost";

const ROOT = path.resolve(__dirname, "../../..");

async function modelloop(...argv: string[]) {
  const said = { out: "", err: "" };
  const terminal = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    ...{ shows: false, colour: false },
  };
  const code = await costCommand(argv, terminal, ROOT);
  return { code, ...said };
}

interface Document {
  readonly environment: string;
  readonly totalUsd: number;
  /** While no release serves and nothing trains. */
  readonly idleUsd: number;
  readonly complete: boolean;
  readonly refusals: string[];
  readonly components: { component: string }[];
  readonly lines: { resource: string; unknown?: true }[];
}

describe("modelloop cost", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-cost-"));
  afterAll(() => fs.rmSync(folder, { recursive: true }));
  let documents: Document[];
  beforeAll(async () => {
    const { code, out } = await modelloop("--json");
    expect(code).toBe(0);
    documents = JSON.parse(out) as Document[];
  }, 60_000);

  // A resource without a price would make every figure below too small, and nobody would see it.
  it("I10 knows a price for everything that the committed environments create", () => {
    expect(documents.map(({ environment, complete }) => [environment, complete])).toEqual([
      ["dev", true],
      ["prod", true],
      ["staging", true],
    ]);
    expect(documents.flatMap(({ lines }) => lines.filter(({ unknown }) => unknown === true).map(({ resource }) => resource))).toEqual([]);
  });

  it("I10 dev stays under 450 USD a month while it is idle, with GPUs at zero, and all stay within their budgets", () => {
    expect(documents.find(({ environment }) => environment === "dev")?.idleUsd).toBeLessThan(450);
    const [dev, prod, staging] = documents.map(({ totalUsd }) => totalUsd);
    expect(dev).toBeLessThan(staging ?? 0);
    expect(staging).toBeLessThan(prod ?? 0);
    expect(documents.flatMap(({ refusals }) => refusals)).toEqual([]);
  });

  it("shows every component with what is fixed and what is assumed, and the assumptions", async () => {
    const { code, out } = await modelloop("dev");
    expect(code).toBe(0);
    expect(out).toMatch(/ {2}compute {7}dev-cluster +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d\n/);
    expect(out).toContain("natGb                   50 GB through each NAT gateway\n");
    expect(out).toMatch(/After pulumi destroy goes on, until it is deleted: \d+\.\d\d/);
  }, 60_000);

  it("takes other assumptions out of a file, and ends with 1 where they break the budget", async () => {
    const file = path.join(folder, "usage.yaml");
    fs.writeFileSync(file, "natGb: 20000\n");
    const { code, out } = await modelloop("dev", "--usage", file);
    expect(code).toBe(1);
    expect(out).toMatch(
      /dev is estimated at [\d,.]+ USD a month; its budget's limit is 650\.00: raise the limit, or make the dearest component smaller \(dev-network, /,
    );
  }, 60_000);

  it.each([
    [["--uage", "x"], "--uage is no option of modelloop cost; it has --json, --usage, --help"],
    [["--usage"], "--usage needs a file: write --usage usage.yaml"],
    [["--usage", "none.yaml"], "none.yaml is refused:\n  - there is no such file: write lines of the form natGb: 200 into it"],
  ])("refuses %j", async (argv, message) => {
    await expect(modelloop(...argv)).rejects.toThrow(new Error(message));
  });

  it("refuses assumptions that are none", async () => {
    const file = path.join(folder, "wrong.yaml");
    fs.writeFileSync(file, "natGb: -1\n");
    await expect(modelloop("--usage", file)).rejects.toThrow(
      new Error(`${file} is refused:\n  - natGb is -1; it is a number of GB a month: write 0 or more`),
    );
  });

  it("has a help text", async () => {
    const { code, out } = await modelloop("--help");
    expect([code, out.split("\n")[0]]).toEqual([0, "Usage: modelloop cost [ENV...] [options]"]);
  });
});
