/** The account's own stack: what it makes, and whether workflows and platform take what it hands over. */
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { adopted, type EnvironmentParts, githubVariables } from "../../bootstrap/handover";
import { parseRegion, parseSettings } from "../../bootstrap/settings";
import { ROLES_ARE_PASSED_TO } from "../../components/foundation/github-deploy-roles/deploy-permissions";
import { ConfigurationError } from "../../components/shared/errors";
import { runSteps, type Work } from "../../offline/commands/pipeline";
import { RECORD_STEPS } from "../../offline/commands/steps";
import { loadProgram, projectRecorder, record, type RecordedResource } from "../../offline/engine";
import { readProject } from "../../offline/plan/project";
import { POLICIES_STEP } from "../../offline/policies/step";
import { asPulumiHandsItOver, type ConfigBlock, parsed, ROOT } from "../stacks/stack-file";

const FOLDER = path.join(ROOT, "bootstrap");
const stackFile = (environment: string) => fs.readFileSync(path.join(ROOT, `Pulumi.${environment}.yaml`), "utf8");
const configOf = (text: string) => (parse(text) as { config: ConfigBlock }).config;

const parts: EnvironmentParts = {
  deployRoleArn: "arn:aws:iam::123456789012:role/github-staging-deploy-1",
  readRoleArn: "arn:aws:iam::123456789012:role/github-staging-read-1",
  permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/github-staging-boundary-1",
  vpc: {
    ...{ vpcId: "vpc-0abc12de", cidr: "10.24.0.0/16", publicSubnetIds: ["subnet-01", "subnet-02"] },
    ...{ privateSubnetIds: ["subnet-03", "subnet-04"], intraSubnetIds: ["subnet-05", "subnet-06"] },
  },
  runnerName: "runner-staging-project-1",
  runnerSecurityGroupId: "sg-0abc12de",
};

