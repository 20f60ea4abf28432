/** The command line: which command, with which arguments, to which exit code. */
import fs from "node:fs";
import path from "node:path";
import { projectRecorder, type Recorder } from "../engine";
import { readAnswers } from "../plan/answers";
import { fileFault, shownPath } from "../plan/file-faults";
import { environmentsOf, readProject } from "../plan/project";
import { listed } from "../plan/stack-file";
import { type EnvironmentOutcome, judgeEnvironment } from "./environment";
import { jsonDocument } from "./json-document";
import { markdownDocument } from "./markdown-document";
import { LAPTOP_COMMANDS } from "./laptop";
import { PACKAGE } from "./package";
import type { Step, Work } from "./pipeline";
import { COST } from "./cost";
import { POLICIES } from "./policies";
import { PREFLIGHT } from "./preflight";
import { REHEARSE } from "./rehearse";
import { Screen } from "./screen";
import { DIFF_STEP, PLAN_STEPS, START_STEPS } from "./steps";
import type { Terminal } from "./terminal";
import { UPGRADE_CHECK } from "./upgrade-check";
import { parsePlanArguments, type PlanArguments, planHelp, UsageError } from "./usage";
import { VERIFY_AWS } from "./verify-aws";

export const EXIT = { held: 0, refused: 1, usage: 2 } as const;

interface Command {
  readonly name: string;
  readonly says: string;
  run(argv: readonly string[], terminal: Terminal, folder: string): Promise<number>;
}

/** A command that judges environments by steps. */
interface StepCommand {
  readonly name: string;
  readonly says: string;
  readonly steps: readonly Step[];
}

const STEP_COMMANDS: readonly StepCommand[] = [
  { name: "start", says: "Plans and judges environments, and writes a report of each.", steps: START_STEPS },
  { name: "plan", says: "Plans environments: what pulumi up would create, as files and as a report.", steps: PLAN_STEPS },
];

const COMMANDS: readonly Command[] = [
  ...STEP_COMMANDS.map(fromSteps),
  REHEARSE,
  PREFLIGHT,
  VERIFY_AWS,
  POLICIES,
  COST,
  UPGRADE_CHECK,
  ...LAPTOP_COMMANDS,
  PACKAGE,
];

function fromSteps(command: StepCommand): Command {
  const { name, says, steps } = command;
  return {
    ...{ name, says },
    run: async (argv, terminal, folder) => {
      const args = parsePlanArguments(name, argv);
      return args.help ? said(terminal, planHelp(name, says, [...steps, DIFF_STEP])) : run(command, args, terminal, folder);
    },
  };
}

export async function main(argv: readonly string[], terminal: Terminal, folder: string): Promise<number> {
  try {
    const [name, ...rest] = argv;
    if (name === "--version") return said(terminal, `${version()}\n`);
    if (name === "--help" || name === "-h" || name === "help") return said(terminal, help());
    if (name === undefined) throw new UsageError("a command is missing");
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command === undefined)
      throw new UsageError(`${name} is no command of modelloop; it has ${listed(COMMANDS.map((other) => other.name))}`);
    return await command.run(rest, terminal, folder);
  } catch (error) {
    if (error instanceof UsageError) {
      const known = COMMANDS.find(({ name }) => name === argv[0]);
      terminal.err(`modelloop: ${error.message}. See modelloop ${known === undefined ? "" : `${known.name} `}--help.\n`);
      return EXIT.usage;
    }
    // The project as a whole cannot be used, whichever environment was asked for.
    if (error instanceof Error && ["ConfigurationError", "ProgramError"].includes(error.name)) {
      terminal.err(`${error.message}\n`);
      return EXIT.refused;
    }
    throw error;
  }
}

async function run(command: StepCommand, args: PlanArguments, terminal: Terminal, folder: string): Promise<number> {
  const project = readProject(folder);
  const answers = args.answers === undefined ? {} : readAnswers(path.resolve(folder, args.answers), args.answers);
  const recorder = projectRecorder(project);
  const record: Recorder = (options) => recorder({ ...options, answers });
  const existing = environmentsOf(project);
  const environments = args.environments.length > 0 ? args.environments : [defaultEnvironment(existing)];
  const steps = args.compareWith === undefined ? command.steps : [...command.steps, DIFF_STEP];
  const out = args.out === undefined ? path.join(project.root, "out") : path.resolve(folder, args.out);
  const screen = new Screen(args.json ? { ...terminal, out: () => undefined } : terminal);

  const results: EnvironmentOutcome[] = [];
  for (const environment of environments) {
    const work = {
      project,
      environment,
      record,
      outFolder: path.join(out, environment),
      ...(args.compareWith === undefined ? {} : { compareWith: args.compareWith }),
    };
    const watcher = screen.watcher(() => screen.heading(project.name, environment, regionOf(work)));
    const outcome = await judgeEnvironment(steps, work, watcher);
    screen.outcome(outcome);
    results.push(outcome);
  }
  if (args.markdown !== undefined) writeText(path.resolve(folder, args.markdown), markdownDocument(results));
  if (args.json) terminal.out(jsonDocument(version(), results));
  else screen.next(results, others(existing, environments), (environment) => again(command, environment));
  return results.every(({ ok }) => ok) ? EXIT.held : EXIT.refused;
}

function writeText(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text);
  } catch (error) {
    throw fileFault(error, shownPath(file));
  }
}

/** `dev`; a project that has another one only can mean nothing else. */
function defaultEnvironment(existing: readonly string[]): string {
  const [only, ...more] = existing;
  return only !== undefined && more.length === 0 ? only : "dev";
}

function others(existing: readonly string[], planned: readonly string[]): string[] {
  return existing.filter((environment) => !planned.includes(environment));
}

/** In the words in which the command was given. */
function again(command: StepCommand, environment: string): string {
  return process.env["npm_lifecycle_event"] === "start" ? `npm start -- ${environment}` : `npx modelloop ${command.name} ${environment}`;
}

function regionOf(work: Work): string | undefined {
  return work.stack?.config["aws:region"];
}

function said(terminal: Terminal, text: string): number {
  terminal.out(text);
  return EXIT.held;
}

function help(): string {
  return [
    "Usage: modelloop COMMAND [arguments]",
    "",
    "Plans Pulumi environments on a laptop: no account, no network, no Pulumi CLI.",
    "",
    ...COMMANDS.map(({ name, says }) => `  ${name.padEnd(15)}${says}`),
    "",
    "Each command has --help. --version tells the version.",
    "",
  ].join("\n");
}

/** Of the package that this file belongs to, from source and when built alike. */
function version(): string {
  for (let at = __dirname; ; at = path.dirname(at)) {
    const file = path.join(at, "package.json");
    if (fs.existsSync(file)) {
      const found = JSON.parse(fs.readFileSync(file, "utf8")) as { name?: string; version?: string };
      if (found.name === "modelloop") return found.version ?? "0.0.0";
    }
    if (path.dirname(at) === at) return "0.0.0";
  }
}
