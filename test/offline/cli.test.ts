/** The command as a person meets it, in projects of strangers: JavaScript and TypeScript programs in temporary folders. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { main } from "../../offline/commands/main";
import { type Project } from "../../offline/plan/project";
import { runSteps, type Step, type StepOutcome } from "../../offline/commands/pipeline";
import { palette } from "../../offline/commands/terminal";

const ROOT = path.resolve(__dirname, "../..");
const require_ = (name: string) => `require(${JSON.stringify(path.dirname(require.resolve(`${name}/package.json`)))})`;
const HEAD = `const pulumi = ${require_("@pulumi/pulumi")};
class Group extends pulumi.ComponentResource { constructor(name, opts) { super("test:index:Group", name, {}, opts); this.registerOutputs(); } }
class Thing extends pulumi.CustomResource { constructor(name, args, opts) { super("aws:sns/topic:Topic", name, { id2: undefined, ...args }, opts); } }
`;
const PROJECT = "name: shop\nruntime: nodejs\n";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "cli-"));
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [file, text] of Object.entries({
    "Pulumi.yaml": PROJECT,
    "Pulumi.dev.yaml": "config:\n  aws:region: us-east-1\n",
    ...files,
  })) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
}

interface Run {
  code: number;
  out: string;
  err: string;
}

/** Seconds differ from run to run, and the folder from machine to machine. */
async function modelloop(...argv: string[]): Promise<Run> {
  const run: Run = { code: -1, out: "", err: "" };
  const before = process.cwd();
  process.chdir(folder);
  const [colour, shows] = [false, false];
  try {
    run.code = await main(argv, { out: (text) => (run.out += text), err: (text) => (run.err += text), colour, shows }, folder);
  } finally {
    process.chdir(before);
  }
  run.out = run.out.replaceAll(/\d+\.\d s$/gm, "0.0 s").replaceAll(folder, "<folder>");
  run.err = run.err.replaceAll(folder, "<folder>");
  return run;
}

function read(file: string): string {
  return fs.readFileSync(path.join(folder, file), "utf8");
}

