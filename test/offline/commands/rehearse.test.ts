/** The command as a person meets it. What a rehearsal finds is tested beside the rehearsal. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { rehearseCommand } from "../../../offline/commands/rehearse";

jest.setTimeout(240_000);

const ROOT = path.resolve(__dirname, "../../..");

async function modelloop(...argv: string[]) {
  const said = { out: "", err: "" };
  const terminal = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    ...{ shows: false, colour: false },
  };
  const code = await rehearseCommand(argv, terminal, ROOT);
  return { code, ...said };
}

describe("modelloop rehearse", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-rehearse-"));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it("plays a scenario, tells its story and writes what happened", async () => {
    const { code, out } = await modelloop("scenarios/stop-switch.yaml", "--out", folder);
    expect(code).toBe(0);
    expect(out).toMatch(/ {2}ok {5}A person stops the loop, and lets it go on again \(stop-switch, calm, [\d.]+ s\)/);
    expect(out).toContain("  1 rehearsal · 1.2 virtual days\n");
    expect(out).toContain("→ ana stops all automatic action");
    const [summary] = JSON.parse(fs.readFileSync(path.join(folder, "summary.json"), "utf8")) as unknown[];
    expect(summary).toMatchObject({ scenario: "stop-switch", weather: "calm", faults: [], runs: [{ outcome: "promoted" }] });
    const [first = ""] = fs.readFileSync(path.join(folder, "events.ndjson"), "utf8").split("\n");
    expect(JSON.parse(first)).toMatchObject({ scenario: "stop-switch", weather: "calm" });
  });

  // A failing seed is only worth something if its number brings it back.
  it("plays one storm by its number, and says so in JSON", async () => {
    const { code, out } = await modelloop("scenarios/stop-switch.yaml", "--seed", "7", "--json");
    expect([code, JSON.parse(out)]).toMatchObject([0, [{ scenario: "stop-switch", weather: "storm", seed: 7, faults: [] }]]);
  });

  it("exits with 1 and says what did not come true", async () => {
    const file = path.join(folder, "wrong.yaml");
    fs.writeFileSync(file, fs.readFileSync(path.join(ROOT, "scenarios/stop-switch.yaml"), "utf8").replace("started: 1", "started: 5"));
    const { code, out } = await modelloop(file);
    expect(code).toBe(1);
    expect(out).toContain("  broken A person stops the loop");
    expect(out).toContain("\n      Runs that started: 1; promised 5.\n");
  });

  it.each([
    [["--sed", "7"], "Unknown option '--sed'; rehearse has --json, --help, --environment, --out, --seed, --storms"],
    [["--seed", "x"], "--seed is x, not a whole number: write --seed 7"],
    [
      ["none.yaml"],
      `${path.join(ROOT, "none.yaml")} is no scenario:\n  - there is no such file: name one, or leave it out to rehearse all`,
    ],
  ])("refuses %j", async (argv, message) => {
    await expect(modelloop(...argv)).rejects.toThrow(new Error(message));
  });

  it("has a help text", async () => {
    const { code, out } = await modelloop("--help");
    expect([code, out.split("\n")[0]]).toEqual([0, "modelloop rehearse [FILE...] [options]"]);
  });
});
