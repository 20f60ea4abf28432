/** The command as a person meets it, with a loop and an account that are made up. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { verifyAwsCommand } from "../../../offline/commands/verify-aws";
import type { VerifyAws } from "../../../offline/verify/aws";
import { awsSentence, NEVER_RUN, RECORD } from "../../../offline/verify/record";
import type { LoopSubject } from "../../../offline/verify/subject";
import { CHECKS } from "../../../offline/verify/verify";
import { ACCOUNT, answering, fakeAws } from "./fake-aws";

const ROOT = path.resolve(__dirname, "../../..");
const PULUMI = JSON.stringify(path.dirname(require.resolve("@pulumi/pulumi/package.json")));
const LOOP = `const pulumi = require(${PULUMI}); class L extends pulumi.ComponentResource { constructor(n) { super("modelloop:index:ModelLoop", n, {}); } }`;

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "verify-aws-"));
  write({
    "Pulumi.yaml": "name: shop\nruntime: nodejs\n",
    "Pulumi.dev.yaml": "config:\n  aws:region: eu-west-1\n  aws:profile: shop-dev\n",
    "index.js": `${LOOP} module.exports = () => { new L("loop"); };`,
  });
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, file), text);
}

const loop: LoopSubject = {
  ...{ name: "loop-stack", attempts: [], roles: [] },
  machines: [
    { name: "retraining", arn: "arn:m", definition: { QueryLanguage: "JSONata", StartAt: "A", States: { A: { Type: "Succeed" } } } },
  ],
  stack: { name: "loop-stack", files: [], templateKey: "t.json", bucket: "b", parameters: {}, capabilities: [], resources: 1 },
};

const WELL: Partial<VerifyAws> = { validate: answering({ isAccepted: true, diagnostics: [] }) };

async function run(aws: Partial<VerifyAws>, ...argv: string[]) {
  const result = { code: -1, out: "", err: "", settings: [] as unknown[], resources: 0 };
  const terminal = {
    out: (text: string) => (result.out += text),
    err: (text: string) => (result.err += text),
    shows: false,
    colour: false,
  };
  result.code = await verifyAwsCommand(argv, terminal, folder, {
    aws: (settings) => (result.settings.push(settings), fakeAws(aws)),
    loops: (resources) => ((result.resources = resources.length), Promise.resolve([loop])),
    now: () => new Date("2027-01-31T12:00:00Z"),
  });
  return result;
}

describe("C1 modelloop verify-aws", () => {
  it("prints what AWS said beside what is said here, and ends with 0 where nothing differs", async () => {
    const { code, out, settings, resources } = await run(WELL, "dev");
    expect(out.split("\n")).toEqual([
      "",
      `shop · dev · eu-west-1 · account ${ACCOUNT}`,
      "",
      "  Definitions of the state machines",
      "    agrees       retraining",
      "                 here  no fault",
      "                 AWS   OK",
      "",
      "  Template of the loop",
      "    not checked  loop-stack",
      "                 here  1 resources, nested ones among them",
      "                 AWS   makes something in the account: allow it with --allow-create",
      "",
      "  Training",
      "    not checked  loop-stack",
      "                 here  no training in this loop",
      "                 AWS   there is no training to ask about",
      "",
      "  3 questions: 2 not checked, 1 agrees; what was not checked may differ",
      "",
    ]);
    expect([code, settings, resources > 0]).toEqual([0, [{ region: "eu-west-1", profile: "shop-dev" }], true]);
  });

  it("ends with 1 where AWS says otherwise", async () => {
    const { code, out } = await run({ validate: answering({ isAccepted: false, diagnostics: [] }) }, "dev", "--skip", "change-set");
    expect(code).toBe(1);
    expect(out).toContain("    differs      retraining\n                 here  no fault\n                 AWS   FAIL\n");
    expect(out).toContain("left out by --skip");
    expect(out).toContain("3 questions: 1 differs, 2 not checked; what the rehearsal tells is not what AWS does\n");
  });

  it("lists without credentials what it would ask", async () => {
    const { code, out } = await run({ identity: () => Promise.resolve(undefined) }, "dev", "--allow-create");
    expect(code).toBe(0);
    expect(out).toContain("  Not checked: this machine has no AWS credentials.\n  With credentials, verify-aws would ask:\n");
    expect(out).toContain("  Definitions of the state machines  (states:ValidateStateMachineDefinition)\n    not checked  retraining\n");
  });

  // What somebody commits is what the report then says, until somebody runs it again.
  it("prints for machines what can be kept as the record of the run", async () => {
    expect(awsSentence(folder, "dev")).toBe(NEVER_RUN);
    const { out } = await run(WELL, "dev", "--json");
    expect(JSON.parse(out)).toMatchObject({
      on: "2027-01-31",
      environments: [
        {
          ...{ environment: "dev", region: "eu-west-1", account: ACCOUNT, loops: ["loop-stack"], verdict: "not checked" },
          counts: { agrees: 1, differs: 0, unknown: 0, "not checked": 2 },
          findings: [{ check: "definition", subject: "retraining", here: "no fault", aws: "OK", verdict: "agrees" }, {}, {}],
        },
      ],
    });
    fs.mkdirSync(path.join(folder, "docs"));
    write({ [RECORD]: out });
    expect(awsSentence(folder, "dev")).toBe("Held against AWS on 2027-01-31 (docs/verified-on-aws.md): 1 of 1 answers agree.");
  });

  it("says that a plan without a loop has nothing to hold against AWS, and why one cannot be planned", async () => {
    write({ "index.js": "module.exports = () => {};", "Pulumi.prod.yaml": "config: 3\n" });
    const { code, out, err } = await run(WELL, "dev", "prod");
    expect(out).toBe("\nshop · dev · eu-west-1\n\n  No control loop in this plan: there is nothing to hold against AWS.\n");
    expect([code, err]).toEqual([
      1,
      "Pulumi.prod.yaml is refused:\n  - line 1: config is 3; it must map keys such as aws:region to values\n",
    ]);
  });

  it.each([
    [[], "an environment is missing: write modelloop verify-aws ENV (there are dev)"],
    [["dev", "--skip", "role"], "role is no check; there are definition, states, roles, change-set and training-job"],
    [["dev", "--alow"], "Unknown option '--alow'; verify-aws has --json, --help, --skip, --allow-create, --assets-bucket"],
  ])("does not guess what %p means", async (argv, message) => {
    await expect(run(WELL, ...argv)).rejects.toThrow(new Error(message));
  });

  it("has a help and a page that name every check and what it takes", async () => {
    const { code, out } = await run(WELL, "--help");
    const page = fs.readFileSync(path.join(ROOT, "docs/verify-aws.md"), "utf8");
    expect(code).toBe(0);
    for (const { id, asks } of CHECKS)
      for (const word of [id, ...asks]) expect([out.includes(word), page.includes(word)]).toEqual([true, true]);
  });

  // The one sentence: a record that is committed changes it here, and whoever commits it changes it there.
  it("is what the README says of AWS", () => {
    const readme = fs.readFileSync(path.join(ROOT, "README.md"), "utf8");
    expect({ says: awsSentence(ROOT, "dev"), isSaid: readme.includes(awsSentence(ROOT, "dev")) }).toMatchObject({ isSaid: true });
  });
});