describe("C1 modelloop plan", () => {
  // Trailing blanks are cut: they are padding between columns.
  const lines = (text: string) => text.split("\n").map((line) => line.trimEnd());

  it("plans an environment, prints one screen and writes its folder", async () => {
    write({
      "Pulumi.prod.yaml": "",
      "index.js": `${HEAD} module.exports = () => { const g = new Group("team"); const a = new Thing("a", {}, { parent: g, protect: true }); new Thing("b", { of: a.id }, { parent: g }); return { url: a.id }; };`,
    });
    const { code, out, err } = await modelloop("plan");
    expect(lines(out)).toEqual([
      "",
      "shop · dev · us-east-1                                                   no account needed",
      "",
      "  config        Pulumi.dev.yaml: 1 value                                       ok       0.0 s",
      "  plan          2 resources, 1 component; preview mode agrees                  ok       0.0 s",
      "  templates     no template and no state machine                               ok       0.0 s",
      "",
      "  other            1 component     2 resources   1 protected",
      "",
      "  nothing found that is open to the world · 1 value known only after deployment",
      "",
      "  Wrote out/dev/ (report.html, plan.json, stack.json, preview.json)",
      "",
      "Next: open out/dev/report.html · npx modelloop plan prod · npx pulumi up --stack dev",
      "",
    ]);
    expect([code, err]).toEqual([0, ""]);
    expect(fs.readdirSync(path.join(folder, "out/dev")).sort()).toEqual(["plan.json", "preview.json", "report.html", "stack.json"]);
    expect(JSON.parse(read("out/dev/plan.json"))).toMatchObject({ project: "shop", environment: "dev", outputs: { url: "[unknown]" } });
  });

  it("writes the same bytes again for the same program", async () => {
    write({
      "index.js": `${HEAD} module.exports = () => { const a = new Thing("a", {}); new Thing("b", { of: a.id, z: 1, a: { c: 1, b: 2 } }); };`,
    });
    await modelloop("plan", "--out", "one");
    await modelloop("plan", "--out=two");
    for (const file of ["plan.json", "stack.json", "preview.json", "report.html"])
      expect(read(`one/dev/${file}`)).toBe(read(`two/dev/${file}`));
  });

  // CI asks for three environments and shows one log: the second mistake must not wait for the first to be mended.
  it("judges every environment that is asked for, and leaves the files of a refused one as they were", async () => {
    write({
      "Pulumi.qa.yaml": "config:\n  a: 012\n",
      "index.js": `${HEAD} module.exports = () => { if (pulumi.getStack() === "prod") throw Object.assign(new Error("Network \\"net\\" cannot be built:\\n  - cidr is x"), { name: "InvalidArgumentsError" }); new Thing("a"); };`,
      "Pulumi.prod.yaml": "",
      "out/qa/plan.json": "what was there",
    });
    const { code, out } = await modelloop("plan", "qa", "dev", "prod", "gone");
    expect(code).toBe(1);
    expect(lines(out)).toEqual([
      "",
      "shop · qa                                                                no account needed",
      "",
      "  config        Pulumi.qa.yaml is refused                                      refused  0.0 s",
      "",
      "  Pulumi.qa.yaml is refused:",
      "    - line 2: 012 is a number to YAML, which drops the leading zero: put it in quotes",
      "",
      "  Nothing was written for qa.",
      "",
      "shop · dev · us-east-1                                                   no account needed",
      "",
      "  config        Pulumi.dev.yaml: 1 value                                       ok       0.0 s",
      "  plan          1 resource, 0 components; preview mode agrees                  ok       0.0 s",
      "  templates     no template and no state machine                               ok       0.0 s",
      "",
      "  other           0 components      1 resource",
      "",
      "  nothing found that is open to the world · every value is known before deployment",
      "",
      "  Wrote out/dev/ (report.html, plan.json, stack.json, preview.json)",
      "",
      "shop · prod                                                              no account needed",
      "",
      "  config        Pulumi.prod.yaml: 0 values                                     ok       0.0 s",
      '  plan          Network "net" cannot be built                                  refused  0.0 s',
      "",
      '  Network "net" cannot be built:',
      "    - cidr is x",
      "",
      "  Nothing was written for prod.",
      "",
      "shop · gone                                                              no account needed",
      "",
      "  config        Pulumi.gone.yaml is refused                                    refused  0.0 s",
      "",
      "  Pulumi.gone.yaml is refused:",
      "    - Pulumi.gone.yaml does not exist; there are dev, prod and qa: name one of them, or write it (copy Pulumi.dev.yaml)",
      "",
      "  Nothing was written for gone.",
      "",
      "Next: open out/dev/report.html · npx pulumi up --stack dev",
      "",
    ]);
    expect(read("out/qa/plan.json")).toBe("what was there");
    expect(fs.readdirSync(path.join(folder, "out")).sort()).toEqual(["dev", "qa"]);
  });

  it("shows the real reason and the place of a program that fails, and no storm", async () => {
    write({
      "index.js": `${HEAD}\nmodule.exports = () => {\n  const a = new Thing("a", {});\n  a.id.apply(() => {\n    throw new Error("no such zone");\n  });\n};`,
    });
    const { code, out } = await modelloop("plan");
    expect(code).toBe(1);
    expect(lines(out).slice(4, 11)).toEqual([
      "  plan          the program failed                                             refused  0.0 s",
      "",
      "  no such zone",
      "    at index.js:8",
      "",
      "  Nothing was written for dev.",
      "",
    ]);
  });

  it("says what a preview would hide, what the program warns of, and refuses what it calls an error", async () => {
    write({
      "index.js": `${HEAD} module.exports = () => { const a = new Thing("a"); a.id.apply(() => { new Thing("late"); }); pulumi.log.warn("careful"); if (pulumi.getStack() === "prod") pulumi.log.error("too small"); };`,
      "Pulumi.prod.yaml": "",
    });
    const { code, out } = await modelloop("plan", "dev", "prod");
    expect(code).toBe(1);
    expect(out).toContain("plan          1 resource, 0 components; preview mode differs in 1 resource   note");
    expect(out).toContain(
      '  ! aws:sns/topic:Topic "late" is created by pulumi up but not shown by pulumi preview: create it outside of apply(), or on a value that is known before\n  ! Warning: careful\n',
    );
    expect(out).toContain("  The program logged an error, at which pulumi up would stop: too small\n\n  Nothing was written for prod.\n");
    expect(fs.readdirSync(path.join(folder, "out"))).toEqual(["dev"]);
  });

  it("plans the only environment of a project that has no dev", async () => {
    write({ "index.js": `${HEAD} module.exports = () => { new Thing("a"); };` });
    fs.renameSync(path.join(folder, "Pulumi.dev.yaml"), path.join(folder, "Pulumi.live.yaml"));
    expect((await modelloop("start")).out).toContain("shop · live · us-east-1");
  });

  it.each([
    [
      { "Pulumi.yaml": "runtime: nodejs\n" },
      "Pulumi.yaml is refused:\n  - name is missing: a project needs one, such as name: my-platform\n",
    ],
    [
      {},
      '<folder> holds no program: . is neither a file nor a folder with an index.ts or index.js; name the program in "main" of Pulumi.yaml\n',
    ],
  ])("refuses a project that cannot be used as a whole: %j", async (files, message) => {
    write(files);
    expect(await modelloop("plan", "dev", "prod")).toEqual({ code: 1, out: "", err: message });
  });
});

