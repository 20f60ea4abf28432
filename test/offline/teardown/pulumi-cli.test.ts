/**
 * Our waves against those of Pulumi's own engine. Optional: it runs where MODELLOOP_PULUMI_CLI names a `pulumi` whose providers create
 * nothing in a cloud. Never point it at a CLI with real providers and credentials: it runs `pulumi up` and `pulumi destroy`.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { loadProgram, record } from "../../../offline/engine";
import { readProject } from "../../../offline/plan/project";
import { readStackFile } from "../../../offline/plan/stack-file";
import { DeletionGraph } from "../../../offline/teardown/graph";

const CLI = process.env["MODELLOOP_PULUMI_CLI"];
const ROOT = path.resolve(__dirname, "../../..");
const NOT_COPIED = new Set([".git", ".cache", "node_modules", "out", "dist"]);

interface Event {
  resourcePreEvent?: { metadata: { op: string; urn: string } };
}

(CLI === undefined ? describe.skip : describe)("against Pulumi's own engine", () => {
  it("deletes dev in the waves that the plan says, wave by wave", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "destroy-"));
    const [copy, backend] = [path.join(folder, "project"), path.join(folder, "state")];
    fs.mkdirSync(backend);
    for (const entry of fs.readdirSync(ROOT))
      if (!NOT_COPIED.has(entry)) fs.cpSync(path.join(ROOT, entry), path.join(copy, entry), { recursive: true });
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(copy, "node_modules"));
    const file = path.join(copy, "Pulumi.dev.yaml");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(/^( +)environment: dev$/m, "$&\n$1destroyDeletesAllData: true"));

    const pulumi = (...args: string[]) => {
      const settings = { PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: "test", PULUMI_SKIP_UPDATE_CHECK: "true" };
      const env = { ...process.env, ...settings };
      const run = spawnSync(CLI ?? "", [...args, "--non-interactive"], { cwd: copy, env, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
      if (run.status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${run.status}:\n${run.stdout}${run.stderr}`);
      return run.stdout;
    };
    pulumi("stack", "init", "dev");
    pulumi("up", "--yes", "--skip-preview");
    const events = pulumi("destroy", "--yes", "--skip-preview", "--json")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Event);
    const deleted = events.flatMap(({ resourcePreEvent: event }) => (event?.metadata.op === "delete" ? [event.metadata.urn] : []));

    const project = readProject(copy);
    const { config, secretKeys } = readStackFile(project, "dev");
    const program = loadProgram(copy, project.main);
    const { resources } = await record({ project: project.name, stack: "dev", mode: "apply", config, secretKeys, program, root: copy });
    // The engine does not tell of default providers.
    const told = (urn: string) => !urn.includes("pulumi:providers:");
    const waves = new DeletionGraph(resources).waves().map((wave) =>
      wave
        .map(({ urn }) => urn)
        .filter(told)
        .sort(),
    );
    const places = waves.map((_, index) => waves.slice(0, index).flat().length);
    expect(places.map((start, index) => deleted.slice(start, start + (waves[index]?.length ?? 0)).sort())).toEqual(waves);
    expect(deleted).toHaveLength(waves.flat().length);
    fs.rmSync(folder, { recursive: true });
  }, 120_000);
});
