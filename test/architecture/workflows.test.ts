/** What GitHub runs with this project's credentials, and with those of the teams that use its reusable workflows. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";

const FOLDER = path.resolve(__dirname, "../../.github/workflows");
const FILES = fs.readdirSync(FOLDER).filter((file) => file.endsWith(".yml"));

interface Job {
  readonly uses?: string;
  readonly permissions?: Record<string, string>;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly { readonly uses?: string; readonly run?: string; readonly with?: Record<string, string | number | boolean> }[];
}

interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

const read = (file: string) => fs.readFileSync(path.join(FOLDER, file), "utf8");
const workflow = (file: string) => parse(read(file)) as Workflow;
const steps = ({ jobs }: Workflow) => Object.values(jobs).flatMap((job) => job.steps ?? []);

describe.each(FILES)("C4 %s", (file) => {
  // A tag can be moved to other code, which then runs with the role that deploys to prod.
  it("pins every action of others by its commit, and says which version that is", () => {
    const used = [...read(file).matchAll(/uses: (\S+)(.*)/g)].filter(([, action = ""]) => !action.startsWith("./"));
    const loose = used.filter(([, action = "", rest = ""]) => !/@[0-9a-f]{40}$/.test(action) || !/^ # v\d+\.\d+\.\d+$/.test(rest));
    expect(loose.map(([line]) => line)).toEqual([]);
  });

  it("may read the code and nothing else, unless a job says what it needs", () => {
    const { permissions, jobs } = workflow(file);
    expect(permissions).toEqual({ contents: "read" });
    const asked = Object.values(jobs).flatMap((job) => Object.entries(job.permissions ?? {}).map(([name, level]) => `${name}: ${level}`));
    const known = ["contents: read", "id-token: write", "pull-requests: write", "security-events: write"];
    expect(asked.filter((permission) => !known.includes(permission))).toEqual([]);
  });

  it("knows no long-lived key, and leaves no token in the checkout", () => {
    expect(read(file)).not.toMatch(/secrets\.|AWS_ACCESS_KEY|AWS_SECRET|aws-access-key|PULUMI_ACCESS_TOKEN/);
    const checkouts = steps(workflow(file)).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.every((step) => step.with?.["persist-credentials"] === false)).toBe(true);
  });

  // Whoever may open a pull request may choose its title, its branch's name and its commits' messages.
  it("hands what strangers write to a shell by the environment only", () => {
    const runs = steps(workflow(file)).flatMap(({ run, with: given }) => [run ?? "", String(given?.["script"] ?? "")]);
    expect(runs.filter((text) => text.includes("${{"))).toEqual([]);
  });

  it("ends by itself", () => {
    const endless = Object.entries(workflow(file).jobs).filter(([, job]) => job.uses === undefined && job["timeout-minutes"] === undefined);
    expect(endless.map(([name]) => name)).toEqual([]);
  });
});

it("C4 nothing that a pull request from a fork starts gets a role or a token that writes code", () => {
  const started = FILES.filter((file) => Object.hasOwn(workflow(file).on, "pull_request"));
  expect(started).toEqual(["pull-request.yml", "security.yml"]);
  expect(FILES.filter((file) => Object.hasOwn(workflow(file).on, "pull_request_target"))).toEqual([]);
  for (const file of [...started, "plan.yml"]) expect(read(file)).not.toContain("id-token");
});

it("C4 prod comes after staging, staging after dev, and one at a time", () => {
  const { jobs } = workflow("deploy.yml");
  expect(Object.entries(jobs).map(([name, job]) => [name, (job as { needs?: string }).needs])).toEqual([
    ["dev", undefined],
    ["staging", "dev"],
    ["prod", "staging"],
  ]);
  for (const file of ["deploy.yml", "pulumi.yml"])
    expect((workflow(file) as unknown as { concurrency: object }).concurrency).toMatchObject({ "cancel-in-progress": false });
});

// An `up` of whatever commit somebody names, unreviewed, is how a database goes on a Friday.
it("C4 a deployment is on main, breaks no policy and takes no data, before Pulumi changes anything", () => {
  const [job] = Object.values(workflow("pulumi.yml").jobs);
  const said = (job?.steps ?? []).map(({ run = "", uses = "", with: given }) => run + uses + String(given?.["command"] ?? ""));
  const at = [
    "merge-base --is-ancestor",
    "modelloop policies",
    "configure-aws-credentials",
    "modelloop upgrade-check",
    "inputs.command",
  ].map((word) => said.findIndex((text) => text.includes(word)));
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(at).not.toContain(-1);
});

// One name for all environments would send the wish to roll dev back to whichever loop was set up last.
it("C4 asks the loop of the environment that is named, from an environment of GitHub that deploys nothing", () => {
  for (const file of ["retrain.yml", "roll-back.yml"]) {
    const text = read(file);
    expect(text).not.toMatch(/vars\.MODELLOOP_OPERATOR_(URL|ROLE)\b(?!_)/);
    for (const name of ["URL", "ROLE"]) expect(text).toContain(`vars[format('MODELLOOP_OPERATOR_${name}_{0}', inputs.environment`);
    expect(text).toMatch(/^ {4}environment: .*-operate$/m);
  }
  const group = (file: string) => /^ +group: (\S+)/m.exec(read(file))?.[1];
  expect([group("pulumi.yml"), group("infrastructure-drift.yml"), group("roll-back.yml")]).toEqual(["pulumi-${{", "drift-${{", undefined]);
});

// Skipped everywhere, these would be promises that nobody has ever held against a real table, or against a second storm.
it("C4 a pull request plays some tens of storms, and the ledger's tests against DynamoDB's own stand-in", () => {
  const { check, storms } = workflow("pull-request.yml").jobs as Record<
    string,
    { services?: Record<string, { image: string }>; steps: Step[] }
  >;
  expect(Object.values(check?.services ?? {}).map(({ image }) => image)).toEqual([
    expect.stringMatching(/^amazon\/dynamodb-local:\d+\.\d+\.\d+$/),
  ]);
  const environments = [check, storms].flatMap((job) => job?.steps.flatMap(({ env }) => (env === undefined ? [] : [env])) ?? []);
  expect(environments).toEqual([{ MODELLOOP_DYNAMODB_ENDPOINT: "http://localhost:8000" }, { MODELLOOP_SEEDS: 30 }]);
});

interface Step {
  env?: Record<string, string | number>;
}

const ACTIONLINT = spawnSync("actionlint", ["--version"]).status === 0;

(ACTIONLINT ? it : it.skip)("C4 actionlint finds nothing (where it is installed)", () => {
  const { status, stdout } = spawnSync("actionlint", ["-oneline", ...FILES.map((file) => path.join(FOLDER, file))], { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});