describe("C1 modelloop plan --out", () => {
  const program = `${HEAD} module.exports = () => { new Thing("a"); };`;

  // The second environment, and the one document that a pipeline waits for, must not be lost because the first one's folder cannot be written.
  it("says in a sentence what it may not write, goes on with the others, and keeps --json one document", async () => {
    write({ "index.js": program, "Pulumi.prod.yaml": "", "dev/terraform.tfstate": "only copy" });
    const says =
      "dev is refused:\n  - it holds files that modelloop did not write (terraform.tfstate): name another folder with --out, or move what is there away";
    const { code, out } = await modelloop("plan", "dev", "prod", "--out", ".", "--json");
    expect(code).toBe(1);
    const { environments } = JSON.parse(out) as { environments: Record<string, unknown>[] };
    expect(environments[0]).toMatchObject({ environment: "dev", ok: false, refusals: [says], files: [] });
    expect(environments[0]?.["steps"]).toMatchObject([
      ...[{ name: "config" }, { name: "plan" }, { name: "templates" }],
      { name: "write", status: "failed" },
    ]);
    expect(environments[1]).toMatchObject({ environment: "prod", ok: true, wrote: "<folder>/prod" });
    expect(read("dev/terraform.tfstate")).toBe("only copy");
  });

  it("says so on the screen as well", async () => {
    write({ "index.js": program, file: "" });
    const { code, out, err } = await modelloop("plan", "--out", "file");
    expect([code, err]).toEqual([1, ""]);
    expect(out).toContain("  write         file is refused                                                refused  0.0 s\n");
    expect(out).toContain(
      "  file is refused:\n    - it is a file, where a folder is needed: name another place, or move the file away (EEXIST)\n\n  Nothing was written for dev.\n",
    );
  });
});

