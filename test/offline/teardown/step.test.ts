/** The committed environments, planned, and then taken down on paper. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { loadProgram, type Mode, record, type RecordedResource, type Recording } from "../../../offline/engine";
import { planDocument } from "../../../offline/plan/plan-document";
import { readProject } from "../../../offline/plan/project";
import { redactedRecording } from "../../../offline/plan/redaction";
import { readStackFile } from "../../../offline/plan/stack-file";
import { teardownFaults } from "../../../offline/teardown/faults";
import { DeletionGraph } from "../../../offline/teardown/graph";
import { TEARDOWN_STEP } from "../../../offline/teardown/step";
import type { Work } from "../../../offline/commands/pipeline";
import { resource } from "./resources";

const ROOT = path.resolve(__dirname, "../../..");
const project = readProject(ROOT);

const PLANS = new Map<string, Promise<Recording>>();

/** Planned once: three environments take seconds. */
function planOf(environment: string): Promise<Recording> {
  const plan = PLANS.get(environment) ?? planned(environment, "apply");
  PLANS.set(environment, plan);
  return plan;
}

function planned(environment: string, mode: Mode, root = ROOT): Promise<Recording> {
  const { config, secretKeys } = readStackFile(readProject(root), environment);
  const program = loadProgram(root, project.main);
  return record({ project: project.name, stack: environment, mode, config, secretKeys, program, root });
}

function work(apply: Recording): Work {
  const redacted = redactedRecording(apply);
  const document = planDocument(redacted);
  const plans = { preview: redacted, apply: redacted, document, raw: { preview: apply, apply } };
  return {
    project,
    environment: apply.stack,
    record: () => Promise.reject(new Error("nothing is recorded here")),
    outFolder: "out",
    planned: plans,
  };
}

describe("destroying the committed environments", () => {
  // A wrong order shows on the day on which everything must go, an hour into the destroy.
  it.each(["dev", "staging", "prod"])("finds nothing in %s that goes in the wrong order", async (environment) => {
    const { resources } = await planOf(environment);
    expect(teardownFaults(resources)).toEqual([]);
    const graph = new DeletionGraph(resources);
    expect(graph.waves().flat()).toHaveLength(resources.length);
    const [nat, gateway, vpc] = ["NatGateway", "InternetGateway", "Vpc"].map((noun) =>
      resources.find(({ type }) => type.endsWith(`:${noun}`)),
    );
    if (nat === undefined || gateway === undefined || vpc === undefined)
      throw new Error("the network lost a part that this test speaks of");
    expect([graph.goesBefore(nat, gateway), graph.goesBefore(gateway, vpc)]).toEqual([true, true]);
  });

  it("says what would stop it and what would stay, the same bytes every time", async () => {
    const apply = await planOf("prod");
    const [report, again] = [await TEARDOWN_STEP.run(work(apply)), await TEARDOWN_STEP.run(work(await planned("prod", "apply")))];
    expect(again).toEqual(report);
    expect(report.refusals).toEqual([]);
    const text = report.files?.["destroy.txt"] ?? "";
    const isProtected = apply.resources.filter(({ kind, options }) => kind === "custom" && options.protect === true);
    for (const { name } of isProtected) expect(text).toContain(`"${name}"`);
    expect(isProtected.length).toBeGreaterThan(0);
  });
});

