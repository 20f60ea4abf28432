/** The command as a person meets it, with an account that answers as told. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { preflightCommand } from "../../../offline/commands/preflight";
import { projectRecorder } from "../../../offline/engine";
import type { Cloud } from "../../../offline/preflight/cloud";
import { actionsOf, everyAction } from "../../../offline/preflight/permissions";
import { CHECKS } from "../../../offline/preflight/preflight";
import { sentTemplates } from "../../../offline/templates/sent-templates";
import { readProject } from "../../../offline/plan/project";
import { readStackFile } from "../../../offline/plan/stack-file";
import { answering, fakeCloud } from "./fake-cloud";

const ROOT = path.resolve(__dirname, "../../..");
const AWS = JSON.stringify(path.dirname(require.resolve("@pulumi/aws/package.json")));

let folder: string;
const before = process.env["PULUMI_BACKEND_URL"];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "preflight-"));
  delete process.env["PULUMI_BACKEND_URL"];
  write({
    "Pulumi.yaml": "name: shop\nruntime: nodejs\nbackend:\n  url: s3://state\n",
    "Pulumi.dev.yaml": "config:\n  aws:region: eu-west-1\n  aws:profile: shop-dev\n",
    "index.js": `const aws = require(${AWS}); module.exports = () => { new aws.ec2.Vpc("main", { cidrBlock: "10.0.0.0/16" }); };`,
  });
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
  if (before !== undefined) process.env["PULUMI_BACKEND_URL"] = before;
});

function write(files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, file), text);
}

async function run(cloud: Partial<Cloud>, ...argv: string[]) {
  const result = { code: -1, out: "", err: "", settings: [] as unknown[] };
  const terminal = {
    out: (text: string) => (result.out += text),
    err: (text: string) => (result.err += text),
    shows: false,
    colour: false,
  };
  result.code = await preflightCommand(argv, terminal, folder, (settings) => (result.settings.push(settings), fakeCloud(cloud)));
  return result;
}

const WELL: Partial<Cloud> = {
  quotas: answering([{ code: "L-F678F1CE", name: "VPCs per Region", value: 5, adjustable: true }]),
  vpcs: answering([{ tags: {} }]),
  bucket: answering({ versioned: true }),
  permissions: (_, actions) => Promise.resolve({ kind: "known", value: actions.map((action) => ({ action, decision: "allowed" })) }),
};

describe("C1 modelloop preflight", () => {
  it("says, check by check, what the account has room for, and ends with 0 where nothing is short", async () => {
    const { code, out, err, settings } = await run(WELL, "dev");
    expect(out.split("\n")).toEqual([
      "",
      "shop · dev · eu-west-1 · account 123456789012",
      "",
      "  Service quotas",
      "    ok           VPCs per Region: 1 VPC",
      "                 5 allowed, 1 used by others",
      "",
      "  State of Pulumi",
      "    ok           s3://state: a versioned bucket",
      "                 reachable and versioned",
      "",
      "  Permissions",
      "    ok           other: 10 actions",
      "                 all allowed",
      "",
      "  3 questions: 3 ok; nothing found that pulumi up would stumble over",
      "",
    ]);
    expect([code, err, settings]).toEqual([0, "", [{ region: "eu-west-1", profile: "shop-dev" }]]);
  });

  // Half an hour into the first up, "VpcLimitExceeded": what CI should have said before.
  it("ends with 1 where something is short, and says what to do", async () => {
    const { code, out } = await run({ ...WELL, vpcs: answering(Array.from({ length: 5 }, () => ({ tags: {} }))) }, "dev");
    expect(code).toBe(1);
    expect(out.split("\n").slice(3, 8)).toEqual([
      "  Service quotas",
      "    short        VPCs per Region: 1 VPC",
      "                 5 allowed, 5 used by others",
      "                 Ask for 6 or more, days ahead: aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 6 --region eu-west-1 (or in https://eu-west-1.console.aws.amazon.com/servicequotas/home/services/vpc/quotas/L-F678F1CE)",
      "",
    ]);
    expect(out).toContain("3 questions: 1 short, 2 ok; pulumi up would stumble over what is short\n");
  });

  it("ends with 0 where something is unknown, and does not call it well", async () => {
    const { code, out } = await run({ ...WELL, quotas: (service) => fakeCloud().quotas(service) }, "dev");
    expect(code).toBe(0);
    expect(out).toContain("    unknown      VPCs per Region: 1 VPC\n                 quotas was not told\n");
    expect(out).toContain("3 questions: 1 unknown, 2 ok; what is unknown may be short: look yourself\n");
  });

  it("lists without credentials what it would ask, and what each question takes", async () => {
    const { code, out } = await run({ identity: () => Promise.resolve(undefined) }, "dev");
    expect(code).toBe(0);
    expect(out.split("\n")).toEqual([
      "",
      "shop · dev · eu-west-1",
      "",
      "  Not checked: this machine has no AWS credentials.",
      "  With credentials that may read, preflight would ask:",
      "",
      "  Service quotas  (servicequotas:ListServiceQuotas, ec2:DescribeAddresses, ec2:DescribeInstances, ec2:DescribeNatGateways, ec2:DescribeSubnets, ec2:DescribeVpcs, eks:ListClusters)",
      "    not checked  VPCs per Region: 1 VPC",
      "",
      "  State of Pulumi  (s3:ListBucket, s3:GetBucketVersioning)",
      "    not checked  s3://state: a versioned bucket",
      "",
      "  Permissions  (iam:SimulatePrincipalPolicy, iam:GetRole)",
      "    not checked  other: 10 actions",
      "",
      "  3 questions: 3 not checked; what was not checked may be short",
      "",
    ]);
  });

  it("tells machines the same, and leaves out what --skip names", async () => {
    const { out } = await run(WELL, "dev", "--json", "--skip", "permissions,state");
    expect(JSON.parse(out)).toEqual({
      environments: [
        {
          ...{
            environment: "dev",
            region: "eu-west-1",
            account: "123456789012",
            caller: "arn:aws:sts::123456789012:assumed-role/deploy/me",
          },
          verdict: "not checked",
          findings: [
            { check: "quotas", subject: "VPCs per Region", wanted: "1 VPC", verdict: "ok", says: "5 allowed, 1 used by others" },
            { check: "state", subject: "s3://state", wanted: "a versioned bucket", verdict: "not checked", says: "left out by --skip" },
            { check: "permissions", subject: "other", wanted: "10 actions", verdict: "not checked", says: "left out by --skip" },
          ],
        },
      ],
    });
    const none = await run({ identity: () => Promise.resolve(undefined) }, "dev", "--json");
    expect(JSON.parse(none.out)).toMatchObject({
      environments: [{ notAsked: "this machine has no AWS credentials", verdict: "not checked" }],
    });
  });

  it("takes the backend that the environment names before that of the project", async () => {
    process.env["PULUMI_BACKEND_URL"] = "file://~";
    expect((await run(WELL, "dev")).out).toContain("    unknown      file://~: a place for it\n");
    delete process.env["PULUMI_BACKEND_URL"];
  });

  it("says of every environment why it cannot be planned, and still asks for the others", async () => {
    write({ "Pulumi.prod.yaml": "config: 3\n" });
    const { code, out, err } = await run(WELL, "prod", "dev");
    expect(code).toBe(1);
    expect(err).toBe("Pulumi.prod.yaml is refused:\n  - line 1: config is 3; it must map keys such as aws:region to values\n");
    expect(out).toContain("shop · dev");
  });

  it("wants to know the Region", async () => {
    write({ "Pulumi.dev.yaml": "" });
    const regions = ["AWS_REGION", "AWS_DEFAULT_REGION"].map((name) => [name, process.env[name]] as const);
    for (const [name] of regions) delete process.env[name];
    const { code, err } = await run(WELL, "dev");
    for (const [name, value] of regions) if (value !== undefined) process.env[name] = value;
    expect([code, err]).toEqual([1, "Pulumi.dev.yaml: aws:region is missing; preflight asks one Region: set it, or AWS_REGION\n"]);
  });

  it.each([
    [[], "an environment is missing: write modelloop preflight ENV (there are dev)"],
    [["dev", "--jsn"], "--jsn is no option of modelloop preflight; it has --json, --skip, --help"],
    [
      ["dev", "--skip", "quota"],
      "quota is no check; there are account, quotas, zones, instance-types, kubernetes-version, certificates, state, permissions, cluster-access and aws-cli",
    ],
  ])("does not guess what %p means", async (argv, message) => {
    await expect(run(WELL, ...argv)).rejects.toThrow(new Error(message));
  });

  it("has a help that names every check and what it takes", async () => {
    const { code, out } = await run(WELL, "--help");
    expect(code).toBe(0);
    for (const { id, asks } of CHECKS) for (const word of [id, ...asks]) expect(out).toContain(word);
  });
});

describe("what preflight knows of this platform", () => {
  // A type without a row would be created by up with permissions that nobody asked about.
  it.each(["dev", "staging", "prod"])(
    "knows the actions of every type in %s (add a row to offline/preflight/permissions.ts)",
    async (environment) => {
      const project = readProject(ROOT);
      const { config, secretKeys } = readStackFile(project, environment);
      const { resources } = await projectRecorder(project)({
        project: project.name,
        stack: environment,
        mode: "apply",
        config,
        secretKeys,
      });
      const types = [...new Set(resources.filter(({ kind }) => kind === "custom").map(({ type }) => type))];
      const sent = JSON.stringify(sentTemplates(resources));
      const inTemplates = [...new Set(sent.match(/AWS::[A-Za-z0-9]+::[A-Za-z0-9]+(?=\\?",)/g) ?? [])].filter((type) => /::.+::/.test(type));
      expect(actionsOf([...types, ...inTemplates]).untold).toEqual([]);
      expect(inTemplates).toContain("AWS::StepFunctions::StateMachine");
    },
  );

  // A tag that is taken out of a program, or a role's longer session, would stop an update half-way where only the other way was thought of.
  it("C4 knows for each action that tags the one that takes tags away", () => {
    const actions = everyAction();
    const untags = (action: string) => {
      if (/:(Change|Create|Delete|Remove|List|Describe|Get|Untag)/.test(action)) return action.replace(":CreateTags", ":DeleteTags");
      return action
        .replace(/:Tag/, ":Untag")
        .replace(/:AddTagsTo/, ":RemoveTagsFrom")
        .replace(/:AddTags$/, ":RemoveTags");
    };
    const tagging = actions.filter((action) => /:(Tag|AddTags|CreateTags)/.test(action));
    expect(tagging.length).toBeGreaterThan(20);
    expect(tagging.filter((action) => untags(action) === action || !actions.includes(untags(action)))).toEqual([]);
    for (const update of ["iam:UpdateRole", "kms:UpdateKeyDescription", "kms:DisableKeyRotation"]) expect(actions).toContain(update);
  });

  it("writes actions as IAM does", () => {
    const { actions } = actionsOf(["aws:eks/cluster:Cluster", "aws:kms/alias:Alias"]);
    expect(actions).toContain("iam:PassRole");
    expect(actionsOf(["AWS::IAM::Policy", "AWS::CDK::Metadata", "Custom::Thing", "kubernetes:core/v1:Pod"])).toEqual({
      actions: ["iam:DeleteRolePolicy", "iam:GetRolePolicy", "iam:PutRolePolicy"],
      untold: ["Custom::Thing"],
    });
    expect(actions.filter((action) => !/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/.test(action))).toEqual([]);
  });

  it("has a policy in docs/preflight.md that allows what it asks, and nothing else", () => {
    const page = fs.readFileSync(path.join(ROOT, "docs/preflight.md"), "utf8");
    const [, policy = ""] = /```json\n(\{[^`]*\})\n```/.exec(page) ?? [];
    const { Statement } = JSON.parse(policy) as { Statement: { Action: string[] }[] };
    const asked = new Set(["sts:GetCallerIdentity", ...CHECKS.flatMap(({ asks }) => asks)]);
    expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual([...asked].sort());
    for (const { id } of CHECKS) expect(page).toContain(`\`${id}\``);
  });
});
