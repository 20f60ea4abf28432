/** `modelloop verify-aws ENV`: plans an environment, rehearses its loop, and holds both against what AWS says. */
import fs from "node:fs";
import path from "node:path";
import { PACKAGE_ROOT } from "../package-root";
import { environmentsOf, type Project, readProject } from "../plan/project";
import { listed } from "../plan/stack-file";
import type { AwsSettings } from "../preflight/aws-identity";
import type { VerifyAws } from "../verify/aws";
import type * as awsAccount from "../verify/aws-account";
import { verdictOf } from "../verify/finding";
import { RECORD } from "../verify/record";
import type * as subjects from "../verify/subject";
import { CHECKS, verify, type VerifyOptions } from "../verify/verify";
import { verifyDocument, verifyText, type VerifiedEnvironment } from "../verify/verify-text";
import { runQuietly } from "./quiet-run";
import { PLAN_STEPS } from "./steps";
import { COMMON_OPTIONS, strictOptions } from "./strict-options";
import { palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

export const VERIFY_AWS = {
  name: "verify-aws",
  says: "Holds the loop's plan and rehearsal against AWS: definitions, single states, roles, template, training.",
  run: verifyAwsCommand,
};

export interface VerifyParts {
  readonly aws: (settings: AwsSettings) => VerifyAws;
  readonly loops: (resources: Parameters<typeof subjects.loopSubjects>[0]) => ReturnType<typeof subjects.loopSubjects>;
  readonly now: () => Date;
}

/** Loaded only here: the SDK's clients, and the CDK that rehearsals need, would slow every other command. */
const REAL: VerifyParts = {
  aws: (settings) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- for the same reason
    const { AwsAccount } = require("../verify/aws-account") as typeof awsAccount;
    return new AwsAccount(settings);
  },
  loops: (resources) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- for the same reason
    const { loopSubjects } = require("../verify/subject") as typeof subjects;
    return loopSubjects(resources);
  },
  now: () => new Date(),
};

/** @param parts who answers for AWS, and who rehearses. @default - AWS, and the rehearsal */
export async function verifyAwsCommand(
  argv: readonly string[],
  terminal: Terminal,
  folder: string,
  parts: VerifyParts = REAL,
): Promise<number> {
  const { environments, json, help, ...options } = parsed(argv);
  if (help) {
    terminal.out(helpText());
    return 0;
  }
  const project = readProject(folder);
  if (environments.length === 0)
    throw new UsageError(`an environment is missing: write modelloop verify-aws ENV (there are ${listed(environmentsOf(project))})`);
  const results: VerifiedEnvironment[] = [];
  let isPlanned = true;
  for (const environment of environments) {
    const found = await verified(project, environment, options, parts);
    if ("refusals" in found) {
      isPlanned = false;
      terminal.err(`${found.refusals.join("\n\n")}\n`);
      continue;
    }
    results.push(found);
    if (!json) terminal.out(verifyText(found, palette(terminal.colour)));
  }
  if (json) terminal.out(verifyDocument(results, version(), parts.now().toISOString().slice(0, 10)));
  return isPlanned && results.every(({ outcome }) => verdictOf(outcome.findings) !== "differs") ? 0 : 1;
}

async function verified(
  project: Project,
  environment: string,
  options: Omit<VerifyOptions, "region">,
  parts: VerifyParts,
): Promise<VerifiedEnvironment | { readonly refusals: readonly string[] }> {
  const { work, outcome } = await runQuietly(project, environment, PLAN_STEPS);
  const { stack, planned } = work;
  if (!outcome.ok || stack === undefined || planned === undefined) return { refusals: outcome.refusals };
  const region = stack.config["aws:region"] ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  if (region === undefined)
    return { refusals: [`${stack.file}: aws:region is missing; verify-aws asks one Region: set it, or AWS_REGION`] };
  const profile = stack.config["aws:profile"];
  const { resources } = planned.apply;
  const hasLoop = resources.some(({ type }) => type === "modelloop:index:ModelLoop");
  const loops = hasLoop ? await parts.loops(resources) : [];
  const aws = parts.aws({ region, ...(profile === undefined ? {} : { profile }) });
  const named = { project: project.name, environment, region, loops: loops.map(({ name }) => name) };
  return { ...named, outcome: loops.length === 0 ? { findings: [] } : await verify(loops, aws, { ...options, region }) };
}

function version(): string {
  return (JSON.parse(fs.readFileSync(path.join(PACKAGE_ROOT, "package.json"), "utf8")) as { version: string }).version;
}

interface Arguments extends Omit<VerifyOptions, "region"> {
  readonly environments: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
}

function parsed(argv: readonly string[]): Arguments {
  const { values, positionals } = strictOptions("verify-aws", argv, {
    ...COMMON_OPTIONS,
    skip: { type: "string", multiple: true },
    "allow-create": { type: "boolean" },
    "assets-bucket": { type: "string" },
  });
  const skip = (values.skip ?? []).flatMap((each) => each.split(","));
  const ids = CHECKS.map(({ id }) => id);
  const strange = skip.find((id) => !ids.includes(id));
  if (strange !== undefined) throw new UsageError(`${strange} is no check; there are ${listed(ids)}`);
  const bucket = values["assets-bucket"];
  return {
    ...{ environments: [...new Set(positionals)], json: values.json === true, help: values.help === true, skip: new Set(skip) },
    ...{ allowCreate: values["allow-create"] === true, ...(bucket !== undefined && { assetsBucket: bucket }) },
  };
}

function helpText(): string {
  return [
    "Usage: modelloop verify-aws ENV... [options]",
    "",
    `${VERIFY_AWS.says} It plans the environment and plays`,
    "the scenarios first, and prints what AWS said beside what they say. With the credentials that the AWS CLI would take (and aws:profile of",
    `the stack file); without any it says what it would ask. Keep what --json prints in ${RECORD}: the report then says so.`,
    "",
    "Checks:",
    ...CHECKS.flatMap(({ id, title, asks, makes }) => [
      `  ${id.padEnd(14)}${title}: ${asks.join(", ")}`,
      ...(makes === undefined ? [] : [`  ${" ".repeat(14)}only with --allow-create, as it makes ${makes}`]),
    ]),
    "",
    "Options:",
    "  --json                 one JSON document on standard output, and nothing else there",
    "  --skip ID,...          leaves these checks out",
    "  --allow-create         also makes the checks that make something in the account",
    "  --assets-bucket NAME   where change-set puts the template's files. Default: the bucket of the deployed stack, or of the plan",
    "  --help                 this text",
    "",
    "Exit code: 0 where nothing differs, also where nothing could be asked; 1 where something differs, or the plan is refused; 2 where the",
    "command was not understood.",
    "",
  ].join("\n");
}