describe("C1 modelloop plan --diff", () => {
  const program = `${HEAD} module.exports = () => { new Thing("a", { size: new pulumi.Config("test").requireNumber("size") }); };`;
  const withSize = (size: number) => write({ "index.js": program, "Pulumi.dev.yaml": `config:\n  test:size: ${size}\n` });

  it("compares with the last run, and then takes its place", async () => {
    withSize(1);
    expect((await modelloop("plan", "--diff")).out).toContain("diff          no earlier plan in out/dev: nothing to compare with ");
    expect((await modelloop("plan", "--diff")).out).toContain("diff          nothing changed in 1 resource ");
    withSize(2);
    const { out, code } = await modelloop("plan", "--diff", "dev");
    expect(out).toContain("diff          0 created, 0 deleted, 1 changed, 0 moved, 0 unchanged ");
    expect(out).toContain("      size: 1 → 2\n");
    expect(code).toBe(0);
    expect(read("out/dev/report.html")).toContain("Changes since the last run");
    expect((await modelloop("plan", "--diff")).out).toContain("nothing changed in 1 resource ");
  });

  it("compares with the plan in a folder, of one environment or of all", async () => {
    withSize(1);
    await modelloop("plan", "--out", "base");
    withSize(2);
    for (const argv of [["--diff=base"], ["--diff", "./base"], ["--diff", "base/dev"]]) {
      expect((await modelloop("plan", ...argv)).out).toContain("Since the plan in ");
    }
  });

  it.each([
    [
      "gone",
      {},
      "gone is refused:\n    - it holds neither dev/plan.json nor plan.json: name a folder that an earlier run wrote with --out",
    ],
    [
      "base",
      { "base/plan.json": "{}" },
      "base/plan.json is refused:\n    - it is not a plan that modelloop wrote: delete it, or name another folder",
    ],
    [
      "base",
      { "base/plan.json": '{"environment":"prod","resources":[]}' },
      "base/plan.json is refused:\n    - it is the plan of prod, not of dev, and no resource of the one is one of the other: name another folder",
    ],
  ])("refuses to compare with %s holding %j", async (given, files, message) => {
    withSize(1);
    write({ "Pulumi.dev.yaml": "config:\n  test:size: 1\n", ...(files as Record<string, string>) });
    const { code, out } = await modelloop("plan", `--diff=${given}`);
    expect(out).toContain(`\n  ${message}\n\n  Nothing was written for dev.\n`);
    expect(code).toBe(1);
  });
});

describe("C1 modelloop --json", () => {
  it("is one document, the same for held and refused environments", async () => {
    write({ "index.js": `${HEAD} module.exports = () => { new Thing("a", {}, { protect: true }); };` });
    const { code, out } = await modelloop("plan", "dev", "gone", "--json");
    const { environments, ...rest } = JSON.parse(out) as { environments: Record<string, unknown>[] };
    expect(code).toBe(1);
    expect(rest).toEqual({
      modelloop: (JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string }).version,
      ok: false,
    });
    expect(environments[0]).toMatchObject({
      ...{
        environment: "dev",
        project: "shop",
        region: "us-east-1",
        ok: true,
        refusals: [],
        notes: [],
        programOutput: [],
        open: [],
        unknowns: 0,
      },
      layers: [{ layer: "other", components: 0, resources: 1, protected: 1 }],
      ...{ wrote: "<folder>/out/dev", files: ["plan.json", "preview.json", "report.html", "stack.json"] },
    });
    expect(environments[1]).toMatchObject({
      environment: "gone",
      ok: false,
      steps: [{ name: "config", status: "failed" }],
      layers: [],
      files: [],
    });
    expect(Object.keys(environments[1] ?? {})).not.toContain("wrote");
  });

  // A program that prints, and one that leaves a timer running, are ordinary programs. The one would spoil the document, the other hang CI until it is killed.
  it("holds back what the program prints, plans TypeScript that works at its top level, and ends though the program left a timer", () => {
    write({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";\nconsole.log("hello", 1 as number);\nsetInterval(() => undefined, 1000);\nclass Group extends pulumi.ComponentResource {}\nnew Group("test:index:Group", pulumi.getStack());\nexport const answer: number = 42;\n`,
    });
    const { stdout, status } = spawnSync(process.execPath, ["--import", "tsx", path.join(ROOT, "offline/cli.ts"), "plan", "--json"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, environments: [{ programOutput: ["hello 1"], layers: [{ components: 1 }] }] });
    expect(JSON.parse(read("out/dev/plan.json"))).toMatchObject({ outputs: { answer: 42 } });
  });
});