describe("the step", () => {
  it("writes the whole story of a small plan", async () => {
    const vpc = resource("aws:ec2/vpc:Vpc", "vpc");
    const key = resource("aws:kms/key:Key", "key");
    const nat = resource("aws:ec2/natGateway:NatGateway", "nat", { inputs: { allocationId: "eip-id" }, needs: [vpc] });
    const eip = resource("aws:ec2/eip:Eip", "eip");
    const resources = [vpc, key, eip, nat];
    const empty = { calls: [], stackOutputs: {}, stackOutputSecrets: [], messages: [] };
    const report = await TEARDOWN_STEP.run(work({ project: "p", stack: "dev", mode: "apply", resources, ...empty }));
    const fault =
      'NatGateway "nat" may outlive Eip "eip"; AWS refuses to delete what is in use: hand over the second\'s output in place of the text';
    expect(report.summary).toEqual(["2 waves; 0 resources stop it, 1 thing stays"]);
    expect(report.refusals).toEqual([fault]);
    expect(report.files).toEqual({
      "destroy.txt": [
        "Destroying dev: what pulumi destroy would do, from the plan. Not tried on AWS.",
        "",
        "What goes by itself, later",
        '  Key "key" is deleted 30 days after destroy, unbilled; until then `aws kms cancel-key-deletion` brings it back',
        "",
        "What may go in the wrong order",
        `  ${fault}`,
        "",
        "The order: 2 waves, each begins when the one before has ended",
        "   1  NatGateway nat",
        "   2  Eip eip, Key key, Vpc vpc",
        "",
      ].join("\n"),
    });
  });

  it("wants a plan first", () => {
    expect(() =>
      TEARDOWN_STEP.run({
        project,
        environment: "dev",
        record: () => Promise.reject(new Error("nothing is recorded here")),
        outFolder: "out",
      }),
    ).toThrow(new Error("the step plan must run before this one"));
  });
});

const CLI = process.env["MODELLOOP_PULUMI_CLI"];
const NOT_COPIED = new Set([".git", ".cache", "node_modules", "out"]);

interface State {
  urn: string;
  type: string;
  custom: boolean;
  parent?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
  provider?: string;
  deletedWith?: string;
}

function recorded({
  urn,
  type,
  custom,
  parent,
  dependencies = [],
  propertyDependencies = {},
  provider,
  deletedWith,
}: State): RecordedResource {
  const properties = Object.entries(propertyDependencies).map(([key, urns]) => [key, urns ?? []] as const);
  return {
    ...resource(type, urn, { kind: custom ? "custom" : "component", options: deletedWith === undefined ? {} : { deletedWith } }),
    ...{ urn, dependencies, propertyDependencies: Object.fromEntries(properties) },
    ...(parent === undefined ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
  };
}

interface Event {
  resourcePreEvent?: { metadata: { op: string; urn: string } };
}

/**
 * Optional: it runs where MODELLOOP_PULUMI_CLI names a `pulumi` whose providers create nothing in a cloud. Never point it at a CLI with real
 * providers and credentials: it runs `pulumi up` and `pulumi destroy`.
 */
(CLI === undefined ? describe.skip : describe)("against Pulumi's own engine", () => {
  it("finds the engine's own waves from the engine's own state, and promises no order that the engine does not keep", async () => {
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
    const { deployment } = JSON.parse(pulumi("stack", "export")) as { deployment: { resources: State[] } };
    const events = pulumi("destroy", "--yes", "--skip-preview", "--json").trim().split("\n");
    const deleted = events.flatMap((line) => {
      const { resourcePreEvent: event } = JSON.parse(line) as Event;
      return event?.metadata.op === "delete" ? [event.metadata.urn] : [];
    });

    // The engine does not tell of default providers.
    const told = (urn: string) => !urn.includes("pulumi:providers:") || deleted.includes(urn);
    const waves = new DeletionGraph(deployment.resources.map(recorded)).waves().map((wave) =>
      wave
        .map(({ urn }) => urn)
        .filter(told)
        .sort(),
    );
    const places = waves.map((_, index) => waves.slice(0, index).flat().length);
    expect(places.map((start, index) => deleted.slice(start, start + (waves[index]?.length ?? 0)).sort())).toEqual(waves);
    expect(deleted).toHaveLength(waves.flat().length);

    const graph = new DeletionGraph((await planned("dev", "apply", copy)).resources);
    const place = new Map(deleted.map((urn, index) => [urn, index]));
    const broken = deleted.filter((urn) => [...graph.needs(urn)].some((needed) => (place.get(needed) ?? Infinity) < (place.get(urn) ?? 0)));
    expect(broken).toEqual([]);
    fs.rmSync(folder, { recursive: true });
  }, 300_000);
});
