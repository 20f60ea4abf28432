/** The example as its reader runs it: against the packed package, with the package's own command, in a folder far from this repository. */
import fs from "node:fs";
import path from "node:path";
import { installPacked, node, ROOT } from "../package/packed";

interface Plan {
  resources: {
    urn: string;
    type: string;
    name: string;
    parent?: string;
    options: { protect?: boolean };
    inputs: Record<string, unknown>;
  }[];
}

const EXAMPLE = path.join(ROOT, "examples/pulumi-import");

let folder: string;
let plan: Plan;
let printed: string;

beforeAll(() => {
  folder = installPacked();
  fs.cpSync(EXAMPLE, folder, { recursive: true });
  const { code, stdout, stderr } = node(["node_modules/modelloop/dist/offline/cli.js", "plan", "dev"], folder);
  if (code !== 0) throw new Error(stdout + stderr);
  printed = stdout;
  plan = JSON.parse(fs.readFileSync(path.join(folder, "out/dev/plan.json"), "utf8")) as Plan;
}, 180_000);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function named(name: string): Plan["resources"][number] | undefined {
  return plan.resources.find((resource) => resource.name === name);
}

// Whoever tries the package tries this first; where it fails, nobody reads on.
test("C2 a stranger's program is planned in both modes, and they agree", () => {
  expect(printed).toContain("preview mode agrees");
});

test("C2 its own resources stand beside our components", () => {
  const stack = plan.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const top = plan.resources.filter(({ type, parent }) => parent === stack?.urn && !type.startsWith("pulumi:"));
  expect(top.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
    "aws:ec2/securityGroup:SecurityGroup reader",
    "aws:s3/bucketNotification:BucketNotification arrivals",
    "aws:sqs/queue:Queue arrivals",
    "aws:sqs/queuePolicy:QueuePolicy arrivals-from-bucket",
    "modelloop:index:Bucket invoices",
    "modelloop:index:EncryptionKey intake-key",
    "modelloop:index:GpuNodeGroup readers",
    "modelloop:index:Network intake",
  ]);
});

test("C2 what a component has no argument for, a transform changes", () => {
  expect(named("invoices-bucket")?.inputs).toMatchObject({ bucketPrefix: "acme-invoices-", tags: { Team: "billing" } });
});

// Who has a cluster already does not want a second one for a GPU.
test("C2 I3 a cluster that somebody else made gets GPU nodes, and nothing else", () => {
  const groups = plan.resources.filter(({ type }) => type === "aws:eks/nodeGroup:NodeGroup");
  expect(groups.map(({ name }) => name).sort()).toEqual(["readers-g4dn-xlarge-zone-1", "readers-g4dn-xlarge-zone-2"]);
  for (const { inputs } of groups)
    expect(inputs).toMatchObject({
      clusterName: "company",
      capacityType: "SPOT",
      scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 2 },
      taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }],
    });
  expect(groups.map(({ inputs }) => inputs["subnetIds"])).toEqual([["subnet-0abc12de"], ["subnet-0abc12df"]]);
  expect(plan.resources.filter(({ type }) => /^(eks|kubernetes):|aws:eks\/cluster/.test(type))).toEqual([]);
});

test("I6 a stranger's data is protected without their asking", () => {
  expect([named("invoices-bucket")?.options.protect, named("intake-key-key")?.options.protect]).toEqual([true, true]);
});

test("C2 it asks for the versions that the package was tried with", () => {
  const ours = manifest(ROOT);
  const tried: Record<string, string | undefined> = { ...ours.dependencies, ...ours.devDependencies, modelloop: ours.version };
  const { dependencies } = manifest(EXAMPLE);
  for (const name of Object.keys(dependencies)) expect({ name, version: dependencies[name] }).toEqual({ name, version: tried[name] });
});

function manifest(of: string): { version: string; dependencies: Record<string, string>; devDependencies: Record<string, string> } {
  return JSON.parse(fs.readFileSync(path.join(of, "package.json"), "utf8")) as ReturnType<typeof manifest>;
}
