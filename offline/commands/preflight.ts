/** `modelloop preflight ENV`: plans an environment, and asks the account whether it has room for it. */
import fs from "node:fs";
import path from "node:path";
import type { Json } from "../engine";
import { environmentsOf, type Project, readProject } from "../plan/project";
import { sentDocuments } from "../plan/sent-documents";
import { listed } from "../plan/stack-file";
import { isMapping, parseYaml } from "../plan/yaml-file";
import type * as awsCloud from "../preflight/aws-cloud";
import type { AwsSettings } from "../preflight/aws-identity";
import type { Cloud } from "../preflight/cloud";
import { type PlanFacts, planFacts } from "../preflight/facts";
import { CHECKS, preflight, type PreflightOutcome, verdictOf } from "../preflight/preflight";
import { preflightDocument, preflightText } from "../preflight/preflight-text";
import { layered } from "../report/parts";
import type { Work } from "./pipeline";
import { runQuietly } from "./quiet-run";
import { PLAN_STEPS } from "./steps";
import { knownOptions } from "./strict-options";
import { palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

export const PREFLIGHT = {
  name: "preflight",
  says: "Asks your AWS account what pulumi up would stumble over: quotas, zones, versions, certificates, permissions.",
  run: preflightCommand,
};

/** @param cloud who answers for AWS. @default - AWS */
export async function preflightCommand(
  argv: readonly string[],
  terminal: Terminal,
  folder: string,
  cloud: (settings: AwsSettings) => Cloud = aws,
): Promise<number> {
  const { environments, json, help, skip } = parsed(argv);
  if (help) {
    terminal.out(helpText());
    return 0;
  }
  const project = readProject(folder);
  if (environments.length === 0)
    throw new UsageError(`an environment is missing: write modelloop preflight ENV (there are ${listed(environmentsOf(project))})`);

  const results: { facts: PlanFacts; outcome: PreflightOutcome }[] = [];
  let isPlanned = true;
  for (const environment of environments) {
    const plan = await planned(project, environment);
    if (plan.facts === undefined) {
      isPlanned = false;
      terminal.err(`${plan.refusals.join("\n\n")}\n`);
      continue;
    }
    const { facts, profile } = plan;
    const outcome = await preflight(facts, cloud({ region: facts.region, ...(profile === undefined ? {} : { profile }) }), skip);
    results.push({ facts, outcome });
    if (!json) terminal.out(preflightText(facts, outcome, palette(terminal.colour)));
  }
  if (json) terminal.out(preflightDocument(results));
  return isPlanned && results.every(({ outcome }) => verdictOf(outcome.findings) !== "short") ? 0 : 1;
}

/** Loaded only here: the SDK's clients would add a third of a second to every other command. */
function aws(settings: AwsSettings): Cloud {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- for the same reason
  const { AwsCloud } = require("../preflight/aws-cloud") as typeof awsCloud;
  return new AwsCloud(settings);
}

interface Arguments {
  readonly environments: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly skip: ReadonlySet<string>;
}

const OPTIONS = { json: { type: "boolean" }, skip: { type: "string", multiple: true }, help: { type: "boolean", short: "h" } } as const;

function parsed(argv: readonly string[]): Arguments {
  const { values, positionals } = knownOptions("preflight", argv, OPTIONS);
  const skip = (values.skip ?? []).flatMap((each) => String(each).split(","));
  const ids = CHECKS.map(({ id }) => id);
  const unknown = skip.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw new UsageError(`${unknown} is no check; there are ${listed(ids)}`);
  return {
    environments: [...new Set(positionals)],
    json: values.json === true,
    help: values.help === true,
    skip: new Set(skip),
  };
}

type Plan = { readonly facts: PlanFacts; readonly profile?: string } | { readonly facts?: undefined; readonly refusals: readonly string[] };

async function planned(project: Project, environment: string): Promise<Plan> {
  const { work, outcome } = await runQuietly(project, environment, PLAN_STEPS);
  const { ok, refusals } = outcome;
  const { stack, planned } = work;
  if (!ok || stack === undefined || planned === undefined) return { refusals };
  const region = stack.config["aws:region"] ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  if (region === undefined) return { refusals: [`${stack.file}: aws:region is missing; preflight asks one Region: set it, or AWS_REGION`] };
  const backend = backendOf(project);
  const profile = stack.config["aws:profile"];
  const facts = planFacts({
    ...{ project: project.name, environment, region, config: stack.config },
    ...{ resources: planned.raw.apply.resources, calls: planned.raw.apply.calls },
    typesByLayer: typesByLayer(planned),
    templates: templatesIn(sentDocuments(planned.apply)),
    hasAwsCli: isOnPath("aws"),
    ...(backend === undefined ? {} : { backend }),
  });
  return { facts, ...(profile === undefined ? {} : { profile }) };
}

function typesByLayer({ apply }: NonNullable<Work["planned"]>): ReadonlyMap<string, readonly string[]> {
  const { layers } = layered(apply);
  return new Map(
    layers.map(({ layer, parts }) => {
      const members = parts.flatMap((part) => part.members).filter(({ resource }) => resource.kind === "custom");
      return [layer, [...new Set(members.map(({ resource }) => resource.type))].sort()] as const;
    }),
  );
}

function templatesIn(files: Readonly<Record<string, string>>): Json[] {
  return Object.entries(files).flatMap(([file, content]) => (/^cloudformation\/.*\.json$/.test(file) ? [JSON.parse(content) as Json] : []));
}

function isOnPath(program: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const names = process.platform === "win32" ? [`${program}.exe`, `${program}.cmd`] : [program];
  return folders.some((folder) => names.some((name) => fs.existsSync(path.join(folder, name))));
}

/** As the CLI chooses: the environment, then the project; where it is logged in otherwise is written in its own files, which hold credentials. */
function backendOf(project: Project): string | undefined {
  const fromEnvironment = process.env["PULUMI_BACKEND_URL"];
  if (fromEnvironment !== undefined && fromEnvironment !== "") return fromEnvironment;
  const { content } = parseYaml(fs.readFileSync(path.join(project.root, project.file), "utf8"));
  const backend = isMapping(content) ? content["backend"] : undefined;
  const url = isMapping(backend) ? backend["url"] : undefined;
  return typeof url === "string" ? url : undefined;
}

function helpText(): string {
  return [
    "Usage: modelloop preflight ENV... [options]",
    "",
    `${PREFLIGHT.says} It plans the environment first, then only reads,`,
    "with the credentials that the AWS CLI would take (and aws:profile of the stack file). Without credentials it says what it would ask.",
    "",
    "Checks:",
    ...CHECKS.map(({ id, title, asks }) => `  ${id.padEnd(20)}${title}: ${asks.length === 0 ? "asks nobody" : asks.join(", ")}`),
    "",
    "Options:",
    "  --json          one JSON document on standard output, and nothing else there",
    "  --skip ID,...   leaves these checks out",
    "  --help          this text",
    "",
    "Exit code: 0 where nothing was found short, also where nothing could be asked; 1 where something is missing or too small, or the plan is",
    "refused; 2 where the command was not understood.",
    "",
  ].join("\n");
}