describe("the committed stack of an account", () => {
  let work: Work;
  let resources: readonly RecordedResource[];
  let refusals: readonly string[];
  beforeAll(async () => {
    const project = readProject(FOLDER);
    work = { project, environment: "account", record: projectRecorder(project), outFolder: path.join(FOLDER, "out/account") };
    const outcome = await runSteps([...RECORD_STEPS, POLICIES_STEP], work, { started: () => undefined, finished: () => undefined });
    refusals = outcome.refusals;
    resources = work.planned?.raw.apply.resources ?? [];
  });
  const named = (type: string) => resources.filter((resource) => resource.type === type).map(({ name }) => name);

  it("C3 plans offline, and breaks no policy", () => {
    expect(refusals).toEqual([]);
    expect(work.policies?.findings.filter(({ kind }) => kind === "violation")).toEqual([]);
  });

  it("C4 makes state and key, roles for each environment, and VPC and runner where GitHub cannot reach the Kubernetes API", () => {
    expect(named("aws:s3/bucket:Bucket")).toEqual(["pulumi-state-bucket"]);
    expect(named("aws:kms/key:Key").sort()).toEqual(["deploy-logs-key-key", "state-key-key"]);
    expect(named("aws:iam/openIdConnectProvider:OpenIdConnectProvider")).toEqual(["github-provider"]);
    expect(named("aws:ec2/vpc:Vpc").sort()).toEqual(["network-dev-vpc", "network-prod-vpc", "network-staging-vpc"]);
    expect(named("modelloop:index:DeployRunner").sort()).toEqual(["runner-dev", "runner-prod", "runner-staging"]);
    for (const environment of ["dev", "staging", "prod"])
      expect(named("aws:iam/role:Role")).toEqual(expect.arrayContaining([`github-${environment}-deploy`, `github-${environment}-read`]));
  });

  // State that is lost is a platform that Pulumi would make a second time, beside the first.
  it("I6 keeps the state versioned, encrypted with its key, private and protected", () => {
    const inputs = (name: string) => resources.find((resource) => resource.name === name)?.inputs;
    expect(resources.find(({ name }) => name === "pulumi-state-bucket")?.options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(inputs("pulumi-state-versioning")).toMatchObject({ versioningConfiguration: { status: "Enabled" } });
    expect(inputs("pulumi-state-encryption")).toMatchObject({
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
    });
    expect(inputs("pulumi-state-private")).toMatchObject({ blockPublicPolicy: true, restrictPublicBuckets: true });
    expect(inputs("pulumi-state-policy")?.["policy"]).toContain("aws:SecureTransport");
  });

  // The deploy role of prod may change what begins with `prod-`: not the roles that it is, nor the runner that it runs on.
  it("I7 begins no name with an environment's, and gives no role a build project", () => {
    expect(resources.filter(({ name }) => /^(dev|staging|prod)-/.test(name)).map(({ name }) => name)).toEqual([]);
    const policies = resources.filter(({ type }) => type === "aws:iam/policy:Policy").map(({ inputs }) => JSON.stringify(inputs["policy"]));
    expect(policies.length).toBeGreaterThan(10);
    expect(policies.filter((policy) => policy.includes("codebuild:"))).toEqual([]);
  });

  // Without it the role of dev could take prod's NAT gateways away; with it on the state's key, no role could read its own state.
  it("I7 says by a tag whose role may touch what stands in the VPCs, and of what all use, nothing", () => {
    const stackOf = (name: string) => {
      const tags = resources.find((resource) => resource.name === name)?.inputs["tags"] as Record<string, string> | undefined;
      return tags?.["Stack"] ?? "nobody's";
    };
    const inVpcs = resources.filter(({ type, inputs }) => /^aws:(ec2|vpc|codebuild)\//.test(type) && inputs["tags"] !== undefined);
    expect(inVpcs.length).toBeGreaterThan(20);
    for (const { name } of inVpcs) expect(stackOf(name)).toBe(/^(network|runner)-(dev|staging|prod)-/.exec(name)?.[2]);
    expect(["state-key-key", "pulumi-state-bucket"].map(stackOf)).toEqual(["nobody's", "nobody's"]);
    expect(["deploy-logs-key-key", "account-budget-budget"].map(stackOf)).toEqual(["modelloop-bootstrap", "modelloop-bootstrap"]);
  });
});

it("C4 what it hands to GitHub are the variables that the workflows read", () => {
  const lines = githubVariables("s3://state?region=us-east-1", "us-east-1", {
    dev: { ...parts, runnerName: undefined, operateRoleArn: "arn:aws:iam::123456789012:role/github-dev-operate-1" },
    staging: parts,
  });
  expect(lines.split("\n")).toEqual([
    "PULUMI_BACKEND_URL=s3://state?region=us-east-1",
    "AWS_REGION=us-east-1",
    `AWS_ROLE_DEV=${parts.deployRoleArn}`,
    `AWS_READ_ROLE_DEV=${parts.readRoleArn}`,
    "MODELLOOP_OPERATOR_ROLE_DEV=arn:aws:iam::123456789012:role/github-dev-operate-1",
    `AWS_ROLE_STAGING=${parts.deployRoleArn}`,
    `AWS_READ_ROLE_STAGING=${parts.readRoleArn}`,
    "CODEBUILD_STAGING=runner-staging-project-1",
  ]);
  const folder = path.join(ROOT, ".github/workflows");
  const workflows = ["deploy.yml", "infrastructure-drift.yml"].map((file) => fs.readFileSync(path.join(folder, file), "utf8")).join("\n");
  for (const variable of ["PULUMI_BACKEND_URL", "AWS_REGION", "AWS_ROLE_DEV", "AWS_ROLE_STAGING", "CODEBUILD_DEV", "CODEBUILD_STAGING"])
    expect(workflows).toContain(`vars.${variable}`);
  for (const variable of ["AWS_READ_ROLE_", "CODEBUILD_"]) expect(workflows).toContain(`vars[format('${variable}{0}', matrix.stack)]`);
});

it("C4 the runners serve the workflows that ask for them, by the names that these have", () => {
  const { environments } = parseSettings(
    "Pulumi.account.yaml",
    configOf(fs.readFileSync(path.join(FOLDER, "Pulumi.account.yaml"), "utf8"))["modelloop:bootstrap"],
  );
  const names = ["deploy.yml", "infrastructure-drift.yml"].map(
    (file) => (parse(fs.readFileSync(path.join(ROOT, ".github/workflows", file), "utf8")) as { name: string }).name,
  );
  for (const { runner } of environments) if (runner !== undefined) expect(runner.workflowNames).toEqual(names);
});

describe("a stack file of the platform that adopts", () => {
  const before = stackFile("staging");
  const after = adopted(before, parts);

  it("I1 takes VPC, boundary and runner by their ids, keeps the rest, and is accepted", () => {
    const { foundation, compute } = parsed(configOf(after), "staging");
    expect(foundation).toMatchObject({
      permissionsBoundaryArn: parts.permissionsBoundaryArn,
      network: { existingVpc: parts.vpc, flowLogs: { destination: "none" } },
    });
    expect(compute.cluster.apiClients).toEqual([{ name: "deploy-runner", securityGroupId: "sg-0abc12de" }]);
    const comments = (text: string) => text.split("\n").filter((line) => line.trim().startsWith("#"));
    expect(comments(after)).toEqual(comments(before));
    const { "modelloop:data": data, "modelloop:serving": serving } = configOf(after);
    expect({ data, serving }).toEqual({ data: configOf(before)["modelloop:data"], serving: configOf(before)["modelloop:serving"] });
  });

  // A change of every line would hide the three that matter.
  it("I1 changes no line that it need not", () => {
    const lost = before.split("\n").filter((line) => !after.split("\n").includes(line));
    expect(lost.map((line) => line.trim())).toEqual([
      ...["cidr: 10.24.0.0/16", "zones: 2", "natGateways: single", "retentionDays: 30", "reservedCidrs:"],
      ...["- { name: dev, cidr: 10.20.0.0/16 }", "- { name: prod, cidr: 10.28.0.0/16 }"],
    ]);
    const withBrackets = `${before}# as it was\nnote: "see [ 1 ]"\n`;
    expect(adopted(withBrackets, parts)).toContain(`note: "see [ 1 ]"`);
  });

  it("I1 can be written again, and then is the same", () => {
    expect(adopted(after, parts)).toBe(after);
  });

  it("I1 keeps a VPC of its own where the bootstrap made none", () => {
    const { vpc: _none, runnerSecurityGroupId: _nobody, runnerName: _unnamed, ...roles } = parts;
    const { foundation, compute } = parsed(configOf(adopted(stackFile("dev"), roles)), "dev");
    expect(foundation.network).toMatchObject({ cidr: "10.20.0.0/16", natGateways: "single" });
    expect(compute.cluster.apiClients).toEqual([]);
  });

  // One role without the boundary, and IAM refuses it to the role that deploys, when half of the platform is there.
  it("I7 plans a platform that makes no VPC, lets the runner in, and bounds every role", async () => {
    const program = loadProgram(ROOT, "stacks/index.ts");
    const config = asPulumiHandsItOver(configOf(after));
    const { resources } = await record({ project: "modelloop", stack: "staging", mode: "apply", config, root: ROOT, program });
    const types = resources.map(({ type }) => type);
    expect(types).not.toContain("aws:ec2/vpc:Vpc");
    expect(types).not.toContain("aws:ec2/natGateway:NatGateway");
    expect(resources.map(({ name }) => name)).toContain("staging-cluster-api-from-deploy-runner");
    // Offline, what a provider would create in turn (the children of eks.Cluster) is recorded past transforms.
    const roles = resources.filter(({ type, modelled }) => type === "aws:iam/role:Role" && !modelled);
    expect(roles.length).toBeGreaterThan(10);
    expect(roles.filter(({ inputs }) => inputs["permissionsBoundary"] !== parts.permissionsBoundaryArn).map(({ name }) => name)).toEqual(
      [],
    );
    expect(resources.find(({ name }) => name === "staging-loop-stack")?.inputs["parameters"]).toMatchObject({
      PermissionsBoundaryArn: parts.permissionsBoundaryArn,
    });
    // Who is handed a role by a deployment, in templates too: another would be refused when the resource is made.
    // SageMaker is handed its role by a run, not by a deployment.
    const trusted = resources.flatMap(({ inputs }) => servicesThatTakeRoles(inputs)).filter((each) => each !== "sagemaker.amazonaws.com");
    expect([...new Set(trusted)].filter((service) => !ROLES_ARE_PASSED_TO.includes(service))).toEqual([]);
    expect(trusted).toEqual(expect.arrayContaining(["lambda.amazonaws.com", "states.amazonaws.com", "ec2.amazonaws.com"]));
    // By their names the role that deploys is kept to its own environment.
    const scoped = resources.filter(({ type }) =>
      /^aws:(iam\/(role|policy|instanceProfile)|s3\/bucket|secretsmanager\/secret):/.test(type),
    );
    expect(scoped.filter(({ name }) => !name.startsWith("staging-")).map(({ name }) => name)).toEqual([]);
  });
});

/** In policies that are text, and in templates that are text: whoever may take a role is named beside `sts:AssumeRole`. */
function servicesThatTakeRoles(value: unknown): string[] {
  if (typeof value === "string")
    return /^\s*\{/.test(value) && value.includes("sts:AssumeRole") ? servicesThatTakeRoles(JSON.parse(value)) : [];
  if (typeof value !== "object" || value === null) return [];
  const { Action, Principal } = value as { Action?: unknown; Principal?: { Service?: string | string[] } };
  const own = [Action].flat().includes("sts:AssumeRole") ? [Principal?.Service ?? []].flat() : [];
  return [...own, ...Object.values(value).flatMap(servicesThatTakeRoles)];
}

it("refuses settings with every fault, by their place", () => {
  const refused = (parse: () => unknown): string => {
    try {
      parse();
      return "";
    } catch (error) {
      if (error instanceof ConfigurationError) return error.message;
      throw error;
    }
  };
  const refusal = (value: unknown) => refused(() => parseSettings("Pulumi.account.yaml", value));
  const right = { owner: "ml", costCentre: "ml", repository: "us/platform", environments: [{ name: "prod", runner: {} }] };
  expect(refusal(right)).toBe(
    [
      "Pulumi.account.yaml is refused:",
      "  - environment prod has a runner and no network; the runner stands in the VPC: give it a network",
      "  - environment prod has a runner; it listens to GitHub by a connection: give connectionArn",
    ].join("\n"),
  );
  expect(refusal({ ...right, environment: [] })).toBe(
    ["Pulumi.account.yaml is refused:", `  - modelloop:bootstrap: Unrecognized key: "environment"`].join("\n"),
  );
  expect(refused(() => parseRegion("Pulumi.account.yaml", undefined))).toBe(
    ["Pulumi.account.yaml is refused:", "  - aws:region is missing; state and roles are of one Region: write it"].join("\n"),
  );
});
