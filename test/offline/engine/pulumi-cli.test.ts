/**
 * Our recording against Pulumi's own engine: preview, up, an unchanged second preview, and a destroy that protected resources refuse.
 *
 * Optional: it runs where MODELLOOP_PULUMI_CLI names a `pulumi` whose providers create nothing in a cloud (stand-ins that only echo inputs, and
 * know what is an output of a resource: `codeSha256` of a function too, which the SDK declares as both).
 * Never point it at a CLI with real providers and credentials: it runs `pulumi up`.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { loadProgram, type Mode, record, type RecordedResource } from "../../../offline/engine";
import { readProject } from "../../../offline/plan/project";
import { readStackFile } from "../../../offline/plan/stack-file";

const CLI = process.env["MODELLOOP_PULUMI_CLI"];
const ENVIRONMENTS = ["dev", "staging", "prod"];
const ROOT = path.resolve(__dirname, "../../..");
const NOT_COPIED = new Set([".git", ".cache", "node_modules", "out"]);

interface State {
  urn: string;
  type: string;
  custom: boolean;
  parent?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
  additionalSecretOutputs?: string[];
  ignoreChanges?: string[];
  provider?: string;
}

(CLI === undefined ? describe.skip : describe)("against Pulumi's own engine", () => {
  jest.setTimeout(600_000);
  let folder: string;
  let backend: string;
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "program-"));
    backend = fs.mkdtempSync(path.join(os.tmpdir(), "backend-"));
    for (const entry of fs.readdirSync(ROOT))
      if (!NOT_COPIED.has(entry)) fs.cpSync(path.join(ROOT, entry), path.join(folder, entry), { recursive: true });
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  });
  afterAll(() => [folder, backend].forEach((each) => fs.rmSync(each, { recursive: true })));

  it.each(ENVIRONMENTS)(
    "C1 %s is previewed and created with the URNs, parents, dependencies and options that the plan says, and then unchanged",
    async (environment) => {
      pulumi("stack", "init", environment);
      const preview = JSON.parse(pulumi("preview", "--json").stdout) as { steps: { newState: State }[] };
      const previewed = (await plan(environment, "preview")).filter((resource) => !isDefaultProvider(resource.type, resource.name));
      expect(comparable(preview.steps.map(({ newState }) => ofEngine(newState)))).toEqual(comparable(previewed.map(ofPlan)));

      pulumi("up", "--yes", "--skip-preview");
      const { deployment } = JSON.parse(pulumi("stack", "export").stdout) as { deployment: { resources: State[] } };
      expect(comparable(deployment.resources.map(ofEngine))).toEqual(comparable((await plan(environment, "apply")).map(ofPlan)));

      expect(pulumi("preview", "--expect-no-changes").status).toBe(0);
      expect(pulumi("refresh", "--yes", "--skip-preview").status).toBe(0);
    },
  );

  it("I6 keeps what is protected on destroy, in every environment", () => {
    for (const environment of ENVIRONMENTS) {
      pulumi("stack", "select", environment);
      const destroy = pulumi("destroy", "--yes", "--skip-preview");
      expect(destroy.status).not.toBe(0);
      expect(destroy.stdout + destroy.stderr).toContain("cannot be deleted\n    because it is protected");
    }
  });

  function pulumi(...args: string[]) {
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${backend}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const run = spawnSync(CLI ?? "", [...args, "--non-interactive"], { cwd: folder, env, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
    if (run.status !== 0 && args[0] !== "destroy")
      throw new Error(`pulumi ${args.join(" ")} ended with ${run.status}:\n${run.stdout.slice(-3_000)}${run.stderr.slice(-3_000)}`);
    return run;
  }
});

async function plan(environment: string, mode: Mode): Promise<RecordedResource[]> {
  const project = readProject(ROOT);
  const { config, secretKeys } = readStackFile(project, environment);
  const program = loadProgram(ROOT, project.main);
  return (
    await record({ project: project.name, stack: environment, organization: "organization", mode, config, secretKeys, root: ROOT, program })
  ).resources;
}

interface Comparable {
  urn: string;
  custom: boolean;
  parent: string | undefined;
  provider: string | undefined;
  protect: boolean;
  retainOnDelete: boolean;
  ignoreChanges: string[];
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  additionalSecretOutputs: string[];
}

/**
 * Everything but what the provider of eks.Cluster makes: the cluster's children, its own properties' dependencies, and the default providers that
 * only those need. There the plan follows that provider's source, and a stand-in somebody's memory. Who depends on one of the children counts as
 * depending on the cluster.
 */
function comparable(states: Comparable[]): Comparable[] {
  const own = states
    .filter(({ urn }) => clusterOf(urn) === urn)
    .map((state) => ({
      ...state,
      dependencies: ofClusters(state.dependencies),
      propertyDependencies: state.urn.includes("$eks:index:") ? {} : properties(state.propertyDependencies, ofClusters),
    }));
  const used = new Set(own.map(({ provider }) => provider));
  return own
    .filter(({ urn }) => !/::pulumi:providers:[^:]+::default/.test(urn) || used.has(urn))
    .sort((left, right) => (left.urn < right.urn ? -1 : 1));
}

function properties(dependencies: Record<string, string[]>, change: (urns: string[]) => string[]): Record<string, string[]> {
  return Object.fromEntries(Object.entries(dependencies).map(([property, urns]) => [property, change(urns)]));
}

function ofClusters(urns: string[]): string[] {
  return [...new Set(urns.map(clusterOf))].sort();
}

/** URN of the eks.Cluster that the resource is below, or its own: `...modelloop:index:Cluster$eks:index:Cluster$aws:iam/role:Role::dev-cluster-eks-role`. */
function clusterOf(urn: string): string {
  const [, stackAndTypes = "", name = ""] = /^(.*\$eks:index:Cluster)\$.*::(.*-eks)-[^:]*$/.exec(urn) ?? [];
  return stackAndTypes === "" ? urn : `${stackAndTypes}::${name}`;
}

/** Ids are made up on both sides; everything else about a resource must be the same. */
function ofEngine(state: State): Comparable {
  return {
    urn: state.urn,
    custom: state.custom,
    parent: state.parent,
    provider: withoutId(state.provider),
    protect: state.protect ?? false,
    retainOnDelete: state.retainOnDelete ?? false,
    ignoreChanges: state.ignoreChanges ?? [],
    dependencies: [...(state.dependencies ?? [])].sort(),
    propertyDependencies: lists(state.propertyDependencies ?? {}),
    additionalSecretOutputs: state.additionalSecretOutputs ?? [],
  };
}

/** The plan notes which provider builds a remote component; the engine's state keeps that of custom resources only. */
function ofPlan({ urn, kind, parent, provider, options, dependencies, propertyDependencies }: RecordedResource): Comparable {
  return {
    urn,
    custom: kind === "custom" || kind === "read",
    parent,
    provider: kind === "remote" ? undefined : withoutId(provider),
    protect: options.protect ?? false,
    retainOnDelete: options.retainOnDelete ?? false,
    ignoreChanges: options.ignoreChanges,
    dependencies: [...dependencies].sort(),
    propertyDependencies: lists(propertyDependencies),
    additionalSecretOutputs: options.additionalSecretOutputs,
  };
}

function lists(dependencies: Record<string, string[] | null>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(dependencies).map(([property, urns]) => [property, [...(urns ?? [])].sort()]));
}

function withoutId(provider: string | undefined): string | undefined {
  return provider?.replace(/::[^:]*$/, "");
}

function isDefaultProvider(type: string, name: string): boolean {
  return type.startsWith("pulumi:providers:") && name.startsWith("default");
}