describe("C1 a command line that is not understood", () => {
  it.each([
    [[], "a command is missing. See modelloop --help."],
    [
      ["polcies"],
      "polcies is no command of modelloop; it has start, plan, rehearse, preflight, verify-aws, policies, cost, upgrade-check, fit, decide, ab, sample-size, route, status, retrain, approve, reject, roll-back, pause, continue, stop, resume, history and package. See modelloop --help.",
    ],
    [
      ["plan", "--jsn"],
      "--jsn is no option of modelloop plan; it has --diff, --json, --markdown, --out, --answers, --help. See modelloop plan --help.",
    ],
    [
      ["plan", "-x"],
      "-x is no option of modelloop plan; it has --diff, --json, --markdown, --out, --answers, --help. See modelloop plan --help.",
    ],
    [["plan", "--json=yes"], "--json takes no value: write --json alone. See modelloop plan --help."],
    [["start", "--out"], "--out names no folder: write --out DIR. See modelloop start --help."],
    [["start", "--out", "--json"], "--out names no folder: write --out DIR. See modelloop start --help."],
    [
      ["plan", "../prod"],
      '"../prod" cannot be the name of an environment: it has letters, digits, "-", "_" and "." only (a folder to compare with is written --diff=DIR). See modelloop plan --help.',
    ],
    [
      ["plan", ".."],
      '".." cannot be the name of an environment: it has letters, digits, "-", "_" and "." only (a folder to compare with is written --diff=DIR). See modelloop plan --help.',
    ],
  ])("is answered with a sentence: %j", async (argv, message) => {
    expect(await modelloop(...argv)).toEqual({ code: 2, out: "", err: `modelloop: ${message}\n` });
  });

  it("is prevented by --help, which every command has", async () => {
    for (const argv of [["--help"], ["help"], ["-h"], ["plan", "--help"], ["start", "dev", "-h"]]) {
      const { code, out } = await modelloop(...argv);
      expect([code, out.startsWith("Usage: modelloop ")]).toEqual([0, true]);
    }
    expect((await modelloop("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("C3 modelloop upgrade-check", () => {
  const PROGRAM = (name: string, opts = "") =>
    `${HEAD} module.exports = () => { const g = new Group("${name}"${opts}); new pulumi.CustomResource("aws:s3/bucket:Bucket", "${name}-logs", {}, { parent: g, protect: true }); };`;
  const URN = "urn:pulumi:dev::shop::";
  const STATE = JSON.stringify({
    version: 3,
    deployment: {
      resources: [
        { urn: `${URN}pulumi:pulumi:Stack::shop-dev`, type: "pulumi:pulumi:Stack", custom: false },
        { urn: `${URN}test:index:Group::squad`, type: "test:index:Group", custom: false, parent: `${URN}pulumi:pulumi:Stack::shop-dev` },
        {
          ...{ urn: `${URN}test:index:Group$aws:s3/bucket:Bucket::squad-logs`, type: "aws:s3/bucket:Bucket", custom: true, protect: true },
          ...{ parent: `${URN}test:index:Group::squad`, inputs: { bucket: "squad-logs-1a2b3c4", __defaults: ["bucket"] } },
        },
      ],
    },
  });
  const RENAMED =
    'The URN of test:index:Group changes without an alias (the component squad is gone and team is new): its 1 resource would go, among them bucket squad-logs; pulumi up stops at the first that is protected: give the new one aliases: [{ name: "squad" }], or keep the name.';

  // Their state is of an older release, in which a component had another name.
  it("tells of what a state of an older shape would lose, until somebody accepts it", async () => {
    write({ "index.js": PROGRAM("team"), "state.json": STATE });
    const { code, out } = await modelloop("upgrade-check", "--against", "state.json");
    expect([code, out.split("\n")]).toEqual([1, ["", "dev, against state.json: 1 danger", `  ✗ ${RENAMED}`, ""]]);
    const json = await modelloop("upgrade-check", "dev", "--against", "state.json", "--json");
    expect(JSON.parse(json.out)).toMatchObject({ environment: "dev", dangers: [{ kind: "renamed", resource: "squad", says: RENAMED }] });

    write({ "wanted.yaml": '- { resource: squad, change: renamed, reason: Its logs are of no use., date: "2026-11-21" }\n' });
    const accepted = await modelloop("upgrade-check", "--against", "state.json", "--accepted", "wanted.yaml");
    expect([accepted.code, accepted.out.split("\n")[2]]).toEqual([0, "  ! squad, renamed: accepted, because Its logs are of no use."]);
  });

  it("is content once an alias says that it is the same", async () => {
    write({ "index.js": PROGRAM("team", ', { aliases: [{ name: "squad" }] }'), "state.json": STATE });
    const cured = await modelloop("upgrade-check", "--against", "state.json");
    expect(cured).toMatchObject({ code: 0, err: "" });
    expect(cured.out).toBe("\ndev, against state.json: nothing that holds data is deleted, replaced or weakened\n");
  });

  it("refuses what it cannot compare, with what to do", async () => {
    write({ "index.js": PROGRAM("team"), "state.json": STATE, "other.json": "{}", "Pulumi.prod.yaml": "" });
    const refused = async (...argv: string[]) => (await modelloop("upgrade-check", ...argv)).err;
    expect(await refused()).toBe(
      "modelloop: --against is missing: write --against stack-export.json (pulumi stack export --file). See modelloop upgrade-check --help.\n",
    );
    expect(await refused("--against", "none.json")).toContain("there is no such file: run pulumi stack export --file with this name");
    expect(await refused("--against", "other.json")).toContain(
      "it is neither an export of a stack that has resources nor a plan.json: run pulumi stack export",
    );
    expect(await refused("prod", "--against", "state.json")).toContain("it is the state of dev, not of prod: export that stack");
    expect(await refused("--against", "state.json", "--template", "other.json")).toContain("it is no template in JSON");
  });
});

describe("the pipeline", () => {
  const work = {
    project: {} as Project,
    environment: "dev",
    record: () => Promise.reject(new Error("no step of these records")),
    outFolder: "out/dev",
  };
  const silent = { started: () => undefined, finished: () => undefined };
  const held: Step = { name: "held", says: "", run: () => ({ summary: ["fine"], files: { a: "1" } }) };
  const refused: Step = {
    name: "refused",
    says: "",
    run: () => ({ summary: ["2 rules broken"], refusals: ["A is open.", "B is plain."], files: { b: "2" } }),
  };
  const broken: Step = {
    name: "broken",
    says: "",
    run: () => {
      throw new TypeError("x is undefined");
    },
  };

  // A step that refuses has found out what it was to find out; stopping there would hide what the others would say.
  it("goes on after a refusal, and stops where a step cannot find out what others need", async () => {
    const seen: StepOutcome[] = [];
    const outcome = await runSteps([held, refused, held, broken, held], work, { ...silent, finished: (step) => seen.push(step) });
    expect(seen.map(({ name, status }) => [name, status])).toEqual([
      ["held", "ok"],
      ["refused", "refused"],
      ["held", "ok"],
      ["broken", "failed"],
    ]);
    expect(outcome).toMatchObject({ ok: false, files: { a: "1", b: "2" } });
    expect(outcome.refusals.slice(0, 2)).toEqual(["A is open.", "B is plain."]);
    expect(outcome.refusals[2]).toMatch(
      /^This is a fault of modelloop, not of your program; please report it:\nTypeError: x is undefined\n {4}at /,
    );
  });

  it("is coloured on a terminal that wants it, and plain elsewhere", () => {
    expect([palette(true).red("x"), palette(false).red("x")]).toEqual(["\u001b[31mx\u001b[39m", "x"]);
  });
});
