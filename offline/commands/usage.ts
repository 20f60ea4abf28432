/** What a person may type, and what is said when they type something else. */
import { parseArgs } from "node:util";

/** The command line cannot be understood. Its message is a sentence with its cure. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface PlanArguments {
  /** As named, without repetition. Empty where none was named. */
  readonly environments: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly out?: string;
  /** File for a summary in Markdown. */
  readonly markdown?: string;
  /** File of answers to look-ups. */
  readonly answers?: string;
  /** The last run, or the plan in a folder. Absent where no comparison was asked for. */
  readonly compareWith?: { readonly folder?: string };
}

interface Option {
  readonly name: string;
  readonly value?: string;
  readonly says: string;
}

const OPTIONS: readonly Option[] = [
  {
    name: "diff",
    value: "DIR",
    says: "what changed since the last run, or since the plan in DIR (write --diff=DIR, or a DIR with a slash in it)",
  },
  { name: "json", says: "one JSON document on standard output, and nothing else there" },
  { name: "markdown", value: "FILE", says: "a summary for a pull request's comment, whether the environments hold or not" },
  { name: "out", value: "DIR", says: "where to write; each environment gets a folder of its own in it (default: out)" },
  { name: "answers", value: "FILE", says: "what AWS would answer to look-ups of the program, by token (docs/offline-plan.md)" },
  { name: "help", says: "this text" },
];

/** What Pulumi allows in the name of a stack; a name is also a folder of ours, so it may not lead elsewhere. */
const ENVIRONMENT_NAME = /^(?!\.{1,2}$)[\w.-]{1,100}$/;

export function parsePlanArguments(command: string, argv: readonly string[]): PlanArguments {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      diff: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      out: { type: "string" },
      markdown: { type: "string" },
      answers: { type: "string" },
    },
  });
  const environments: string[] = [];
  let [json, help] = [false, false];
  let out: string | undefined;
  let answers: string | undefined;
  let markdown: string | undefined;
  let compareWith: { folder?: string } | undefined;
  let mayNameFolder = false;
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      if (mayNameFolder && isPath(token.value)) compareWith = { folder: token.value };
      else environments.push(environmentName(token.value));
      mayNameFolder = false;
      continue;
    }
    mayNameFolder = false;
    switch (token.name) {
      case "json":
        json = withoutValue(token);
        break;
      case "help":
        help = withoutValue(token);
        break;
      case "out":
        out = named(token, "--out names no folder: write --out DIR");
        break;
      case "markdown":
        markdown = named(token, "--markdown names no file: write --markdown FILE");
        break;
      case "answers":
        answers = named(token, "--answers names no file: write --answers FILE");
        break;
      case "diff":
        compareWith = token.value === undefined ? {} : { folder: token.value };
        mayNameFolder = token.value === undefined;
        break;
      default:
        throw new UsageError(
          `${token.rawName} is no option of modelloop ${command}; it has ${OPTIONS.map(({ name }) => `--${name}`).join(", ")}`,
        );
    }
  }
  return {
    ...{ environments: [...new Set(environments)], json, help },
    ...(out === undefined ? {} : { out }),
    ...(answers === undefined ? {} : { answers }),
    ...(markdown === undefined ? {} : { markdown }),
    ...(compareWith === undefined ? {} : { compareWith }),
  };
}

function environmentName(given: string): string {
  if (ENVIRONMENT_NAME.test(given)) return given;
  throw new UsageError(
    `"${given}" cannot be the name of an environment: it has letters, digits, "-", "_" and "." only (a folder to compare with is written --diff=DIR)`,
  );
}

function named(token: { value?: string | undefined; inlineValue?: boolean | undefined }, otherwise: string): string {
  const { value } = token;
  if (value === undefined || value === "" || (token.inlineValue !== true && value.startsWith("-"))) throw new UsageError(otherwise);
  return value;
}

function isPath(word: string): boolean {
  return word.startsWith(".") || /[/\\]/.test(word);
}

function withoutValue(token: { rawName: string; value?: string | undefined }): true {
  if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value: write ${token.rawName} alone`);
  return true;
}

export function planHelp(command: string, says: string, steps: readonly { name: string; says: string }[]): string {
  const left = (option: Option) =>
    `--${option.name}${option.value === undefined ? "" : option.name === "diff" ? `[=${option.value}]` : ` ${option.value}`}`;
  return [
    `Usage: modelloop ${command} [ENV...] [options]`,
    "",
    `${says} Needs no account, no network and no Pulumi CLI.`,
    "Run it in a Pulumi project folder; its program is in TypeScript or JavaScript. ENV is an environment that has a stack file, dev by default.",
    "",
    "Steps:",
    ...steps.map((step) => `  ${step.name.padEnd(14)}${step.says}`),
    "",
    "Options:",
    ...OPTIONS.map((option) => `  ${left(option).padEnd(14)}${option.says}`),
    "",
    "Exit code: 0 where every environment held, 1 where one was refused or failed, 2 where the command was not understood.",
    "",
  ].join("\n");
}
