/**
 * How long a plan takes, how it grows, and what it costs in memory: `npx tsx bench/plan.ts`.
 *
 * Each case runs in a process of its own, because memory that one case took is not given back to the next. The machine's own speed stands in
 * no figure that is compared: ratios are between cases of one run.
 */
import { execFileSync } from "node:child_process";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GpuNodeGroup } from "../components";
import { loadProgram, record } from "../offline/engine";
import { readProject } from "../offline/plan/project";
import { readStackFile } from "../offline/plan/stack-file";

interface Figures {
  /** First run, with everything to load, and the fastest of the next. Milliseconds. */
  firstMs: number;
  bestMs: number;
  resources: number;
  peakMb: number;
}

const ROOT = path.resolve(__dirname, "..");
const REPEATS = 5;

const CASES: Record<string, () => Promise<number>> = {
  "1 environment": () => planEnvironments(["dev"]),
  "3 environments": () => planEnvironments(["dev", "staging", "prod"]),
  "1 group of GPU nodes": () => planGpuGroups(1),
  "10 groups of GPU nodes": () => planGpuGroups(10),
  "100 groups of GPU nodes": () => planGpuGroups(100),
  "100 resources": () => planSynthetic(100),
  "1000 resources": () => planSynthetic(1_000),
  "100 resources, Pulumi's own mocks": () => mockSynthetic(100),
  "1000 resources, Pulumi's own mocks": () => mockSynthetic(1_000),
};

/** Both modes, as `npm start` runs them. */
async function planEnvironments(environments: string[]): Promise<number> {
  const project = readProject(ROOT);
  const program = loadProgram(project.root, project.main);
  let resources = 0;
  for (const environment of environments) {
    const { config, secretKeys } = readStackFile(project, environment);
    for (const mode of ["apply", "preview"] as const) {
      const recording = await record({ project: project.name, stack: environment, mode, config, secretKeys, root: project.root, program });
      resources += recording.resources.length;
    }
  }
  return resources;
}

/** A chain of components of five resources each, every one of them using an output of the one before. */
function synthetic(count: number): () => void {
  return () => {
    let previous: pulumi.Output<string> = pulumi.output("none");
    for (let index = 0; index < count / 5; index++) {
      const parent = new pulumi.ComponentResource("bench:index:Store", `store-${index}`);
      const bucket = new aws.s3.Bucket(`store-${index}-bucket`, { tags: { previous } }, { parent });
      const topic = new aws.sns.Topic(`store-${index}-topic`, {}, { parent });
      new aws.sqs.Queue(`store-${index}-queue`, { tags: { topic: topic.arn } }, { parent });
      new aws.ssm.Parameter(
        `store-${index}-parameter`,
        { type: "String", value: pulumi.interpolate`${bucket.arn} ${topic.arn}` },
        { parent },
      );
      previous = bucket.arn;
    }
  };
}

/** A component of ours as often as that: growth with what a platform has many of. */
async function planGpuGroups(count: number): Promise<number> {
  const cluster = {
    ...{ clusterName: "ml", vpcId: "vpc-1", clusterSecurityGroupId: "sg-1", endpoint: "https://ml", certificateAuthority: "Y2E=" },
    ...{ oidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/issuer", oidcIssuer: "issuer" },
  };
  const program = () => {
    for (let index = 0; index < count; index++) new GpuNodeGroup(`llm-${index}`, { cluster, subnetIds: ["subnet-1", "subnet-2"] });
  };
  return (await record({ project: "bench", stack: "dev", mode: "apply", root: ROOT, program })).resources.length;
}

async function planSynthetic(count: number): Promise<number> {
  return (await record({ project: "bench", stack: "dev", mode: "apply", root: ROOT, program: synthetic(count) })).resources.length;
}

async function mockSynthetic(count: number): Promise<number> {
  let resources = 0;
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => {
      resources++;
      return { id: `${name}-id`, state: { ...(inputs as object), arn: `arn:${name}` } };
    },
    call: () => ({}),
  });
  await pulumi.runtime.runInPulumiStack(() => Promise.resolve(synthetic(count)()) as never);
  await pulumi.runtime.disconnect();
  return resources;
}

async function measure(run: () => Promise<number>): Promise<Figures> {
  const times: number[] = [];
  let resources = 0;
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const start = performance.now();
    resources = await run();
    times.push(performance.now() - start);
  }
  const [firstMs = 0, ...rest] = times;
  return { firstMs, bestMs: Math.min(...rest), resources, peakMb: process.resourceUsage().maxRSS / 1024 };
}

function report(): void {
  const figures = new Map<string, Figures>();
  console.log(`${"case".padEnd(38)}${"first".padStart(9)}${"best of 5".padStart(11)}${"resources/s".padStart(13)}${"peak".padStart(9)}`);
  for (const name of Object.keys(CASES)) {
    const printed = execFileSync(process.execPath, ["--import", "tsx", __filename, name], { encoding: "utf8", cwd: ROOT });
    const result = JSON.parse(printed) as Figures;
    figures.set(name, result);
    const rate = Math.round(result.resources / (result.bestMs / 1_000));
    console.log(
      `${name.padEnd(38)}${ms(result.firstMs)}${ms(result.bestMs, 11)}${String(rate).padStart(13)}${`${result.peakMb.toFixed(0)} MB`.padStart(9)}`,
    );
  }
  const ratio = (over: string, under: string) => ((figures.get(over)?.bestMs ?? NaN) / (figures.get(under)?.bestMs ?? NaN)).toFixed(1);
  console.log();
  console.log(`3 environments take ${ratio("3 environments", "1 environment")} times one environment`);
  console.log(
    `10 groups of GPU nodes take ${ratio("10 groups of GPU nodes", "1 group of GPU nodes")} times one, 100 take ${ratio("100 groups of GPU nodes", "10 groups of GPU nodes")} times 10 (linear growth: 10 or less)`,
  );
  console.log(`1000 resources take ${ratio("1000 resources", "100 resources")} times 100 resources (linear growth: 10)`);
  console.log(
    `recording 1000 resources takes ${ratio("1000 resources", "1000 resources, Pulumi's own mocks")} times what Pulumi's own mocks take, which record less`,
  );
}

function ms(value: number, width = 9): string {
  return `${value.toFixed(0)} ms`.padStart(width);
}

const wanted = process.argv[2];
if (wanted === undefined) report();
else {
  const run = CASES[wanted];
  if (run === undefined) throw new Error(`there is no case "${wanted}": ${Object.keys(CASES).join(", ")}`);
  void measure(run).then((result) => process.stdout.write(JSON.stringify(result)));
}
